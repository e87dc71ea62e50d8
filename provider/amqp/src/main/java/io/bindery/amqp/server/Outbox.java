package io.bindery.amqp.server;

import io.bindery.amqp.codec.Bodies;
import io.bindery.amqp.codec.Frames;
import io.bindery.amqp.codec.Method;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.ReplyCode;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;

/**
 * What a connection sends: frames are collected in buffers, which go out together. Large bodies go
 * out piece by piece, as the network takes them, and what comes behind waits for them. On the event
 * loop.
 */
final class Outbox {
  /** A buffer that has reached this is handed to the network. */
  private static final int BUFFER_BYTES = 64 * 1024;

  private static final int FIRST_BYTES = 1024;

  private final Wire wire;
  private final ArrayDeque<Piece> waiting = new ArrayDeque<>(0);
  private ByteBuf buffer;
  private int maxFrameBytes = Frames.MIN_FRAME_MAX;
  private int expectedBytes = FIRST_BYTES;
  private boolean written;

  /**
   * A buffer, or a body of which the rest is to be sent.
   *
   * @param frames the buffer, or null
   * @param body the body
   * @param channel its channel
   * @param at how much of it is sent
   */
  private record Piece(ByteBuf frames, byte[] body, int channel, int at) {}

  Outbox(Wire wire) {
    this.wire = wire;
  }

  void maxFrameBytes(int bytes) {
    maxFrameBytes = bytes;
  }

  int maxFrameBytes() {
    return maxFrameBytes;
  }

  /** Whether what waits is so little that more may be delivered. */
  boolean isWritable() {
    return waiting.isEmpty() && wire.isWritable();
  }

  /** Writes the protocol header. */
  void protocolHeader() {
    Frames.protocolHeader(buffer());
  }

  void heartbeat() {
    Frames.heartbeat(buffer());
  }

  void method(int channel, Method method) {
    ByteBuf out = buffer();
    int start = out.writerIndex();
    int end = start;
    try {
      Frames.method(out, channel, method);
      end = out.writerIndex();
    } finally {
      // Of a frame that could not be written nothing may be left.
      out.writerIndex(end);
    }
    passOn();
  }

  /**
   * Writes a method that has a content, and the content.
   *
   * @throws AmqpException CONTENT_TOO_LARGE when the properties do not fit into a frame; then
   *     nothing is written
   */
  void content(int channel, Method method, AmqpMessage message) throws AmqpException {
    byte[] body = Bodies.encoded(message.body());
    ByteBuf out = buffer();
    int end = out.writerIndex();
    try {
      Frames.method(out, channel, method);
      checkFits(Frames.header(out, channel, message, body.length));
      end = out.writerIndex();
    } finally {
      out.writerIndex(end);
    }
    if (body.length < BUFFER_BYTES) {
      Frames.bodies(out, channel, body, maxFrameBytes);
      passOn();
    } else {
      passOnAll();
      waiting.add(new Piece(null, body, channel, 0));
      pump();
    }
  }

  private void checkFits(int headerBytes) throws AmqpException {
    if (headerBytes > maxFrameBytes) {
      throw new AmqpException(
          ReplyCode.CONTENT_TOO_LARGE,
          "The properties of the message take a frame of "
              + headerBytes
              + " bytes, and this connection's limit (frame-max) is "
              + maxFrameBytes);
    }
  }

  private ByteBuf buffer() {
    if (buffer == null) {
      buffer = wire.allocator().directBuffer(expectedBytes);
    }
    return buffer;
  }

  private void passOn() {
    if (buffer.readableBytes() >= BUFFER_BYTES) {
      passOnAll();
    }
  }

  private void passOnAll() {
    if (buffer == null) {
      return;
    }
    expectedBytes = Math.max(FIRST_BYTES, Math.min(buffer.readableBytes(), BUFFER_BYTES));
    ByteBuf full = buffer;
    buffer = null;
    if (waiting.isEmpty()) {
      write(full);
    } else {
      waiting.add(new Piece(full, null, 0, 0));
    }
  }

  private void write(ByteBuf frames) {
    wire.write(frames);
    written = true;
  }

  /** Sends what there is, as far as the network takes it. */
  void flush() {
    passOnAll();
    pump();
    if (written) {
      written = false;
      wire.flush();
    }
  }

  private void pump() {
    while (!waiting.isEmpty()) {
      if (!wire.isWritable()) {
        wire.flush();
        written = false;
      }
      if (!wire.isWritable()) {
        return;
      }
      Piece next = waiting.poll();
      if (next.frames != null) {
        write(next.frames);
      } else {
        write(frameOf(next));
      }
    }
  }

  private ByteBuf frameOf(Piece piece) {
    Frames.Part part = Frames.Part.of(piece.body, piece.at, maxFrameBytes);
    ByteBuf out = wire.allocator().directBuffer(part.length() + Frames.OVERHEAD);
    Frames.body(out, piece.channel, piece.body, part);
    int at = piece.at + part.length();
    if (at < piece.body.length) {
      waiting.addFirst(new Piece(null, piece.body, piece.channel, at));
    }
    return out;
  }

  /**
   * Forgets what the network does not take yet, and what is behind it: a client that has closed its
   * connection takes nothing but the answer (AMQP 0-9-1, connection.close).
   */
  void dropWhatWaits() {
    if (!waiting.isEmpty()) {
      release();
    }
  }

  /** Forgets what is not sent. */
  void release() {
    if (buffer != null) {
      buffer.release();
      buffer = null;
    }
    for (Piece each : waiting) {
      if (each.frames != null) {
        each.frames.release();
      }
    }
    waiting.clear();
  }
}
