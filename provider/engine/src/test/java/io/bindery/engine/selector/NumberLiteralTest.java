package io.bindery.engine.selector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers are those of the Java language. */
class NumberLiteralTest {
  @Test
  void valuesAreThoseOfJava() {
    Map<String, Object> values =
        Map.ofEntries(
            Map.entry("0", 0L),
            Map.entry("57", 57L),
            Map.entry("1_000_000", 1_000_000L),
            Map.entry("9223372036854775807", Long.MAX_VALUE),
            Map.entry("5l", 5L),
            Map.entry("0xCafeL", 0xCafeL),
            Map.entry("0XFFFFFFFFFFFFFFFF", 0XFFFFFFFFFFFFFFFFL),
            Map.entry("0b1010_1010", 0b1010_1010L),
            Map.entry("0_17", 15L),
            Map.entry("7.", 7.0),
            Map.entry(".5", .5),
            Map.entry("7E3", 7E3),
            Map.entry("57.9e-2", 57.9e-2),
            Map.entry("1_0.2_5e+1_0", 1_0.2_5e+1_0),
            Map.entry("5d", 5d),
            Map.entry("0.1F", 0.1f),
            Map.entry("0x1.8p1", 0x1.8p1),
            Map.entry("0xAp-2f", 0xAp-2f));
    values.forEach((literal, value) -> assertEquals(value, NumberLiteral.value(literal), literal));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1_",
        "0x",
        "0x_1",
        "0b2",
        "08",
        "1.2.3",
        "1e",
        "1e+",
        "5x",
        "1d2",
        "0x1.8",
        "0b1.0",
        "9223372036854775808",
        "1e999",
        "1e99f",
        "1lL",
        "._1",
        "٣",
        "0xＡ"
      })
  void whatJavaRefusesIsNoNumber(String literal) {
    assertThrows(NumberFormatException.class, () -> NumberLiteral.value(literal));
  }

  @Test
  void aNumberEndsWhereNoCharacterOfItsOwnFollows() {
    List<String> texts = List.of("1-2", "1e-2-3", "0x1E-3", "0x1p-3*2", "5=5", "7.)", "1e5+1");
    List<Integer> ends = List.of(1, 4, 4, 6, 1, 2, 3);
    for (int i = 0; i < texts.size(); i++) {
      assertEquals(ends.get(i), NumberLiteral.end(texts.get(i), 0), texts.get(i));
    }
  }

  @Test
  void theLeastLongNeedsItsMinus() throws SelectorException {
    assertTrue(NumberLiteral.isMinMagnitude("9223372036854775808"));
    assertTrue(NumberLiteral.isMinMagnitude("9_223372036854775808L"));
    assertThrows(SelectorException.class, () -> Selector.parse("1 - 9223372036854775808 = 0"));
    assertEquals("a > -9223372036854775808L", Selector.parse("a > -9223372036854775808L").text());
  }
}
