package io.bindery.broker.store;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the primitives and values of {@link FieldType}. Trusts no byte: what does not fit is a
 * {@link MalformedRecordException}, and no more memory is taken than the bytes that are there ask
 * for. One thread.
 */
final class FieldReader {
  private static final int MORE = 0x80;
  private static final int SEVEN_BITS = 0x7F;
  private static final int LAST_SHIFT = 28;

  /** What is left of 31 bits. */
  private static final int LAST_BITS = 0x7;

  /** An entry of a table is at least the count of its name and the letter of its type. */
  private static final int LEAST_ENTRY_BYTES = 2;

  /** A wrong count must not take memory: larger tables and lists grow with what is read. */
  private static final int MAX_INITIAL_CAPACITY = 16;

  private final ByteBuffer from;
  private final int start;

  /**
   * Reads a part of a record.
   *
   * @param from from its beginning to its limit
   * @param start offset of its beginning within the record, for errors
   */
  FieldReader(ByteBuffer from, int start) {
    this.from = from;
    this.start = start;
  }

  /** Where the next is read, within the record. */
  int offset() {
    return start + from.position();
  }

  private static MalformedRecordException malformed(int offset, String wrong) {
    return new MalformedRecordException(offset, wrong);
  }

  /** The byte that was read last is wrong. */
  MalformedRecordException malformed(String wrong) {
    return malformed(offset() - 1, wrong);
  }

  private void need(int bytes, String of) {
    if (bytes > from.remaining()) {
      throw malformed(
          offset(), bytes + " bytes of " + of + " end beyond the " + from.remaining() + " left");
    }
  }

  /** Fails when something is left. */
  void end() {
    if (from.hasRemaining()) {
      throw malformed(offset(), from.remaining() + " bytes too many");
    }
  }

  byte int8() {
    need(Byte.BYTES, "int8");
    return from.get();
  }

  short int16() {
    need(Short.BYTES, "int16");
    return from.getShort();
  }

  int int32() {
    need(Integer.BYTES, "int32");
    return from.getInt();
  }

  long int64() {
    need(Long.BYTES, "int64");
    return from.getLong();
  }

  int count() {
    int offset = offset();
    int value = 0;
    for (int shift = 0; shift <= LAST_SHIFT; shift += 7) {
      int next = int8();
      value |= (next & SEVEN_BITS) << shift;
      if ((next & MORE) == 0) {
        if (shift == LAST_SHIFT && next > LAST_BITS) {
          break;
        }
        return value;
      }
    }
    throw malformed(offset, "a count beyond " + Integer.MAX_VALUE);
  }

  /** The count of what takes at least so many bytes each. */
  private int count(int leastBytes, String of) {
    int offset = offset();
    int count = count();
    if (count > from.remaining() / leastBytes) {
      throw malformed(
          offset, count + " " + of + " cannot be in the " + from.remaining() + " bytes left");
    }
    return count;
  }

  byte[] bytes() {
    return raw(count());
  }

  byte[] raw(int length) {
    need(length, "bytes");
    byte[] bytes = new byte[length];
    from.get(bytes);
    return bytes;
  }

  String text() {
    return text(count());
  }

  /** A text whose length in bytes stands elsewhere. */
  String text(int length) {
    need(length, "text");
    if (length == 0) {
      return "";
    }
    if (from.hasArray()) {
      int first = from.arrayOffset() + from.position();
      String text = new String(from.array(), first, length, StandardCharsets.UTF_8);
      if (LooseUtf8.isCertain(text)) {
        from.position(from.position() + length);
        return text;
      }
    }
    int offset = offset();
    return LooseUtf8.decode(raw(length), offset);
  }

  /** An immutable table in its order. */
  Map<String, Object> table() {
    return table(0);
  }

  /** An immutable list. */
  List<Object> array() {
    return array(0);
  }

  private Map<String, Object> table(int depth) {
    int count = count(LEAST_ENTRY_BYTES, "entries");
    if (count == 0) {
      return Map.of();
    }
    if (count == 1) {
      String name = text();
      return Collections.singletonMap(name, value(depth));
    }
    Map<String, Object> table = new LinkedHashMap<>(2 * Math.min(count, MAX_INITIAL_CAPACITY));
    for (int i = 0; i < count; i++) {
      int offset = offset();
      String name = text();
      table.put(name, value(depth));
      if (table.size() <= i) {
        throw malformed(offset, "'" + name + "' is in the table twice");
      }
    }
    return Collections.unmodifiableMap(table);
  }

  private List<Object> array(int depth) {
    int count = count(1, "elements");
    if (count == 0) {
      return List.of();
    }
    List<Object> list = new ArrayList<>(Math.min(count, MAX_INITIAL_CAPACITY));
    for (int i = 0; i < count; i++) {
      list.add(value(depth));
    }
    return Collections.unmodifiableList(list);
  }

  private int inside(int depth) {
    if (depth == FieldType.MAX_DEPTH) {
      throw malformed(offset(), "nested deeper than " + FieldType.MAX_DEPTH);
    }
    return depth + 1;
  }

  private Object value(int depth) {
    byte type = int8();
    return switch (type) {
      case FieldType.VOID -> null;
      case FieldType.BOOLEAN -> truth();
      case FieldType.BYTE -> int8();
      case FieldType.SHORT -> int16();
      case FieldType.INTEGER -> int32();
      case FieldType.LONG -> int64();
      case FieldType.FLOAT -> Float.intBitsToFloat(int32());
      case FieldType.DOUBLE -> Double.longBitsToDouble(int64());
      case FieldType.DECIMAL -> decimal();
      case FieldType.CHARACTER -> (char) int16();
      case FieldType.TEXT -> text();
      case FieldType.BYTES -> bytes();
      case FieldType.DATE -> new Date(int64());
      case FieldType.INSTANT -> instant();
      case FieldType.TABLE -> table(inside(depth));
      case FieldType.ARRAY -> array(inside(depth));
      default -> throw malformed("a field type of " + type);
    };
  }

  /** A byte that is 0 or 1. */
  boolean truth() {
    byte value = int8();
    if (value >> 1 != 0) {
      throw malformed("a boolean of " + value);
    }
    return value == 1;
  }

  private BigDecimal decimal() {
    int scale = int32();
    int offset = offset();
    byte[] unscaled = bytes();
    if (unscaled.length == 0) {
      throw malformed(offset, "a decimal without digits");
    }
    return new BigDecimal(new BigInteger(unscaled), scale);
  }

  private Instant instant() {
    int offset = offset();
    long seconds = int64();
    int nanos = int32();
    try {
      return Instant.ofEpochSecond(seconds, nanos);
    } catch (DateTimeException | ArithmeticException e) {
      throw malformed(offset, seconds + " s and " + nanos + " ns are no instant");
    }
  }
}
