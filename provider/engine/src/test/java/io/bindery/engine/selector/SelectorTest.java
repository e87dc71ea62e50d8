package io.bindery.engine.selector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.ReplyCode;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The selector language (Jakarta Messaging 3.8). */
class SelectorTest {
  private static final AmqpMessage MESSAGE =
      AmqpMessage.builder()
          .messageId("foreign")
          .type("order")
          .correlationId("c-1")
          .persistent(true)
          .priority(7)
          .timestampMs(1_234)
          .headers(
              Map.ofEntries(
                  Map.entry("age", 42),
                  Map.entry("rate", 2.5),
                  Map.entry("big", 5_000_000_000L),
                  Map.entry("name", "Ada's"),
                  Map.entry("ok", true),
                  Map.entry("small", (byte) 3),
                  Map.entry("single", 0.1f),
                  Map.entry("größe$_1", (short) 1),
                  Map.entry("nested", List.of(1)),
                  Map.entry("pattern", "50%_x"),
                  Map.entry("near", 16_777_217),
                  Map.entry("nan", Double.NaN)))
          .userId("ada")
          .appId("till")
          .build();

  private static boolean matches(String text) throws SelectorException {
    return Selector.parse(text).matches(MESSAGE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "age = 42",
        "age=42 AND rate > 2 and ok",
        "age > 41 OR missing = 1",
        "NOT age < 42",
        "NOT NOT ok = TRUE",
        "age BETWEEN 42 AND 50",
        "age NOT BETWEEN 43 AND 50",
        "name IN ('Bob', 'Ada''s')",
        "name NOT IN ('Bob')",
        "name LIKE 'A_a%'",
        "name LIKE '%'",
        "pattern LIKE '50!%!_%' ESCAPE '!'",
        "name NOT LIKE 'B%'",
        "missing IS NULL",
        "age IS NOT NULL",
        "nested IS NULL",
        "age * 2 - 4 = 80",
        "age / 5 = 8",
        "age / 5.0 = 8.4",
        "-age = -42",
        "+age = 42",
        "age + rate = 44.5",
        "(age = 1 OR age = 42) AND rate = 2.5",
        "small = 3",
        "big = 5000000000",
        "big = 5000000000L",
        "age = 0x2A",
        "age = 052",
        "rate = 25E-1",
        "rate = 2.5d",
        "age <> 43",
        "name <> 'x'",
        "big > -9223372036854775808",
        "JMSPriority = 7",
        "JMSDeliveryMode = 'PERSISTENT'",
        "JMSMessageID = 'ID:foreign'",
        "JMSType LIKE 'ord%'",
        "JMSCorrelationID = 'c-1'",
        "JMSTimestamp > 1000",
        "missing = 1 OR TRUE",
        "ok <> FALSE",
        "ok = (age = 42)",
        "100 - 50 - 8 = age",
        "84 / 4 * 2 = age",
        "2 + 4 * 10 = age",
        "age NOT IN ('x')",
        "NOT name > 1",
        "single = 0.1f",
        "single <> 0.1",
        "bıg IS NULL",
        "größe$_1 = 1",
        "\uD835\uDD6B IS NULL",
        "ıN IS NULL",
        "JMSTimestamp BETWEEN 1234 AND 1234",
        "JMS_Provider IS NULL",
        "name LIKE '%''s'",
        "name LIKE '_____'",
        "name Is nOt NuLl aNd tRuE",
        "age NOT BETWEEN 43 AND missing",
        "NOT name NOT BETWEEN 1 AND 2",
        "age\t=\f42\r\nAND ok",
        "single * 2 = 0.2f",
        "single * 2 <> 0.2",
        "-single = -0.1f",
        "JMSXUserID = 'ada' AND JMSXAppID = 'till'",
        "near = 16777216f",
        "near <> 16777216d"
      })
  void matching(String text) throws SelectorException {
    assertTrue(matches(text), text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "age = 43",
        "missing = 1",
        "NOT missing = 1",
        "missing <> 1",
        "missing LIKE '%'",
        "missing NOT LIKE '%'",
        "missing IN ('a')",
        "missing NOT IN ('a')",
        "missing BETWEEN 1 AND 2",
        "missing AND ok",
        "missing = 1 AND TRUE",
        "name = 42",
        "name <> 42",
        "age = '42'",
        "ok = 'true'",
        "name > 1",
        "Age = 42",
        "age / 0 = 1",
        "age / 0 <> 1",
        "age / 0.0 > 1",
        "NOT age / 0 = 1",
        "name + 1 = 1",
        "-name = 1",
        "+ok = 1",
        "name BETWEEN 1 AND 2",
        "name NOT BETWEEN 1 AND 2",
        "nan BETWEEN 1 AND 2",
        "nan NOT BETWEEN 1 AND 2",
        "missing NOT BETWEEN 1 AND 2",
        "age NOT BETWEEN 41 AND missing",
        "missing + 1 = 1",
        "name LIKE 'A_a'",
        "age",
        "FALSE",
        "JMSXDeliveryCount = 1"
      })
  void notMatching(String text) throws SelectorException {
    assertFalse(matches(text), text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "age =|6",
        "= 1|1",
        "age = 'x|7",
        "age BETWEEN 1|14",
        "name IN (1)|10",
        "name IN ()|10",
        "1 IN ('a')|1",
        "name LIKE 1|11",
        "name LIKE 'a' ESCAPE 'xy'|22",
        "name LIKE 'a!' ESCAPE '!'|11",
        "age IS 5|8",
        "'a' IS NULL|1",
        "age = 1 age|9",
        "(age = 1|9",
        "age = 1)|8",
        "age # 1|5",
        "age = 99999999999999999999|7",
        "age = 9223372036854775808|7",
        "age = 1x|7",
        "'a' > 'b'|1",
        "5|1",
        "age + 1|1",
        "ok AND 5|8",
        "NOT 'a'|5",
        "age NOT 5|9",
        "JMSDestination IS NULL|1",
        "age = JMSFoo|7",
        "name + 1 IS NULL|1",
        "age BETWEEN 1 OR 2|15",
        "age = 1.2.3|7",
        "age = 1_|7",
        "age = 09|7",
        "age = 0x|7",
        "age = 0x10000000000000000|7",
        "age == 1|6",
        "age =\u000b42|6",
        "name > 'x'|8",
        "name LIKE 'a' ESCAPE|21",
        "rate = 1E999|8"
      })
  void errorsTellThePlace(String text, int position) {
    SelectorException failure = assertThrows(SelectorException.class, () -> Selector.parse(text));
    assertEquals(position, failure.position(), failure.getMessage());
    assertTrue(failure.getMessage().contains(text), failure.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "age != 1|<>",
        "name = \"Ada\"|single quotes",
        "ok && ok|AND",
        "age % 2 = 0|operators",
        "age = 017777777777777777777777|octal",
        "JMSReplyTo = 'q'|JMSCorrelationID",
        "age = 1E400|double",
        "age = 1E40f|float"
      })
  void errorsTellWhatToDo(String text, String advice) {
    SelectorException failure = assertThrows(SelectorException.class, () -> Selector.parse(text));
    assertTrue(failure.getMessage().contains(advice), failure.getMessage());
    assertSame(ReplyCode.PRECONDITION_FAILED, failure.replyCode());
  }

