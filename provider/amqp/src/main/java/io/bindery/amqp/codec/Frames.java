package io.bindery.amqp.codec;

import io.bindery.engine.AmqpMessage;
import io.netty.buffer.ByteBuf;

/** The form of frames (AMQP 0-9-1, 4.2.2 and 4.2.3), and how they are written. */
public final class Frames {
  /** Bytes of a frame beside its payload. */
  public static final int OVERHEAD = 8;

  /** The least that a frame-max may be. */
  public static final int MIN_FRAME_MAX = 4096;

  static final int METHOD = 1;
  static final int HEADER = 2;
  static final int BODY = 3;
  static final int HEARTBEAT = 8;
  static final byte END = (byte) 0xCE;
  static final int HEADER_BYTES = 7;
  static final int PROTOCOL_HEADER_BYTES = 8;

  private static final byte[] PROTOCOL_HEADER = {'A', 'M', 'Q', 'P', 0, 0, 9, 1};
  private static final int NAME_BYTES = 4;

  private Frames() {}

  /** Whether what is there may become a protocol header, of whatever version. */
  static boolean looksLikeHeader(ByteBuf in) {
    return matches(in, Math.min(NAME_BYTES, in.readableBytes()));
  }

  static boolean isHeader(ByteBuf in) {
    return matches(in, PROTOCOL_HEADER_BYTES);
  }

  private static boolean matches(ByteBuf in, int length) {
    for (int i = 0; i < length; i++) {
      if (in.getByte(in.readerIndex() + i) != PROTOCOL_HEADER[i]) {
        return false;
      }
    }
    return true;
  }

  static boolean isType(int type) {
    return type >= METHOD && type <= BODY || type == HEARTBEAT;
  }

  /** Writes the protocol header that this peer speaks. */
  public static void protocolHeader(ByteBuf out) {
    out.writeBytes(PROTOCOL_HEADER);
  }

  /** Writes a heartbeat. */
  public static void heartbeat(ByteBuf out) {
    end(out, begin(out, HEARTBEAT, 0));
  }

  /** Writes a method. */
  public static void method(ByteBuf out, int channel, Method method) {
    int start = begin(out, METHOD, channel);
    MethodType type = method.type();
    out.writeShort(type.classId()).writeShort(type.methodId());
    method.write(new ArgumentWriter(out));
    end(out, start);
  }

  /**
   * Writes a content header.
   *
   * @return the bytes of the whole frame
   */
  public static int header(ByteBuf out, int channel, AmqpMessage message, int bodyBytes) {
    int start = begin(out, HEADER, channel);
    out.writeShort(ContentHeader.BASIC).writeShort(0).writeLong(bodyBytes);
    BasicProperties.write(out, message);
    end(out, start);
    return out.writerIndex() - start + HEADER_BYTES;
  }

  /** Writes a piece of a content body: one frame. */
  public static void body(ByteBuf out, int channel, byte[] body, Part part) {
    out.writeByte(BODY).writeShort(channel).writeInt(part.length);
    out.writeBytes(body, part.at, part.length).writeByte(END);
  }

  /** Writes a body, in as many frames as it takes, none larger than the limit. */
  public static void bodies(ByteBuf out, int channel, byte[] body, int maxFrameBytes) {
    int at = 0;
    while (at < body.length) {
      Part part = Part.of(body, at, maxFrameBytes);
      body(out, channel, body, part);
      at += part.length;
    }
  }

  /**
   * A part of a body that fits into a frame.
   *
   * @param at where it begins
   * @param length how many bytes it has
   */
  public record Part(int at, int length) {
    /** The largest from there on. */
    public static Part of(byte[] body, int at, int maxFrameBytes) {
      return new Part(at, Math.min(maxFrameBytes - OVERHEAD, body.length - at));
    }
  }

  private static int begin(ByteBuf out, int type, int channel) {
    out.writeByte(type).writeShort(channel).writeInt(0);
    return out.writerIndex();
  }

  private static void end(ByteBuf out, int start) {
    out.setInt(start - 4, out.writerIndex() - start);
    out.writeByte(END);
  }
}
