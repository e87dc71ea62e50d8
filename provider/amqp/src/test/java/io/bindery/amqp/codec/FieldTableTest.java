package io.bindery.amqp.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.bindery.engine.ReplyCode;
import io.netty.buffer.Unpooled;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FieldTableTest {
  private static Map<String, Object> read(byte[] bytes) throws ProtocolException {
    ArgumentReader reader = new ArgumentReader();
    reader.begin(Unpooled.wrappedBuffer(bytes), bytes.length);
    Map<String, Object> table = reader.table();
    reader.end();
    return table;
  }

  private static byte[] written(Map<String, ?> table) {
    return Bytes.written(out -> FieldTableWriter.write(out, table));
  }

  private static byte[] table(byte[]... fields) {
    byte[] all = Bytes.joined(fields);
    return Bytes.joined(Bytes.of(0, 0, all.length >> 8, all.length & 0xFF), all);
  }

  private static byte[] field(int letter, int... value) {
    return Bytes.joined(Bytes.of(1, 'k', letter), Bytes.of(value));
  }

  private static Object value(int letter, int... value) throws ProtocolException {
    return read(table(field(letter, value))).get("k");
  }

  @Test
  void theTypesAreRabbitMqs() throws ProtocolException {
    assertEquals(true, value('t', 1));
    assertEquals(false, value('t', 0));
    assertEquals((byte) -1, value('b', 255));
    assertEquals((short) 255, value('B', 255));
    assertEquals((short) -2, value('s', 255, 254));
    assertEquals((short) -2, value('U', 255, 254));
    assertEquals(65534, value('u', 255, 254));
    assertEquals(-2, value('I', 255, 255, 255, 254));
    assertEquals(0xFFFF_FFFEL, value('i', 255, 255, 255, 254));
    assertEquals(258L, value('l', 0, 0, 0, 0, 0, 0, 1, 2));
    assertEquals(258L, value('L', 0, 0, 0, 0, 0, 0, 1, 2));
    assertEquals(1.5f, value('f', 0x3F, 0xC0, 0, 0));
    assertEquals(1.5, value('d', 0x3F, 0xF8, 0, 0, 0, 0, 0, 0));
    assertEquals(new BigDecimal("-0.02"), value('D', 2, 255, 255, 255, 254));
    assertEquals("ab", value('S', 0, 0, 0, 2, 'a', 'b'));
    assertArrayEquals(Bytes.of(9, 8), (byte[]) value('x', 0, 0, 0, 2, 9, 8));
    assertEquals(new Date(258_000), value('T', 0, 0, 0, 0, 0, 0, 1, 2));
    assertEquals(Map.of("a", true), value('F', 0, 0, 0, 4, 1, 'a', 't', 1));
    assertEquals(List.of(true, (byte) 3), value('A', 0, 0, 0, 4, 't', 1, 'b', 3));
    assertEquals(null, value('V'));
  }

  @Test
  void valuesComeBack() throws ProtocolException {
    Map<String, Object> table = new LinkedHashMap<>();
    table.put("text", "grün");
    table.put("void", null);
    table.put("list", Arrays.asList(1, 2L, (short) 3, (byte) 4, 5.0, 6f, null, "sieben"));
    table.put("table", Map.of("in", Map.of("deeper", true)));
    table.put("decimal", new BigDecimal("12.34"));
    table.put("date", new Date(1_700_000_000_000L));
    assertEquals(table, read(written(table)));
    assertEquals(List.copyOf(table.keySet()), List.copyOf(read(written(table)).keySet()));
  }

  @Test
  void whatTheWireLacksIsText() throws ProtocolException {
    BigDecimal wide = new BigDecimal("12345678901234567890.5");
    Map<String, Object> table =
        Map.of("wide", wide, "below", new BigDecimal("1E+3"), "now", Instant.EPOCH);
    assertEquals(
        Map.of("wide", wide.toString(), "below", "1E+3", "now", new Date(0)), read(written(table)));
  }

  @Test
  void aCharacterIsAnUnsignedShort() throws ProtocolException {
    assertEquals(Map.of("c", 0xFFFE), read(written(Map.of("c", '\uFFFE'))));
  }

  @Test
  void aNameThatIsTooLongIsCut() throws ProtocolException {
    String name = "ä".repeat(200);
    assertEquals(Map.of("ä".repeat(127), 1), read(written(Map.of(name, 1))));
  }

  private static void refused(byte[] bytes) {
    ProtocolException failure = assertThrows(ProtocolException.class, () -> read(bytes));
    assertEquals(ReplyCode.SYNTAX_ERROR, failure.replyCode());
  }

  @Test
  void malformedTablesAreSyntaxErrors() {
    refused(Bytes.of(0, 0, 0, 1));
    refused(Bytes.of(255, 255, 255, 255, 1));
    refused(table(field('?')));
    refused(table(field('I', 1)));
    refused(table(field('S', 0, 0, 0, 9, 'a')));
    refused(table(Bytes.of(1, 'k')));
    // A field that is longer than its table, with bytes behind it.
    refused(Bytes.of(0, 0, 0, 4, 1, 'k', 'I', 0, 0, 0, 1));
    // The same in a table within the table.
    refused(table(field('F', 0, 0, 0, 3, 1, 'a', 't', 1)));
  }

  @Test
  void tablesAreNoDeeperThanTheLimit() throws ProtocolException {
    read(nested(FieldTableReader.MAX_DEPTH));
    refused(nested(FieldTableReader.MAX_DEPTH + 1));
  }

  private static byte[] nested(int depth) {
    byte[] inner = table();
    for (int i = 1; i < depth; i++) {
      inner = table(Bytes.of(1, 'k', 'F'), inner);
    }
    return inner;
  }
}