  @Test
  void nothingMatchesEverything() throws SelectorException {
    assertSame(Selector.ALL, Selector.parse(null));
    assertSame(Selector.ALL, Selector.parse(" \t"));
    assertTrue(Selector.ALL.matches(MESSAGE));
  }

  @Test
  void lengthAndDepthHaveLimits() throws SelectorException {
    String deep = "(".repeat(Selector.MAX_DEPTH - 1) + "ok" + ")".repeat(Selector.MAX_DEPTH - 1);
    assertTrue(matches(deep));
    assertThrows(
        SelectorException.class, () -> Selector.parse("(" + "(".repeat(Selector.MAX_DEPTH) + "ok"));
    assertThrows(
        SelectorException.class, () -> Selector.parse("age = " + "-".repeat(60_000) + "1"));
    assertThrows(
        SelectorException.class, () -> Selector.parse("a".repeat(Selector.MAX_LENGTH + 1)));
    assertTrue(matches("NOT ".repeat(10_000) + "ok"));
    assertTrue(matches("ok" + " AND ok".repeat(8_000)));
    assertTrue(matches("30001 = 1" + "+1".repeat(30_000)));
    assertTrue(matches("1 = 1" + "*1".repeat(30_000)));
    assertTrue(matches("name IN ('Ada''s'" + ",'x'".repeat(16_000) + ")"));
    assertTrue(matches("name LIKE '" + "%".repeat(65_000) + "'"));
    SelectorException failure =
        assertThrows(
            SelectorException.class, () -> Selector.parse("a = " + "9".repeat(65_000) + "x"));
    assertTrue(failure.getMessage().length() < 400, failure.getMessage());
  }

  @Test
  void aComparisonAllocatesNothing() throws SelectorException {
    Selector selector =
        Selector.parse(
            "age = 42 AND rate > 2 AND big > 1 AND name <> 'x' AND NOT missing = 1 OR ok");
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    assertTrue(selector.matches(MESSAGE));
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 10_000; i++) {
      selector.matches(MESSAGE);
    }
    long bytes = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(bytes < 10_000, bytes + " bytes");
  }
}
