package io.bindery.amqp.codec;

import io.bindery.engine.AmqpException;
import io.bindery.engine.ReplyCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * Cuts what a client sends into the protocol header and frames (AMQP 0-9-1, 4.2.2 and 4.2.3). Does
 * no I/O: how the bytes are split makes no difference. Keeps at most one incomplete frame. One
 * thread.
 *
 * <p>After a FRAME_ERROR nobody knows where the next frame begins: what follows is discarded.
 */
public final class FrameDecoder {
  private final ByteBufAllocator allocator;
  private final ArgumentReader arguments = new ArgumentReader();
  private ByteBuf pending;
  private int maxFrameBytes;
  private boolean greeted;
  private boolean lost;

  /**
   * A decoder of one connection.
   *
   * @param allocator for incomplete frames
   * @param maxFrameBytes see {@link #maxFrameBytes}
   */
  public FrameDecoder(ByteBufAllocator allocator, int maxFrameBytes) {
    this.allocator = allocator;
    this.maxFrameBytes = maxFrameBytes;
  }

  /** Sets how large a frame may be, its 8 bytes of header and end included. */
  public void maxFrameBytes(int bytes) {
    maxFrameBytes = bytes;
  }

  /** Discards what comes from now on. */
  public void stop() {
    lost = true;
  }

  /** Frees the memory of an incomplete frame. */
  public void release() {
    lost = true;
    forget();
  }

  private void forget() {
    if (pending != null) {
      pending.release();
      pending = null;
    }
  }

  /**
   * Hands on what is complete, and keeps the rest. When it fails the failing frame is consumed, and
   * what is left of the input can be decoded.
   *
   * @throws AmqpException what the listener throws; a {@link ProtocolException} with FRAME_ERROR,
   *     SYNTAX_ERROR, NOT_IMPLEMENTED (no such method), COMMAND_INVALID or CHANNEL_ERROR for what
   *     is wrong by itself
   */
  public void decode(ByteBuf in, FrameListener to) throws AmqpException {
    while (in.isReadable()) {
      if (lost) {
        in.skipBytes(in.readableBytes());
      } else if (pending != null) {
        complete(in, to);
      } else if (isComplete(in)) {
        take(in, to);
      } else {
        pending = allocator.buffer(Math.max(wanted(in), Frames.OVERHEAD));
        pending.writeBytes(in);
      }
    }
  }

  private void complete(ByteBuf in, FrameListener to) throws AmqpException {
    int missing = wanted(pending) - pending.readableBytes();
    pending.writeBytes(in, Math.min(missing, in.readableBytes()));
    if (isComplete(pending)) {
      try {
        take(pending, to);
      } finally {
        forget();
      }
    }
  }

  private boolean isComplete(ByteBuf in) throws ProtocolException {
    return in.readableBytes() >= wanted(in);
  }

  /** How many bytes what begins here has, as far as one can tell by now. */
  private int wanted(ByteBuf in) throws ProtocolException {
    if (!greeted) {
      return Frames.looksLikeHeader(in) ? Frames.PROTOCOL_HEADER_BYTES : 1;
    }
    int start = in.readerIndex();
    if (!Frames.isType(in.getByte(start))) {
      throw unreadable("A frame has the type " + in.getByte(start));
    }
    if (in.readableBytes() < Frames.HEADER_BYTES) {
      return Frames.HEADER_BYTES;
    }
    long payload = in.getUnsignedInt(start + 3);
    if (payload + Frames.OVERHEAD > maxFrameBytes) {
      throw unreadable(
          "A frame has "
              + (payload + Frames.OVERHEAD)
              + " bytes, and the limit (frame-max) is "
              + maxFrameBytes);
    }
    return (int) payload + Frames.OVERHEAD;
  }

  private ProtocolException unreadable(String what) {
    lost = true;
    return new ProtocolException(ReplyCode.FRAME_ERROR, what);
  }

  private void take(ByteBuf in, FrameListener to) throws AmqpException {
    if (!greeted) {
      greet(in, to);
      return;
    }
    int type = in.readByte();
    int channel = in.readUnsignedShort();
    int length = in.readInt();
    int end = in.readerIndex() + length;
    if (in.getByte(end) != Frames.END) {
      throw unreadable("A frame does not end with the octet 0xCE");
    }
    try {
      arguments.begin(in, end);
      switch (type) {
        case Frames.METHOD -> to.method(channel, method(channel));
        case Frames.HEADER -> header(channel, to);
        case Frames.BODY -> {
          checkContent(channel);
          to.body(channel, in, length);
        }
        default -> heartbeat(channel, length, to);
      }
    } finally {
      in.readerIndex(end + 1);
    }
  }

  private void greet(ByteBuf in, FrameListener to) {
    greeted = true;
    boolean known = in.readableBytes() >= Frames.PROTOCOL_HEADER_BYTES && Frames.isHeader(in);
    if (known) {
      in.skipBytes(Frames.PROTOCOL_HEADER_BYTES);
    } else {
      lost = true;
    }
    to.protocolHeader(known);
  }

  private Method method(int channel) throws ProtocolException {
    int classId = arguments.shortInt();
    int methodId = arguments.shortInt();
    arguments.about(classId, methodId);
    MethodType type = MethodType.of(classId, methodId);
    if (type == null) {
      throw arguments.error(
          ReplyCode.NOT_IMPLEMENTED, "There is no method " + methodId + " of class " + classId);
    }
    boolean ofConnection = classId == MethodType.CONNECTION_START.classId();
    if (ofConnection != (channel == 0)) {
      // RabbitMQ's codes for it.
      throw arguments.error(
          ofConnection ? ReplyCode.COMMAND_INVALID : ReplyCode.CHANNEL_ERROR,
          type + " came on channel " + channel + (ofConnection ? ", not 0" : ""));
    }
    Method method = type.read(arguments);
    arguments.end();
    return method;
  }

  private void header(int channel, FrameListener to) throws AmqpException {
    checkContent(channel);
    to.header(channel, ContentHeader.read(arguments));
  }

  private static void checkContent(int channel) throws ProtocolException {
    if (channel == 0) {
      throw new ProtocolException(ReplyCode.UNEXPECTED_FRAME, "A content came on channel 0");
    }
  }

  private void heartbeat(int channel, int length, FrameListener to) throws ProtocolException {
    if (length != 0) {
      throw unreadable("A heartbeat has a payload");
    }
    if (channel != 0) {
      throw new ProtocolException(
          ReplyCode.UNEXPECTED_FRAME, "A heartbeat came on channel " + channel);
    }
    to.heartbeat();
  }
}
