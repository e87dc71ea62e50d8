package io.bindery.broker.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpMessage;
import io.bindery.engine.selector.Selector;
import io.bindery.engine.selector.SelectorException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may match is found; what cannot is not looked at. */
class SelectorIndexTest {
  private static final List<String> NAMES = List.of("a", "b", "JMSType");
  private final SelectorIndex<Thing> index = new SelectorIndex<>();
  private final List<Thing> things = new ArrayList<>();

  private record Thing(int number, Selector selector) {}

  private Thing add(String selector) throws SelectorException {
    Thing thing = new Thing(things.size(), Selector.parse(selector));
    things.add(thing);
    index.add(thing.selector, thing);
    return thing;
  }

  private List<Thing> candidates(AmqpMessage message) {
    List<Thing> found = new ArrayList<>();
    index.forEachCandidate(message, (thing, list, any) -> list.add(thing), found, null);
    return found;
  }

  private static AmqpMessage message(Map<String, Object> headers) {
    return AmqpMessage.builder().headers(headers).build();
  }

  @Test
  void oneOfAThousandIsLookedAt() throws SelectorException {
    for (int i = 0; i < 1_000; i++) {
      add("kind = 'order' AND colour = 'c" + i + "'");
    }
    List<Thing> found = candidates(message(Map.of("kind", "order", "colour", "c17")));
    assertTrue(found.contains(things.get(17)));
    // The first stands under its first test; no other crowds there.
    assertTrue(found.size() <= 2, found.toString());
  }

  @Test
  void withoutATestItIsAlwaysACandidate() throws SelectorException {
    Thing all = add("");
    Thing bigger = add("a > 1");
    Thing equal = add("a = 1");
    assertEquals(List.of(all, bigger), candidates(message(Map.of())));
    assertEquals(List.of(all, bigger, equal), candidates(message(Map.of("a", 1.0))));
    things.forEach(thing -> index.remove(thing.selector, thing));
    assertTrue(index.isEmpty());
  }

  private static String selector(Random random) {
    String name = NAMES.get(random.nextInt(NAMES.size()));
    String value = "'v" + random.nextInt(5) + "'";
    return switch (random.nextInt(6)) {
      case 0 -> "";
      case 1 -> name + " IN (" + value + ", 'v1', 'v2')";
      case 2 -> name + " = " + value + " AND a = 'v" + random.nextInt(5) + "'";
      case 3 -> name + " <> " + value;
      case 4 -> name + " = " + value + " OR b = 'v0'";
      default -> name + " = " + value;
    };
  }

  private static AmqpMessage message(Random random) {
    Map<String, Object> headers = new HashMap<>();
    for (String name : List.of("a", "b")) {
      if (random.nextInt(4) > 0) {
        headers.put(name, "v" + random.nextInt(6));
      }
    }
    return AmqpMessage.builder().headers(headers).type("v" + random.nextInt(6)).build();
  }

  /** Random changes, compared with trying each selector. */
  @Test
  void itFindsWhatTryingEachFinds() throws SelectorException {
    long seed = Long.getLong("bindery.seed", new Random().nextLong());
    System.getLogger("seeds")
        .log(System.Logger.Level.INFO, "selector index: seed {0}", Long.toString(seed));
    Random random = new Random(seed);
    List<Thing> there = new ArrayList<>();
    for (int step = 0; step < 5_000; step++) {
      if (there.isEmpty() || random.nextInt(100) < (step / 500 % 2 == 0 ? 60 : 40)) {
        there.add(add(selector(random)));
      } else {
        Thing gone = there.remove(random.nextInt(there.size()));
        index.remove(gone.selector, gone);
      }
      AmqpMessage message = message(random);
      List<Thing> found = candidates(message);
      assertEquals(new TreeSet<>(numbers(found)).size(), found.size(), "each once, seed " + seed);
      assertTrue(there.containsAll(found), "none that has gone, seed " + seed);
      found.removeIf(thing -> !thing.selector.matches(message));
      List<Thing> expected = new ArrayList<>(there);
      expected.removeIf(thing -> !thing.selector.matches(message));
      assertEquals(new TreeSet<>(numbers(expected)), new TreeSet<>(numbers(found)), "seed " + seed);
    }
    there.forEach(thing -> index.remove(thing.selector, thing));
    assertTrue(index.isEmpty());
  }

  private static List<Integer> numbers(List<Thing> of) {
    return of.stream().map(Thing::number).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a = 1", "a > 1"})
  void removingWhatIsNotThereChangesNothing(String selector) throws SelectorException {
    Thing thing = add(selector);
    index.remove(thing.selector, new Thing(7, thing.selector));
    assertFalse(index.isEmpty());
    index.remove(thing.selector, thing);
    index.remove(thing.selector, thing);
    assertTrue(index.isEmpty());
  }
}
