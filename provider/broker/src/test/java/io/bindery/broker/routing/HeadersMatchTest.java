package io.bindery.broker.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.broker.routing.Routed.Name;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Arguments;
import io.bindery.engine.Binding;
import io.bindery.engine.ReplyCode;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Matching by headers (AMQP 0-9-1, 3.1.3.4; RabbitMQ's x-match). */
class HeadersMatchTest {
  private static boolean matches(Map<String, Object> arguments, Map<String, Object> headers)
      throws AmqpException {
    AmqpMessage message = AmqpMessage.builder().headers(headers).build();
    return HeadersMatch.of("x", arguments).test(message);
  }

  private static boolean equal(Object wanted, Object value) throws AmqpException {
    return matches(Map.of("h", wanted), Map.of("h", value));
  }

  @Test
  void allNeedsEveryHeaderAndAnyNeedsOne() throws AmqpException {
    Map<String, Object> both = Map.of("a", 1, "b", "x", "c", true);
    Map<String, Object> one = Map.of("a", 1, "b", "y");
    Map<String, Object> none = Map.of("a", 2, "A", 1);
    Map<String, Object> all = Map.of("x-match", "all", "a", 1, "b", "x");
    Map<String, Object> any = Map.of("x-match", "any", "a", 1, "b", "x");
    Map<String, Object> unsaid = Map.of("a", 1, "b", "x");
    assertTrue(matches(all, both));
    assertFalse(matches(all, one));
    assertFalse(matches(all, none));
    assertTrue(matches(any, both));
    assertTrue(matches(any, one));
    assertFalse(matches(any, none));
    assertTrue(matches(unsaid, both));
    assertFalse(matches(unsaid, one));
  }

  @Test
  void allOfNothingMatchesAndAnyOfNothingDoesNot() throws AmqpException {
    assertTrue(matches(Map.of(), Map.of()));
    assertTrue(matches(Map.of("x-match", "all"), Map.of("a", 1)));
    assertFalse(matches(Map.of("x-match", "any"), Map.of("a", 1)));
    assertTrue(matches(Map.of("x-match", "all", "x-other", 1), Map.of()));
    assertFalse(matches(Map.of("x-match", "any", "x-other", 1), Map.of("x-other", 1)));
  }

  @Test
  void withXCountsWhatBeginsSo() throws AmqpException {
    Map<String, Object> all = Map.of("x-match", "all-with-x", "x-tier", 1, "a", 1);
    assertTrue(matches(all, Map.of("x-tier", 1, "a", 1)));
    assertFalse(matches(all, Map.of("a", 1)));
    Map<String, Object> any = Map.of("x-match", "any-with-x", "x-tier", 1, "a", 1);
    assertTrue(matches(any, Map.of("x-tier", 1)));
    assertFalse(matches(any, Map.of("x-tier", 2)));
  }

  @Test
  void whatIsAboutTheBindingIsNeverAHeader() throws AmqpException {
    Exchange exchange = Routed.exchange("headers");
    Map<String, Object> arguments =
        Map.of(
            "x-match", "all-with-x", "a", 1, Arguments.SELECTOR, "b > 1", Arguments.NO_LOCAL, true);
    exchange.bind(
        Binding.queue("headers", "q", "", arguments), new Name("q"), new NoLocal("c", ""));
    assertEquals(
        Set.of("q"), Routed.names(exchange, Routed.publication("", Map.of("a", 1, "b", 2))));
    assertEquals(Set.of(), Routed.names(exchange, Routed.publication("", Map.of("a", 1, "b", 1))));
    assertEquals(Set.of(), Routed.names(exchange, Routed.publication("", Map.of("a", 2, "b", 2))));
  }

  @Test
  void numbersAreEqualByValue() throws AmqpException {
    assertTrue(equal(3, 3L));
    assertTrue(equal((byte) 3, (short) 3));
    assertTrue(equal(3, 3.0));
    assertTrue(equal(2.5f, 2.5));
    assertTrue(equal(0.0, -0.0));
    assertTrue(equal(new BigDecimal("2.50"), 2.5));
    assertTrue(equal(3, new BigDecimal("3.000")));
    assertFalse(equal(3, 4));
    assertFalse(equal(2, new BigDecimal("2.5")));
    assertFalse(equal(0.1f, 0.1));
    assertFalse(equal(9_007_199_254_740_993L, 9_007_199_254_740_992.0));
    assertFalse(equal(Double.NaN, Double.NaN));
    assertFalse(equal(1, Double.POSITIVE_INFINITY));
    assertFalse(equal(1, "1"));
    assertFalse(equal(1, true));
  }

  @Test
  void otherValuesAreEqualByContent() throws AmqpException {
    assertTrue(equal("x", "x"));
    assertFalse(equal("x", "X"));
    assertTrue(equal(new byte[] {1, 2}, new byte[] {1, 2}));
    assertFalse(equal(new byte[] {1, 2}, new byte[] {1, 3}));
    assertTrue(equal(List.of(1, "a"), List.of(1, "a")));
    assertTrue(equal(Map.of("k", true), Map.of("k", true)));
  }

  @Test
  void aVoidValueAsksOnlyThatTheHeaderIsThere() throws AmqpException {
    Map<String, Object> wanted = new HashMap<>();
    wanted.put("a", null);
    assertTrue(matches(wanted, Map.of("a", 1)));
    assertTrue(matches(wanted, wanted));
    assertFalse(matches(wanted, Map.of("b", 1)));
    assertFalse(matches(Map.of("a", 1), wanted), "a void header equals no value");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ALL", "some", "", "any-with-X"})
  void anUnknownModeIsRefused(String mode) throws AmqpException {
    Exchange exchange = Routed.exchange("headers");
    Binding binding = Binding.queue("headers", "q", "", Map.of("x-match", mode));
    AmqpException failure =
        assertThrows(AmqpException.class, () -> exchange.bind(binding, new Name("q"), null));
    assertSame(ReplyCode.PRECONDITION_FAILED, failure.replyCode());
    assertTrue(
        failure.getMessage().contains("[all, all-with-x, any, any-with-x]"), failure.getMessage());
    assertFalse(exchange.hasBindings());
  }
}
