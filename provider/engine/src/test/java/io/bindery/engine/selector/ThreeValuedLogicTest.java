package io.bindery.engine.selector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bindery.engine.AmqpMessage;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random conditions against the truth tables of SQL-92 (Jakarta Messaging 3.8.1.2). */
class ThreeValuedLogicTest {
  private static final AmqpMessage MESSAGE =
      AmqpMessage.builder().headers(Map.of("one", 1, "name", "x", "yes", true)).build();
  private static final List<String> TRUE =
      List.of("TRUE", "yes", "one = 1", "name LIKE 'x'", "missing IS NULL", "one BETWEEN 0 AND 1");
  private static final List<String> FALSE =
      List.of("FALSE", "one = 2", "name = 1", "name IN ('y')", "one NOT BETWEEN 1 AND 2");
  private static final List<String> UNKNOWN =
      List.of("missing", "missing > 1", "missing LIKE '%'", "missing NOT IN ('x')", "one / 0 = 1");

  /** A condition and its value: 1 true, 0 unknown, -1 false. */
  private record Condition(String text, int value) {}

  private static Condition random(Random random, int depth) {
    int choice = depth == 0 ? 0 : random.nextInt(4);
    if (choice == 0) {
      int value = random.nextInt(3) - 1;
      List<String> atoms = value > 0 ? TRUE : value == 0 ? UNKNOWN : FALSE;
      return new Condition(atoms.get(random.nextInt(atoms.size())), value);
    }
    Condition a = random(random, depth - 1);
    if (choice == 1) {
      return new Condition("NOT (" + a.text + ")", -a.value);
    }
    Condition b = random(random, depth - 1);
    String parts = "(" + a.text + ") %s (" + b.text + ")";
    return choice == 2
        ? new Condition(parts.replace("%s", "and"), Math.min(a.value, b.value))
        : new Condition(parts.replace("%s", "or"), Math.max(a.value, b.value));
  }

  @Test
  void conditionsAreWhatTheTablesSay() throws SelectorException {
    long seed = Long.getLong("bindery.seed", new Random().nextLong());
    System.getLogger("seeds")
        .log(System.Logger.Level.INFO, "three-valued logic: seed {0}", Long.toString(seed));
    Random random = new Random(seed);
    for (int i = 0; i < 3_000; i++) {
      Condition condition = random(random, 5);
      String shown = condition.text + ", seed " + seed;
      assertEquals(condition.value > 0, Selector.parse(condition.text).matches(MESSAGE), shown);
      assertEquals(
          condition.value < 0,
          Selector.parse("NOT (" + condition.text + ")").matches(MESSAGE),
          "NOT " + shown);
    }
  }

  @Test
  void andBindsCloserThanOrAndNotCloserThanBoth() throws SelectorException {
    assertEquals(true, Selector.parse("TRUE OR FALSE AND FALSE").matches(MESSAGE));
    assertEquals(false, Selector.parse("(TRUE OR FALSE) AND FALSE").matches(MESSAGE));
    assertEquals(true, Selector.parse("NOT FALSE OR TRUE").matches(MESSAGE));
    assertEquals(false, Selector.parse("NOT (FALSE OR TRUE)").matches(MESSAGE));
    assertEquals(true, Selector.parse("NOT FALSE AND TRUE").matches(MESSAGE));
    assertEquals(true, Selector.parse("FALSE AND missing OR one = 1").matches(MESSAGE));
  }
}
