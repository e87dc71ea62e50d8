package io.bindery.rabbitmq;

import io.bindery.engine.Body;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Bodies that are a field table or a field array (AMQP 0-9-1, 4.2.5.5, with RabbitMQ's letters),
 * which the client library knows in headers only. A character is {@code u}.
 */
final class BodyCodec {
  private static final int MAX_NAME_BYTES = 255;
  private static final int MAX_DEPTH = 100;
  private static final long MS = 1000;

  private BodyCodec() {}

  static byte[] encoded(Body body) {
    if (body instanceof Body.Bytes bytes) {
      return bytes.content();
    }
    if (body instanceof Body.Text text) {
      return text.encoded();
    }
    if (body instanceof Body.Serialized serialized) {
      return serialized.content();
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      if (body instanceof Body.Table table) {
        table(out, table.content());
      } else if (body instanceof Body.Sequence sequence) {
        array(out, sequence.content());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // an array in memory does no I/O
    }
    return bytes.toByteArray();
  }

  /** What {@code x-bindery-body} says of a body; null where bytes say it all. */
  static String kind(Body body) {
    if (body instanceof Body.Text) {
      return "text";
    }
    if (body instanceof Body.Table) {
      return "map";
    }
    return body instanceof Body.Sequence ? "list" : null;
  }

  /** The body that bytes are; bytes when they are not what is said of them. */
  static Body decoded(byte[] bytes, String kind) {
    if (kind == null) {
      return bytes.length == 0 ? Body.EMPTY : new Body.Bytes(bytes);
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      return switch (kind) {
        case "text" -> new Body.Text(new String(bytes, StandardCharsets.UTF_8));
        case "map" -> new Body.Table(readTable(in, 0));
        case "list" -> new Body.Sequence(readArray(in, 0));
        default -> new Body.Bytes(bytes);
      };
    } catch (IOException e) {
      return new Body.Bytes(bytes);
    }
  }

  // --- out ---

  private static void table(DataOutputStream out, Map<?, ?> table) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream fields = new DataOutputStream(bytes);
    for (Map.Entry<?, ?> field : table.entrySet()) {
      byte[] name = String.valueOf(field.getKey()).getBytes(StandardCharsets.UTF_8);
      if (name.length > MAX_NAME_BYTES) {
        throw new IllegalArgumentException(
            "The name '" + field.getKey() + "' in a map has more than 255 bytes");
      }
      fields.writeByte(name.length);
      fields.write(name);
      value(fields, field.getValue());
    }
    out.writeInt(bytes.size());
    bytes.writeTo(out);
  }

  private static void array(DataOutputStream out, List<?> values) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream fields = new DataOutputStream(bytes);
    for (Object value : values) {
      value(fields, value);
    }
    out.writeInt(bytes.size());
    bytes.writeTo(out);
  }

  private static void value(DataOutputStream out, Object value) throws IOException {
    if (value == null) {
      out.writeByte('V');
    } else if (value instanceof String text) {
      bytes(out, 'S', text.getBytes(StandardCharsets.UTF_8));
    } else if (value instanceof byte[] bytes) {
      bytes(out, 'x', bytes);
    } else if (value instanceof Boolean flag) {
      out.writeByte('t');
      out.writeBoolean(flag);
    } else if (value instanceof Character letter) {
      out.writeByte('u');
      out.writeChar(letter);
    } else if (value instanceof Number number) {
      number(out, number);
    } else {
      compound(out, value);
    }
  }

  private static void bytes(DataOutputStream out, char letter, byte[] bytes) throws IOException {
    out.writeByte(letter);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static void number(DataOutputStream out, Number number) throws IOException {
    if (number instanceof Integer) {
      out.writeByte('I');
      out.writeInt(number.intValue());
    } else if (number instanceof Long) {
      out.writeByte('l');
      out.writeLong(number.longValue());
    } else if (number instanceof Short) {
      out.writeByte('s');
      out.writeShort(number.intValue());
    } else if (number instanceof Byte) {
      out.writeByte('b');
      out.writeByte(number.intValue());
    } else if (number instanceof Float) {
      out.writeByte('f');
      out.writeFloat(number.floatValue());
    } else {
      out.writeByte('d');
      out.writeDouble(number.doubleValue());
    }
  }

  private static void compound(DataOutputStream out, Object value) throws IOException {
    if (value instanceof Map<?, ?> table) {
      out.writeByte('F');
      table(out, table);
    } else if (value instanceof List<?> values) {
      out.writeByte('A');
      array(out, values);
    } else if (value instanceof Date date) {
      out.writeByte('T');
      out.writeLong(Math.floorDiv(date.getTime(), MS));
    } else {
      bytes(out, 'S', value.toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  // --- in ---

  private static DataInputStream part(DataInputStream in, int depth) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > in.available() || depth > MAX_DEPTH) {
      throw new EOFException();
    }
    return new DataInputStream(new ByteArrayInputStream(in.readNBytes(length)));
  }

  private static Map<String, Object> readTable(DataInputStream from, int depth) throws IOException {
    DataInputStream in = part(from, depth);
    Map<String, Object> table = new LinkedHashMap<>();
    while (in.available() > 0) {
      byte[] name = new byte[in.readUnsignedByte()];
      in.readFully(name);
      table.put(new String(name, StandardCharsets.UTF_8), readValue(in, depth));
    }
    return Collections.unmodifiableMap(table);
  }

  private static List<Object> readArray(DataInputStream from, int depth) throws IOException {
    DataInputStream in = part(from, depth);
    List<Object> values = new ArrayList<>();
    while (in.available() > 0) {
      values.add(readValue(in, depth));
    }
    return Collections.unmodifiableList(values);
  }

  private static Object readValue(DataInputStream in, int depth) throws IOException {
    int letter = in.readUnsignedByte();
    return switch (letter) {
      case 't' -> in.readBoolean();
      case 'b' -> in.readByte();
      case 'B' -> (short) in.readUnsignedByte();
      case 's', 'U' -> in.readShort();
      case 'u' -> in.readChar();
      case 'I' -> in.readInt();
      case 'i' -> Integer.toUnsignedLong(in.readInt());
      case 'l', 'L' -> in.readLong();
      case 'f' -> in.readFloat();
      case 'd' -> in.readDouble();
      case 'D' -> readDecimal(in);
      case 'S' -> new String(readBytes(in), StandardCharsets.UTF_8);
      case 'x' -> readBytes(in);
      case 'T' -> new Date(in.readLong() * MS);
      case 'F' -> readTable(in, depth + 1);
      case 'A' -> readArray(in, depth + 1);
      case 'V' -> null;
      default -> throw new IOException("There is no field type " + letter);
    };
  }

  private static BigDecimal readDecimal(DataInputStream in) throws IOException {
    int scale = in.readUnsignedByte();
    return new BigDecimal(BigInteger.valueOf(in.readInt()), scale);
  }

  private static byte[] readBytes(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw new EOFException();
    }
    return in.readNBytes(length);
  }
}
