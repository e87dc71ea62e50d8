package io.bindery.broker.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;

/**
 * Writes the primitives and values of {@link FieldType} into an array that {@link FieldSize} has
 * made large enough. One thread.
 */
final class FieldWriter {
  private static final VarHandle SHORTS = view(short[].class);
  private static final VarHandle INTS = view(int[].class);
  private static final VarHandle LONGS = view(long[].class);

  private static final int MORE = 0x80;
  private static final int SEVEN_BITS = 0x7F;

  private final byte[] to;
  private int at;

  FieldWriter(byte[] to, int start) {
    this.to = to;
    at = start;
  }

  private static VarHandle view(Class<?> numbers) {
    return MethodHandles.byteArrayViewVarHandle(numbers, ByteOrder.BIG_ENDIAN);
  }

  /** Where the next goes. */
  int position() {
    return at;
  }

  /** What is written from a place on. */
  ByteBuffer written(int from) {
    return ByteBuffer.wrap(to, from, at - from);
  }

  void int8(int value) {
    to[at++] = (byte) value;
  }

  void int16(int value) {
    SHORTS.set(to, at, (short) value);
    at += Short.BYTES;
  }

  void int32(int value) {
    INTS.set(to, at, value);
    at += Integer.BYTES;
  }

  void int64(long value) {
    LONGS.set(to, at, value);
    at += Long.BYTES;
  }

  void count(int value) {
    int rest = value;
    while (rest > SEVEN_BITS) {
      to[at++] = (byte) (rest | MORE);
      rest >>>= 7;
    }
    to[at++] = (byte) rest;
  }

  void raw(byte[] bytes) {
    System.arraycopy(bytes, 0, to, at, bytes.length);
    at += bytes.length;
  }

  void bytes(byte[] bytes) {
    count(bytes.length);
    raw(bytes);
  }

  void text(String text) {
    int start = at;
    int length = text.length();
    count(length);
    int next = at;
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        at = start;
        wideText(text);
        return;
      }
      to[next++] = (byte) c;
    }
    at = next;
  }

  private void wideText(String text) {
    count((int) LooseUtf8.length(text));
    at = LooseUtf8.encode(text, to, at);
  }

  void table(Map<?, ?> table) {
    count(table.size());
    if (table.isEmpty()) {
      return;
    }
    for (Map.Entry<?, ?> entry : table.entrySet()) {
      text((String) entry.getKey());
      value(entry.getValue());
    }
  }

  void array(List<?> list) {
    count(list.size());
    for (Object element : list) {
      value(element);
    }
  }

  private void value(Object value) {
    if (value instanceof String text) {
      int8(FieldType.TEXT);
      text(text);
    } else if (value instanceof Integer number) {
      int8(FieldType.INTEGER);
      int32(number);
    } else if (value instanceof Long number) {
      int8(FieldType.LONG);
      int64(number);
    } else if (value instanceof Boolean truth) {
      int8(FieldType.BOOLEAN);
      int8(truth ? 1 : 0);
    } else if (value instanceof Double number) {
      int8(FieldType.DOUBLE);
      int64(Double.doubleToRawLongBits(number));
    } else if (value == null) {
      int8(FieldType.VOID);
    } else {
      rarerValue(value);
    }
  }

  private void rarerValue(Object value) {
    if (value instanceof Map<?, ?> table) {
      int8(FieldType.TABLE);
      table(table);
    } else if (value instanceof List<?> list) {
      int8(FieldType.ARRAY);
      array(list);
    } else if (value instanceof byte[] content) {
      int8(FieldType.BYTES);
      bytes(content);
    } else if (value instanceof Byte number) {
      int8(FieldType.BYTE);
      int8(number);
    } else if (value instanceof Short number) {
      int8(FieldType.SHORT);
      int16(number);
    } else if (value instanceof Float number) {
      int8(FieldType.FLOAT);
      int32(Float.floatToRawIntBits(number));
    } else if (value instanceof Character character) {
      int8(FieldType.CHARACTER);
      int16(character);
    } else if (value instanceof BigDecimal decimal) {
      int8(FieldType.DECIMAL);
      int32(decimal.scale());
      bytes(decimal.unscaledValue().toByteArray());
    } else if (value instanceof Date date) {
      int8(FieldType.DATE);
      int64(date.getTime());
    } else if (value instanceof Instant instant) {
      int8(FieldType.INSTANT);
      int64(instant.getEpochSecond());
      int32(instant.getNano());
    } else {
      throw new IllegalStateException("not measured before: " + value.getClass().getName());
    }
  }
}
