package io.bindery.amqp.codec;

import io.netty.buffer.ByteBuf;
import java.util.Map;

/** Writes the arguments of methods and the properties of contents (AMQP 0-9-1, 4.2.5). */
public final class ArgumentWriter {
  private final ByteBuf out;
  private int bitsAt = -1;
  private int bitCount;

  ArgumentWriter(ByteBuf out) {
    this.out = out;
  }

  void octet(int value) {
    bitsAt = -1;
    out.writeByte(value);
  }

  void shortInt(int value) {
    bitsAt = -1;
    out.writeShort(value);
  }

  void longInt(long value) {
    bitsAt = -1;
    out.writeInt((int) value);
  }

  void longLong(long value) {
    bitsAt = -1;
    out.writeLong(value);
  }

  void bit(boolean value) {
    if (bitsAt < 0 || bitCount == 8) {
      bitsAt = out.writerIndex();
      bitCount = 0;
      out.writeByte(0);
    }
    if (value) {
      out.setByte(bitsAt, out.getByte(bitsAt) | 1 << bitCount);
    }
    bitCount++;
  }

  /** At most 255 bytes: whoever made it has seen to that. */
  void shortString(String value) {
    bitsAt = -1;
    int start = out.writerIndex();
    out.writeByte(0);
    int length = WireText.write(out, value);
    if (length > 255) {
      throw new IllegalArgumentException("a short string of " + length + " bytes");
    }
    out.setByte(start, length);
  }

  void longString(String value) {
    bitsAt = -1;
    int start = out.writerIndex();
    out.writeInt(0);
    out.setInt(start, WireText.write(out, value));
  }

  void table(Map<String, ?> value) {
    bitsAt = -1;
    FieldTableWriter.write(out, value);
  }
}
