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
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Route;
import io.bindery.engine.selector.SelectorException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for exchanges of every type, and for those that are bound to each other. */
class ExchangeTest {
  private static void bind(Exchange source, String queue, String key) throws AmqpException {
    source.bind(Binding.queue(source.spec().name(), queue, key), new Name(queue), null);
  }

  private static void chain(Exchange source, Exchange target) throws AmqpException {
    Binding binding = Binding.exchange(source.spec().name(), target.spec().name(), "k");
    source.bind(binding, target, null);
  }

  private static Exchange fanout(String name) throws AmqpException {
    return Exchange.create(ExchangeSpec.durable(name, "fanout"));
  }

  @Test
  void anUnknownTypeIsRefusedWithThoseThatThereAre() {
    AmqpException failure =
        assertThrows(
            AmqpException.class, () -> Exchange.create(ExchangeSpec.durable("x", "x-random")));
    assertSame(ReplyCode.COMMAND_INVALID, failure.replyCode());
    assertTrue(failure.getMessage().contains("x-random"), failure.getMessage());
    assertTrue(failure.getMessage().contains("headers"), failure.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"direct", "topic", "fanout", "headers"})
  void bindingsComeAndGo(String type) throws AmqpException {
    Exchange exchange = Routed.exchange(type);
    assertFalse(exchange.hasBindings());
    Binding first = Binding.queue(type, "q", "k");
    Name queue = new Name("q");
    exchange.bind(first, queue, null);
    exchange.bind(first, queue, null);
    Binding second = Binding.queue(type, "r", "k", Map.of(Arguments.SELECTOR, "a IS NULL"));
    exchange.bind(second, new Name("r"), null);
    exchange.bind(Binding.queue(type, "q", "k.l"), queue, null);
    assertEquals(List.of(first, second), exchange.bindings().subList(0, 2));
    assertEquals(3, exchange.bindings().size(), "a binding is there once");
    assertEquals(Set.of("q", "r"), Routed.names(exchange, "k"));

    assertTrue(exchange.unbind(second));
    assertFalse(exchange.unbind(second));
    assertEquals(Set.of("q"), Routed.names(exchange, "k"));
    assertTrue(exchange.unbindTarget(queue));
    assertFalse(exchange.unbindTarget(queue));
    assertFalse(exchange.hasBindings());
    assertEquals(Set.of(), Routed.names(exchange, "k"));

    exchange.bind(first, queue, null);
    assertEquals(Set.of("q"), Routed.names(exchange, "k"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"direct", "topic", "fanout", "headers"})
  void selectorsAreHonouredAndWrongOnesChangeNothing(String type) throws AmqpException {
    Exchange exchange = Routed.exchange(type);
    Map<String, Object> wanted = Map.of(Arguments.SELECTOR, "a = 1");
    exchange.bind(Binding.queue(type, "q", "k", wanted), new Name("q"), null);
    assertEquals(Set.of("q"), Routed.names(exchange, Routed.publication("k", Map.of("a", 1L))));
    assertEquals(Set.of(), Routed.names(exchange, Routed.publication("k", Map.of("a", 2))));

    Binding wrong = Binding.queue(type, "r", "k", Map.of(Arguments.SELECTOR, "a = "));
    assertThrows(SelectorException.class, () -> exchange.bind(wrong, new Name("r"), null));
    Binding noText = Binding.queue(type, "r", "k", Map.of(Arguments.SELECTOR, true));
    AmqpException failure =
        assertThrows(AmqpException.class, () -> exchange.bind(noText, new Name("r"), null));
    assertSame(ReplyCode.PRECONDITION_FAILED, failure.replyCode());
    assertTrue(failure.getMessage().contains("Boolean"), failure.getMessage());
    assertEquals(1, exchange.bindings().size());
    assertFalse(exchange.unbind(wrong));
  }

  @ParameterizedTest
  @ValueSource(strings = {"direct", "topic", "fanout", "headers"})
  void whatIsLocalIsLeftOut(String type) throws AmqpException {
    Exchange exchange = Routed.exchange(type);
    Binding binding = Binding.queue(type, "q", "k", Map.of(Arguments.NO_LOCAL, true));
    exchange.bind(binding, new Name("q"), new NoLocal("c1", "client"));
    Map<List<String>, Boolean> reached =
        Map.of(
            List.of("c1", ""), false,
            List.of("c2", "client"), false,
            List.of("c2", "other"), true,
            List.of("", ""), true);
    reached.forEach(
        (publisher, yes) -> {
          Publication publication =
              new Publication(
                  AmqpMessage.builder().build(),
                  new Route(type, "k", false),
                  new Publication.Source(publisher.get(0), publisher.get(1)),
                  any -> {});
          Set<String> expected = yes ? Set.of("q") : Set.of();
          assertEquals(expected, Routed.names(exchange, publication), publisher.toString());
        });
  }

  @Test
  void noLocalWithoutIdentitiesLeavesNothingOut() {
    Publication publication = Routed.publication("k", Map.of());
    assertFalse(new NoLocal("", "").isLocal(publication));
  }

  @Test
  void aDirectExchangeTakesTheKeyAsItIs() throws AmqpException {
    Exchange direct = Routed.exchange("direct");
    bind(direct, "a", "a.*");
    bind(direct, "b", "");
    assertEquals(Set.of("a"), Routed.names(direct, "a.*"));
    assertEquals(Set.of("b"), Routed.names(direct, ""));
    assertEquals(Set.of(), Routed.names(direct, "a.b"));
  }

  @Test
  void exchangesInACircleAreLeft() throws AmqpException {
    Exchange a = fanout("a");
    Exchange b = fanout("b");
    chain(a, b);
    chain(b, a);
    chain(a, a);
    bind(a, "qa", "");
    bind(b, "qb", "");
    assertEquals(Set.of("qa", "qb"), Routed.names(a, "k"));
    assertEquals(Set.of("qa", "qb"), Routed.names(b, "k"));
  }

  @Test
  void aLongChainOfExchangesIsFollowedToItsEnd() throws AmqpException {
    Exchange first = fanout("e0");
    Exchange last = first;
    for (int i = 1; i <= 20_000; i++) {
      Exchange next = fanout("e" + i);
      chain(last, next);
      last = next;
    }
    bind(last, "q", "");
    assertEquals(Set.of("q"), Routed.names(first, "k"));
  }

  @Test
  void theBindingBetweenExchangesAsksToo() throws AmqpException {
    Exchange source = Routed.exchange("direct");
    Exchange middle = Routed.exchange("topic");
    Map<String, Object> wanted = Map.of(Arguments.SELECTOR, "a = 1");
    Binding between = new Binding("direct", "topic", Binding.DestinationType.EXCHANGE, "k", wanted);
    source.bind(between, middle, null);
    bind(middle, "q", "#");
    assertEquals(Set.of("q"), Routed.names(source, Routed.publication("k", Map.of("a", 1))));
    assertEquals(Set.of(), Routed.names(source, Routed.publication("k", Map.of("a", 2))));
    assertTrue(source.unbindTarget(middle));
    assertEquals(Set.of(), Routed.names(source, Routed.publication("k", Map.of("a", 1))));
  }

  @Test
  void publishesAreCounted() throws AmqpException {
    Exchange exchange = Routed.exchange("fanout");
    Exchange behind = fanout("behind");
    chain(exchange, behind);
    assertEquals(0, exchange.published());
    Routed.names(exchange, "k");
    Routed.names(exchange, "k");
    Routed.names(behind, "k");
    assertEquals(2, exchange.published());
    assertEquals(3, behind.published(), "also what comes by another exchange");
  }

  @ParameterizedTest
  @ValueSource(strings = {"direct", "topic", "fanout", "headers"})
  void aHundredThousandBindingsComeAndGoInSeconds(String type) throws AmqpException {
    Exchange exchange = Routed.exchange(type);
    int count = 100_000;
    Name[] queues = new Name[count];
    for (int i = 0; i < count; i++) {
      queues[i] = new Name("q" + i);
    }
    // The processor's time does not pass while others have the processor.
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long beforeNs = threads.getCurrentThreadCpuTime();
    for (int i = 0; i < count; i++) {
      exchange.bind(Binding.queue(type, queues[i].name(), "k"), queues[i], null);
    }
    assertEquals(count, Routed.names(exchange, "k").size());
    // From both ends, and some from the middle.
    for (int i = 0; i < count / 2; i++) {
      assertTrue(exchange.unbindTarget(queues[i * 7 % count]));
    }
    for (int i = count / 2; i < count; i++) {
      assertTrue(exchange.unbindTarget(queues[(int) (i * 7L % count)]));
    }
    long tookNs = threads.getCurrentThreadCpuTime() - beforeNs;
    assertTrue(tookNs < TimeUnit.SECONDS.toNanos(30), tookNs + " ns");
    assertFalse(exchange.hasBindings());
    assertEquals(Set.of(), Routed.names(exchange, "k"));
  }
}
