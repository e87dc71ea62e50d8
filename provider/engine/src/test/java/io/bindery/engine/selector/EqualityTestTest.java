package io.bindery.engine.selector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpMessage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a selector cannot match without. */
class EqualityTestTest {
  private static final List<Object> VALUES =
      List.of(
          1,
          1L,
          1.0,
          (short) 1,
          (byte) 1,
          1f,
          0.1f,
          0.1,
          0.0,
          -0.0,
          0,
          9_007_199_254_740_993L,
          9_007_199_254_740_992.0,
          9_007_199_254_740_992f,
          16_777_217,
          16_777_217L,
          16_777_216f,
          16_777_217.0,
          Double.NaN,
          "1",
          "x",
          true,
          false);
  private static final List<String> LITERALS =
      List.of(
          "1",
          "1.0",
          "0.1",
          "0.1f",
          "0",
          "-0.0",
          "9007199254740993",
          "'1'",
          "'x'",
          "TRUE",
          "FALSE");

  private static String tests(String selector) throws SelectorException {
    StringBuilder all = new StringBuilder();
    for (EqualityTest test : Selector.parse(selector).equalityTests()) {
      all.append(test.name()).append(test.keys());
    }
    return all.toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "a = 'x'; a[x]",
        "'x' = a; a[x]",
        "a = 7; a[7.0]",
        "a = -7; a[-7.0]",
        "a = - -+7.5; a[7.5]",
        "a = TRUE; a[true]",
        "a = 16777215f; a[1.6777215E7]",
        "a = 16777217.0; a[1.6777217E7]",
        "a; a[true]",
        "a IN ('x'); a[x]",
        "JMSCorrelationID = 'c'; JMSCorrelationID[c]",
        "a = 1 AND b > 2 AND (c = 'x' AND d); a[1.0]c[x]d[true]",
        "(a = 1) AND (b = 2 OR c = 3); a[1.0]"
      })
  void testsThatDecide(String selector, String expected) throws SelectorException {
    assertEquals(expected, tests(selector));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a <> 'x'",
        "a = 16777216f",
        "NOT a = 'x'",
        "NOT a",
        "a NOT IN ('x')",
        "a = 1 OR b = 2",
        "a = b",
        "a = 1 + b",
        "a > 1",
        "a LIKE 'x'",
        "a IS NULL",
        "1 = 1",
        "TRUE",
        ""
      })
  void nothingThatDecides(String selector) throws SelectorException {
    assertEquals("", tests(selector));
  }

  @Test
  void whatIsNotThereHasNoKey() throws SelectorException {
    EqualityTest test = Selector.parse("a = 1").equalityTests().get(0);
    assertNull(test.keyOf(AmqpMessage.builder().build()));
    assertNull(test.keyOf(message(List.of(1))), "a table or list is no property");
  }

  private static AmqpMessage message(Object value) {
    return AmqpMessage.builder().headers(Map.of("a", value)).build();
  }

  @Test
  void whatMatchesHasAKey() throws SelectorException {
    for (String literal : LITERALS) {
      Selector selector = Selector.parse("a = " + literal);
      for (Object value : VALUES) {
        boolean may =
            selector.equalityTests().stream()
                .allMatch(test -> test.keys().contains(test.keyOf(message(value))));
        boolean matches = selector.matches(message(value));
        assertTrue(may || !matches, literal + " and " + value.getClass() + " " + value);
      }
    }
  }

  /** Random conditions and messages: what matches passes each of its tests. */
  @Test
  void aMatchPassesEachTest() throws SelectorException {
    long seed = Long.getLong("bindery.seed", new Random().nextLong());
    System.getLogger("seeds")
        .log(System.Logger.Level.INFO, "equality tests: seed {0}", Long.toString(seed));
    Random random = new Random(seed);
    int matches = 0;
    for (int i = 0; i < 20_000; i++) {
      Selector selector = Selector.parse(condition(random, 3));
      Map<String, Object> headers = new HashMap<>();
      for (String name : List.of("a", "b", "c")) {
        if (random.nextInt(4) > 0) {
          headers.put(name, VALUES.get(random.nextInt(VALUES.size())));
        }
      }
      AmqpMessage message = AmqpMessage.builder().headers(headers).build();
      if (selector.matches(message)) {
        matches++;
        for (EqualityTest test : selector.equalityTests()) {
          Object key = test.keyOf(message);
          assertNotNull(key, selector + ", seed " + seed);
          assertTrue(test.keys().contains(key), selector + ", seed " + seed);
        }
      }
    }
    assertTrue(matches > 1_000, matches + " matches, seed " + seed);
  }

  private static String condition(Random random, int depth) {
    if (depth > 0 && random.nextBoolean()) {
      String word = random.nextInt(3) == 0 ? " OR " : " AND ";
      return "(" + condition(random, depth - 1) + word + condition(random, depth - 1) + ")";
    }
    String name = List.of("a", "b", "c").get(random.nextInt(3));
    String literal = LITERALS.get(random.nextInt(LITERALS.size()));
    return switch (random.nextInt(6)) {
      case 0 -> name;
      case 1 -> name + " IN ('x', '1')";
      case 2 -> "NOT " + name + " = " + literal;
      case 3 -> literal + " = " + name;
      default -> name + " = " + literal;
    };
  }
}
