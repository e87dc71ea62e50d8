package io.bindery.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.Binding.DestinationType;
import io.bindery.engine.Capabilities.Feature;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import javax.transaction.xa.XAException;
import org.junit.jupiter.api.Test;

/** What is asked of an engine, as values. */
class SpecsTest {
  @Test
  void noSecretIsPrinted() {
    ConnectSpec spec = new ConnectSpec("alice", "secret-word", "/", "desk", 500);
    assertFalse(spec.toString().contains("secret-word"), spec.toString());
    assertTrue(spec.toString().contains("alice"), spec.toString());
    assertEquals("secret-word", spec.password());
  }

  @Test
  void anonymousIsNobody() {
    ConnectSpec spec = ConnectSpec.anonymous("desk");
    assertEquals(new ConnectSpec("", "", "/", "desk", 0), spec);
    assertThrows(NullPointerException.class, () -> ConnectSpec.anonymous(null));
    assertThrows(NullPointerException.class, () -> new ConnectSpec("u", null, "/", "n", 0));
  }

  @Test
  void argumentsAreCopied() {
    Map<String, Object> arguments = new HashMap<>(Map.of("a", 1));
    QueueSpec queue = QueueSpec.durable("q", arguments);
    Binding binding = Binding.queue("x", "q", "k", arguments);
    ExchangeSpec exchange = new ExchangeSpec("x", "direct", true, false, false, arguments);
    ConsumeSpec consume = new ConsumeSpec("q", "", 1, false, "", false, arguments, false);
    arguments.put("b", 2);
    assertEquals(Map.of("a", 1), queue.arguments());
    assertEquals(Map.of("a", 1), binding.arguments());
    assertEquals(Map.of("a", 1), exchange.arguments());
    assertEquals(Map.of("a", 1), consume.arguments());
  }

  @Test
  void bindingsAreTheSameWhenAllPartsAre() {
    Binding binding = Binding.queue("x", "q", "k");
    assertEquals(binding, Binding.queue("x", "q", "k", Map.of()));
    assertNotEquals(binding, Binding.queue("x", "q", "l"));
    assertNotEquals(binding, Binding.queue("x", "q", "k", Map.of("a", 1)));
    assertNotEquals(binding, Binding.exchange("x", "q", "k"));
    assertSame(DestinationType.EXCHANGE, Binding.exchange("x", "q", "k").destinationType());
  }

  @Test
  void queuesHaveTheDefaultsOfWhoMadeThem() {
    QueueSpec jms = QueueSpec.jms("q");
    assertTrue(jms.durable() && !jms.exclusive() && !jms.autoDelete());
    assertSame(QueueSpec.Defaults.JMS, jms.defaults());
    assertSame(QueueSpec.Defaults.AMQP, QueueSpec.durable("q", Map.of()).defaults());
    QueueSpec temporary = QueueSpec.temporary("q");
    assertTrue(temporary.exclusive() && !temporary.durable());
  }

  @Test
  void aConsumerIsBuiltStepByStep() {
    ConsumeSpec spec = ConsumeSpec.of("q", 5).withSelector("a = 1").withExclusive().withNoLocal();
    assertEquals(new ConsumeSpec("q", "", 5, true, "a = 1", true, Map.of(), false), spec);
    IllegalArgumentException failure =
        assertThrows(IllegalArgumentException.class, () -> ConsumeSpec.of("q", -1));
    assertTrue(failure.getMessage().contains("-1"), failure.getMessage());
  }

  @Test
  void routesHaveNoNulls() {
    assertEquals(new Route("", "q", true), Route.toQueue("q"));
    assertThrows(NullPointerException.class, () -> Route.toQueue(null));
    assertThrows(NullPointerException.class, () -> new Route(null, "k", false));
  }

  @Test
  void capabilitiesAreCopied() {
    Set<Feature> features = EnumSet.of(Feature.BROWSE);
    Capabilities capabilities = new Capabilities(features, 1, 1_024);
    features.add(Feature.XA);
    assertTrue(capabilities.has(Feature.BROWSE));
    assertFalse(capabilities.has(Feature.XA));
  }

  @Test
  void replyCodesAreThoseOfTheWire() {
    Set<Integer> codes = new HashSet<>();
    for (ReplyCode code : ReplyCode.values()) {
      assertTrue(codes.add(code.code()), code + " has a number of its own");
    }
    assertEquals(404, ReplyCode.NOT_FOUND.code());
    assertEquals(406, ReplyCode.PRECONDITION_FAILED.code());
    assertSame(ReplyCode.Scope.CHANNEL, ReplyCode.PRECONDITION_FAILED.scope());
    assertSame(ReplyCode.Scope.CONNECTION, ReplyCode.NOT_IMPLEMENTED.scope());
  }

  @Test
  void failuresCarryTheirCodeAndCause() {
    IllegalStateException cause = new IllegalStateException("why");
    AmqpException failure = new AmqpException(ReplyCode.INTERNAL_ERROR, "what", cause);
    assertSame(ReplyCode.INTERNAL_ERROR, failure.replyCode());
    assertSame(cause, failure.getCause());
    assertThrows(NullPointerException.class, () -> new AmqpException(null, "what"));
    XaException xa = new XaException(XAException.XAER_NOTA, "no such branch");
    assertEquals(XAException.XAER_NOTA, xa.errorCode());
    assertSame(ReplyCode.PRECONDITION_FAILED, xa.replyCode());
  }
}
