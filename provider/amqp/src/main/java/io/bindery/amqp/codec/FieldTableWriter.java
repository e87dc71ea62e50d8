package io.bindery.amqp.codec;

import io.netty.buffer.ByteBuf;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;

/**
 * Writes field tables, the types as {@link FieldTableReader} has them. A value that the wire has no
 * type for is written as its text: a decimal of more than 32 bits.
 */
final class FieldTableWriter {
  private FieldTableWriter() {}

  static void write(ByteBuf out, Map<?, ?> table) {
    int start = begin(out);
    table.forEach(
        (name, value) -> {
          int lengthAt = out.writerIndex();
          out.writeByte(0);
          out.setByte(lengthAt, name(out, String.valueOf(name)));
          value(out, value);
        });
    end(out, start);
  }

  /** A name of the engine's may be longer than the wire's: the end is cut off. */
  private static int name(ByteBuf out, String name) {
    int start = out.writerIndex();
    int length = WireText.write(out, name);
    if (length > 255) {
      out.writerIndex(start);
      return name(out, name.substring(0, Math.min(name.length() - 1, 255)));
    }
    return length;
  }

  static void array(ByteBuf out, List<?> values) {
    int start = begin(out);
    values.forEach(value -> value(out, value));
    end(out, start);
  }

  private static int begin(ByteBuf out) {
    out.writeInt(0);
    return out.writerIndex();
  }

  private static void end(ByteBuf out, int start) {
    out.setInt(start - 4, out.writerIndex() - start);
  }

  private static void value(ByteBuf out, Object value) {
    if (value instanceof String text) {
      out.writeByte('S');
      text(out, text);
    } else if (value instanceof Number number) {
      number(out, number);
    } else if (value instanceof Boolean flag) {
      out.writeByte('t').writeByte(flag ? 1 : 0);
    } else if (value == null) {
      out.writeByte('V');
    } else {
      compound(out, value);
    }
  }

  private static void compound(ByteBuf out, Object value) {
    if (value instanceof Map<?, ?> table) {
      out.writeByte('F');
      write(out, table);
    } else if (value instanceof List<?> values) {
      out.writeByte('A');
      array(out, values);
    } else if (value instanceof Character letter) {
      out.writeByte('u').writeShort(letter);
    } else if (value instanceof byte[] bytes) {
      out.writeByte('x').writeInt(bytes.length).writeBytes(bytes);
    } else if (value instanceof Date date) {
      out.writeByte('T').writeLong(Timestamps.toSeconds(date.getTime()));
    } else if (value instanceof Instant instant) {
      out.writeByte('T').writeLong(instant.getEpochSecond());
    } else {
      out.writeByte('S');
      text(out, value.toString());
    }
  }

  private static void number(ByteBuf out, Number number) {
    if (number instanceof Integer) {
      out.writeByte('I').writeInt(number.intValue());
    } else if (number instanceof Long) {
      out.writeByte('l').writeLong(number.longValue());
    } else if (number instanceof Short) {
      out.writeByte('s').writeShort(number.intValue());
    } else if (number instanceof Byte) {
      out.writeByte('b').writeByte(number.intValue());
    } else if (number instanceof Double) {
      out.writeByte('d').writeDouble(number.doubleValue());
    } else if (number instanceof Float) {
      out.writeByte('f').writeFloat(number.floatValue());
    } else if (number instanceof BigDecimal decimal && fits(decimal)) {
      out.writeByte('D').writeByte(decimal.scale()).writeInt(decimal.unscaledValue().intValue());
    } else {
      out.writeByte('S');
      text(out, number.toString());
    }
  }

  private static boolean fits(BigDecimal decimal) {
    BigInteger unscaled = decimal.unscaledValue();
    return unscaled.bitLength() < 32 && decimal.scale() >= 0 && decimal.scale() <= 255;
  }

  private static void text(ByteBuf out, String text) {
    int start = begin(out);
    WireText.write(out, text);
    end(out, start);
  }
}
