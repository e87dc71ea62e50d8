package io.bindery.broker.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.broker.routing.Routed.Name;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Binding;
import io.bindery.engine.ExchangeSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Topic matching against the plainest matcher there is. */
class TopicExchangeTest {
  private static boolean matches(List<String> pattern, List<String> key) {
    if (pattern.isEmpty()) {
      return key.isEmpty();
    }
    List<String> rest = pattern.subList(1, pattern.size());
    if (pattern.get(0).equals("#")) {
      return matches(rest, key) || (!key.isEmpty() && matches(pattern, key.subList(1, key.size())));
    }
    return !key.isEmpty()
        && (pattern.get(0).equals("*") || pattern.get(0).equals(key.get(0)))
        && matches(rest, key.subList(1, key.size()));
  }

  private static List<String> words(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split("\\.", -1));
  }

  private static String text(Random random, List<String> alphabet) {
    List<String> words = new ArrayList<>();
    int count = random.nextInt(6);
    for (int i = 0; i < count; i++) {
      words.add(alphabet.get(random.nextInt(alphabet.size())));
    }
    return String.join(".", words);
  }

  @Test
  void randomPatternsMatchAsTheyShould() throws AmqpException {
    long seed = Long.getLong("bindery.seed", new Random().nextLong());
    System.getLogger("seeds")
        .log(System.Logger.Level.INFO, "topic patterns: seed {0}", Long.toString(seed));
    Random random = new Random(seed);
    Exchange exchange = Exchange.create(ExchangeSpec.durable("x", "topic"));
    List<Binding> bound = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      Binding binding = Binding.queue("x", "q" + i, text(random, List.of("a", "b", "c", "*", "#")));
      exchange.bind(binding, new Name(binding.destination()), null);
      bound.add(binding);
    }
    for (int i = 0; i < 2_000; i++) {
      if (i % 10 == 9 && !bound.isEmpty()) {
        assertTrue(exchange.unbind(bound.remove(random.nextInt(bound.size()))));
      }
      String key = text(random, List.of("a", "b", "c", "d", ""));
      Set<String> expected = new TreeSet<>();
      bound.stream()
          .filter(binding -> matches(words(binding.routingKey()), words(key)))
          .forEach(binding -> expected.add(binding.destination()));
      assertEquals(expected, Routed.names(exchange, key), "key '" + key + "', seed " + seed);
    }
    List.copyOf(bound).forEach(exchange::unbind);
    assertFalse(exchange.hasBindings());
    assertEquals(Set.of(), Routed.names(exchange, "a.b"));
  }

  @Test
  void emptyWordsAreWords() throws AmqpException {
    Exchange exchange = Routed.exchange("topic");
    for (String pattern : List.of("", "*", "#", ".", "*.*", "a..b", "a.*.b", ".#", "#.")) {
      exchange.bind(Binding.queue("topic", pattern, pattern), new Name(pattern), null);
    }
    assertEquals(Set.of("", "#"), Routed.names(exchange, ""));
    assertEquals(Set.of("#", ".", "*.*", ".#", "#."), Routed.names(exchange, "."));
    assertEquals(Set.of("#", "a..b", "a.*.b"), Routed.names(exchange, "a..b"));
    assertEquals(Set.of("#", "*"), Routed.names(exchange, "a"));
    assertEquals(Set.of("#", "*.*", "#."), Routed.names(exchange, "a."));
  }

  @Test
  void onlyWholeWordsAreWild() throws AmqpException {
    Exchange exchange = Routed.exchange("topic");
    for (String pattern : List.of("a*", "a#", "**", "##", "a.b*.c")) {
      exchange.bind(Binding.queue("topic", pattern, pattern), new Name(pattern), null);
    }
    assertEquals(Set.of(), Routed.names(exchange, "ab"));
    assertEquals(Set.of("a*"), Routed.names(exchange, "a*"));
    assertEquals(Set.of("##"), Routed.names(exchange, "##"));
    assertEquals(Set.of(), Routed.names(exchange, "a.bx.c"));
  }

  @Test
  void everyMixtureOfStarsAndHashesIsCheapForOneKey() throws AmqpException {
    Exchange exchange = Routed.exchange("topic");
    int words = 7;
    List<String> kinds = List.of("a", "*", "#");
    int patterns = (int) Math.pow(kinds.size(), words);
    for (int i = 0; i < patterns; i++) {
      List<String> pattern = new ArrayList<>();
      for (int rest = i, word = 0; word < words; word++, rest /= kinds.size()) {
        pattern.add(kinds.get(rest % kinds.size()));
      }
      String text = String.join(".", pattern);
      exchange.bind(Binding.queue("topic", text, text), new Name(text), null);
    }
    assertEquals(patterns, Routed.names(exchange, "a.a.a.a.a.a.a").size());
    long withHash = patterns - (long) Math.pow(2, words);
    assertEquals(withHash, Routed.names(exchange, "a" + ".a".repeat(100)).size());
  }

  @Test
  void manyHashesCostNoMoreThanTheyMatch() throws AmqpException {
    Exchange exchange = Exchange.create(ExchangeSpec.durable("x", "topic"));
    exchange.bind(Binding.queue("x", "q", "#.a.".repeat(40) + "#"), new Name("q"), null);
    exchange.bind(Binding.queue("x", "r", "#.a.".repeat(40) + "b"), new Name("r"), null);
    assertEquals(Set.of("q"), Routed.names(exchange, "a.".repeat(100) + "a"));
  }
}
