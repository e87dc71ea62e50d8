package io.bindery.amqp.codec;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads field tables (AMQP 0-9-1, 4.2.5.5) with the letters that RabbitMQ gives to the types, which
 * differ from the specification's.
 *
 * <table>
 * <caption>Types</caption>
 * <tr><th>letter</th><th>bytes</th><th>in Java</th></tr>
 * <tr><td>{@code t}</td><td>octet</td><td>Boolean</td></tr>
 * <tr><td>{@code b}, {@code B}</td><td>octet, signed and not</td><td>Byte, Short</td></tr>
 * <tr><td>{@code s} and {@code U}, {@code u}</td><td>2, signed and not</td><td>Short,
 *     Integer</td></tr>
 * <tr><td>{@code I}, {@code i}</td><td>4, signed and not</td><td>Integer, Long</td></tr>
 * <tr><td>{@code l} and {@code L}</td><td>8, signed</td><td>Long</td></tr>
 * <tr><td>{@code f}, {@code d}</td><td>4, 8</td><td>Float, Double</td></tr>
 * <tr><td>{@code D}</td><td>octet of decimals, 4 signed</td><td>BigDecimal</td></tr>
 * <tr><td>{@code S}</td><td>long string</td><td>String, as {@link WireText} has it</td></tr>
 * <tr><td>{@code x}</td><td>long string</td><td>byte[]</td></tr>
 * <tr><td>{@code T}</td><td>8, seconds since 1970</td><td>Date</td></tr>
 * <tr><td>{@code F}, {@code A}</td><td>long string of fields, of values</td><td>Map, List</td></tr>
 * <tr><td>{@code V}</td><td>none</td><td>null</td></tr>
 * </table>
 *
 * <p>In bodies {@code u} is a Character. Names that come twice are one field, the last. Tables are
 * at most {@value #MAX_DEPTH} deep; their size is bounded by the frame.
 */
final class FieldTableReader {
  /** How deep tables and arrays may be nested, so that none overflows a stack. */
  static final int MAX_DEPTH = 100;

  private final ArgumentReader in;
  private final boolean characters;
  private int depth;

  /**
   * Reads from there.
   *
   * @param characters whether {@code u} is a character of Java, as in bodies
   */
  FieldTableReader(ArgumentReader in, boolean characters) {
    this.in = in;
    this.characters = characters;
  }

  /** An immutable table. */
  Map<String, Object> read() throws ProtocolException {
    depth = 0;
    return table();
  }

  /** An immutable array. */
  List<Object> readArray() throws ProtocolException {
    depth = 0;
    return array();
  }

  private Map<String, Object> table() throws ProtocolException {
    int end = enter();
    if (in.remaining() == end) {
      depth--;
      return Map.of();
    }
    Map<String, Object> table = new LinkedHashMap<>();
    while (in.remaining() > end) {
      String name = in.shortString();
      table.put(name, value());
    }
    leave(end);
    return Collections.unmodifiableMap(table);
  }

  private List<Object> array() throws ProtocolException {
    int end = enter();
    List<Object> array = new ArrayList<>();
    while (in.remaining() > end) {
      array.add(value());
    }
    leave(end);
    return Collections.unmodifiableList(array);
  }

  /** What is left of the frame behind the table or array that begins here. */
  private int enter() throws ProtocolException {
    long length = in.longInt();
    if (length > in.remaining()) {
      throw in.syntaxError(
          "A table of " + length + " bytes does not fit into the " + in.remaining() + " left");
    }
    if (++depth > MAX_DEPTH) {
      throw in.syntaxError("A table is nested deeper than the limit of " + MAX_DEPTH);
    }
    return in.remaining() - (int) length;
  }

  private void leave(int end) throws ProtocolException {
    if (in.remaining() < end) {
      throw in.syntaxError("The last field of a table is longer than the table");
    }
    depth--;
  }

  private Object value() throws ProtocolException {
    int letter = in.octet();
    return switch (letter) {
      case 't' -> in.octet() != 0;
      case 'b' -> (byte) in.octet();
      case 'B' -> (short) in.octet();
      case 's', 'U' -> (short) in.shortInt();
      case 'u' -> unsigned();
      case 'I' -> (int) in.longInt();
      case 'i' -> in.longInt();
      case 'l', 'L' -> in.longLong();
      case 'f' -> Float.intBitsToFloat((int) in.longInt());
      case 'd' -> Double.longBitsToDouble(in.longLong());
      case 'D' -> decimal();
      case 'S' -> in.longString();
      case 'x' -> in.bytes();
      case 'T' -> new Date(Timestamps.toMs(in.longLong()));
      case 'F' -> table();
      case 'A' -> array();
      case 'V' -> null;
      default -> throw in.syntaxError("There is no field type " + letter);
    };
  }

  private Object unsigned() throws ProtocolException {
    int value = in.shortInt();
    if (characters) {
      return (char) value;
    }
    return value;
  }

  private BigDecimal decimal() throws ProtocolException {
    int scale = in.octet();
    return new BigDecimal(BigInteger.valueOf((int) in.longInt()), scale);
  }
}
