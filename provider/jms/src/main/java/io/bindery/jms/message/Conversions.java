package io.bindery.jms.message;

import jakarta.jms.MessageFormatException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.Objects;

/**
 * The conversions between the types of properties, map and stream values (Jakarta Messaging 3.5.4
 * and 3.11.3): a value is read as its own type, a wider one, or a String, and a String as anything
 * that it spells.
 */
final class Conversions {
  private Conversions() {}

  static boolean toBoolean(Object value) throws MessageFormatException {
    if (value instanceof Boolean own) {
      return own;
    }
    if (value == null || value instanceof String) {
      return Boolean.parseBoolean((String) value);
    }
    throw cannot(value, "boolean");
  }

  static byte toByte(Object value) throws MessageFormatException {
    if (value instanceof Byte own) {
      return own;
    }
    if (value == null || value instanceof String) {
      return Byte.parseByte((String) value);
    }
    throw cannot(value, "byte");
  }

  static short toShort(Object value) throws MessageFormatException {
    if (value instanceof Short || value instanceof Byte) {
      return ((Number) value).shortValue();
    }
    if (value == null || value instanceof String) {
      return Short.parseShort((String) value);
    }
    throw cannot(value, "short");
  }

  static char toChar(Object value) throws MessageFormatException {
    if (value instanceof Character own) {
      return own;
    }
    if (value == null) {
      throw new NullPointerException("the value is null, which is no char");
    }
    throw cannot(value, "char");
  }

  static int toInt(Object value) throws MessageFormatException {
    if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
      return ((Number) value).intValue();
    }
    if (value == null || value instanceof String) {
      return Integer.parseInt((String) value);
    }
    throw cannot(value, "int");
  }

  static long toLong(Object value) throws MessageFormatException {
    if (value instanceof Long
        || value instanceof Integer
        || value instanceof Short
        || value instanceof Byte) {
      return ((Number) value).longValue();
    }
    if (value == null || value instanceof String) {
      return Long.parseLong((String) value);
    }
    throw cannot(value, "long");
  }

  static float toFloat(Object value) throws MessageFormatException {
    if (value instanceof Float own) {
      return own;
    }
    if (value == null || value instanceof String) {
      return Float.parseFloat((String) value);
    }
    throw cannot(value, "float");
  }

  static double toDouble(Object value) throws MessageFormatException {
    if (value instanceof Double || value instanceof Float) {
      return ((Number) value).doubleValue();
    }
    if (value == null || value instanceof String) {
      return Double.parseDouble((String) value);
    }
    throw cannot(value, "double");
  }

  static String toText(Object value) throws MessageFormatException {
    if (value instanceof byte[]) {
      throw cannot(value, "String");
    }
    return value == null ? null : value.toString();
  }

  static byte[] toBytes(Object value) throws MessageFormatException {
    if (value == null || value instanceof byte[]) {
      return value == null ? null : ((byte[]) value).clone();
    }
    throw cannot(value, "byte[]");
  }

  /** Whether a property may hold a value. */
  static boolean isProperty(Object value) {
    return value instanceof String
        || value instanceof Boolean
        || value instanceof Byte
        || value instanceof Short
        || value instanceof Integer
        || value instanceof Long
        || value instanceof Float
        || value instanceof Double;
  }

  /** The value as a map or stream keeps it: byte arrays are copied. */
  static Object bodyValue(Object value) throws MessageFormatException {
    if (value == null || isProperty(value) || value instanceof Character) {
      return value;
    }
    if (value instanceof byte[] bytes) {
      return bytes.clone();
    }
    throw new MessageFormatException(
        "A value of "
            + value.getClass().getName()
            + " cannot be kept: use a primitive type's class, String or byte[]");
  }

  /**
   * A part of an array, of its own; null for null.
   *
   * @throws IndexOutOfBoundsException when the array does not hold it
   */
  static byte[] part(byte[] value, int offset, int length) {
    if (value == null) {
      return null;
    }
    Objects.checkFromIndexSize(offset, length, value.length);
    return Arrays.copyOfRange(value, offset, offset + length);
  }

  /**
   * A value of a received map or stream as an application may see it: what other AMQP clients can
   * send besides becomes the nearest that there is. Byte arrays are copied.
   */
  static Object received(Object value) {
    if (value instanceof byte[] bytes) {
      return bytes.clone();
    }
    return readable(value);
  }

  /** The same, byte arrays shared. */
  static Object readable(Object value) {
    if (value == null
        || isProperty(value)
        || value instanceof Character
        || value instanceof byte[]) {
      return value;
    }
    if (value instanceof Date time) {
      return time.getTime();
    }
    return value instanceof Instant time ? (Object) time.toEpochMilli() : value.toString();
  }

  private static MessageFormatException cannot(Object value, String type) {
    return new MessageFormatException(
        "A " + value.getClass().getSimpleName() + " cannot be read as " + type);
  }
}
