package io.bindery.broker.store;

/**
 * How tables and their values are stored, in messages and declarations. Numbers are big-endian.
 * Where AMQP 0-9-1 (4.2.1, as RabbitMQ implements it) has a field type its letter is used.
 *
 * <table>
 * <caption>Primitives and field types</caption>
 * <tr><th>what</th><th>bytes</th></tr>
 * <tr><td>count</td><td>1 to 5: seven bits a byte, the low ones first, the highest bit set in all
 *     but the last; at most 2^31 - 1</td></tr>
 * <tr><td>text</td><td>count of bytes, UTF-8 as {@link LooseUtf8} has it</td></tr>
 * <tr><td>bytes</td><td>count, bytes</td></tr>
 * <tr><td>value</td><td>the letter of its type, then as below</td></tr>
 * <tr><td>table</td><td>count of entries, for each its name as text and its value; in order, no
 *     name twice</td></tr>
 * <tr><td>array</td><td>count of elements, values</td></tr>
 * <tr><td>{@code V} null</td><td>nothing</td></tr>
 * <tr><td>{@code t} Boolean</td><td>int8, 0 or 1</td></tr>
 * <tr><td>{@code b} Byte</td><td>int8</td></tr>
 * <tr><td>{@code s} Short</td><td>int16</td></tr>
 * <tr><td>{@code I} Integer</td><td>int32</td></tr>
 * <tr><td>{@code l} Long</td><td>int64</td></tr>
 * <tr><td>{@code f} Float</td><td>int32, its bits</td></tr>
 * <tr><td>{@code d} Double</td><td>int64, its bits</td></tr>
 * <tr><td>{@code D} BigDecimal</td><td>int32 scale; the unscaled value in two's complement as
 *     bytes</td></tr>
 * <tr><td>{@code c} Character</td><td>int16</td></tr>
 * <tr><td>{@code S} String</td><td>text</td></tr>
 * <tr><td>{@code x} byte[]</td><td>bytes</td></tr>
 * <tr><td>{@code T} java.util.Date</td><td>int64, ms since 1970</td></tr>
 * <tr><td>{@code i} Instant</td><td>int64 seconds since 1970, int32 nanoseconds</td></tr>
 * <tr><td>{@code F} Map</td><td>table</td></tr>
 * <tr><td>{@code A} List</td><td>array</td></tr>
 * </table>
 */
final class FieldType {
  static final byte VOID = 'V';
  static final byte BOOLEAN = 't';
  static final byte BYTE = 'b';
  static final byte SHORT = 's';
  static final byte INTEGER = 'I';
  static final byte LONG = 'l';
  static final byte FLOAT = 'f';
  static final byte DOUBLE = 'd';
  static final byte DECIMAL = 'D';
  static final byte CHARACTER = 'c';
  static final byte TEXT = 'S';
  static final byte BYTES = 'x';
  static final byte DATE = 'T';
  static final byte INSTANT = 'i';
  static final byte TABLE = 'F';
  static final byte ARRAY = 'A';

  /** How deep tables and arrays may be nested, so that none overflows a stack. */
  static final int MAX_DEPTH = 100;

  private FieldType() {}
}
