package io.bindery.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Arguments;
import io.bindery.engine.Binding;
import io.bindery.engine.Channel;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Route;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which queues a message reaches (AMQP 0-9-1, 3.1.3). */
public abstract class RoutingContract extends EngineContract {
  private void bound(String exchange, String queue, String key) throws AmqpException {
    queue(queue);
    await(channel.bind(Binding.queue(exchange, queue, key)));
  }

  private void boundByHeaders(String queue, Map<String, Object> arguments) throws AmqpException {
    queue(queue);
    await(channel.bind(Binding.queue("amq.headers", queue, "", arguments)));
  }

  @Test
  @Covers({Clause.DEFAULT_EXCHANGE, Clause.MANDATORY})
  void theDefaultExchangeReachesAQueueByItsName() throws AmqpException {
    queue("q");
    assertEquals(PublishOutcome.ROUTED, publish("", "q", "a"));
    assertEquals(PublishOutcome.UNROUTED, publish("", "nowhere", "b"));
    assertEquals(PublishOutcome.UNROUTED, publish(Route.toQueue("nowhere"), text("c")));
    assertEquals(List.of("a"), drained("q"));
    refused(ReplyCode.ACCESS_REFUSED, channel.bind(Binding.queue("", "q", "other")));
    refused(ReplyCode.ACCESS_REFUSED, channel.deleteExchange("", false));
  }

  @Test
  @Covers(Clause.DIRECT)
  void aDirectExchangeMatchesTheKey() throws AmqpException {
    bound("amq.direct", "a", "k");
    bound("amq.direct", "b", "k");
    bound("amq.direct", "c", "other");
    assertEquals(PublishOutcome.ROUTED, publish("amq.direct", "k", "m"));
    assertEquals(PublishOutcome.UNROUTED, publish("amq.direct", "K", "n"));
    assertEquals(List.of("m"), drained("a"));
    assertEquals(List.of("m"), drained("b"));
    assertEquals(List.of(), drained("c"));
  }

  @Test
  @Covers(Clause.FANOUT)
  void aFanoutExchangeIgnoresTheKey() throws AmqpException {
    bound("amq.fanout", "a", "x");
    bound("amq.fanout", "b", "");
    publish("amq.fanout", "whatever", "m");
    assertEquals(List.of("m"), drained("a"));
    assertEquals(List.of("m"), drained("b"));
  }

  @Test
  @Covers(Clause.TOPIC)
  void aTopicExchangeMatchesPatterns() throws AmqpException {
    Map<String, List<String>> matches = new HashMap<>();
    matches.put("*", List.of("stocks"));
    matches.put("#", List.of("stocks", "stocks.us", "stocks.us.ny", "", "a.b.c.d"));
    matches.put("stocks.*", List.of("stocks.us"));
    matches.put("stocks.#", List.of("stocks", "stocks.us", "stocks.us.ny"));
    matches.put("*.us.*", List.of("stocks.us.ny"));
    matches.put("#.us.#", List.of("stocks.us", "stocks.us.ny"));
    matches.put("#.c.#.d", List.of("a.b.c.d"));
    matches.put("st*", List.of());
    List<String> keys = List.of("stocks", "stocks.us", "stocks.us.ny", "", "a.b.c.d");
    for (String pattern : matches.keySet()) {
      bound("amq.topic", "q:" + pattern, pattern);
    }
    for (String key : keys) {
      publish("amq.topic", key, key);
    }
    for (Map.Entry<String, List<String>> entry : matches.entrySet()) {
      assertEquals(
          keys.stream().filter(entry.getValue()::contains).toList(),
          drained("q:" + entry.getKey()),
          entry.getKey());
    }
  }

  @Test
  @Covers({Clause.TOPIC, Clause.DIRECT, Clause.FANOUT})
  void aQueueGetsAMessageOnceHoweverManyBindingsMatch() throws AmqpException {
    bound("amq.topic", "q", "a.*");
    bound("amq.topic", "q", "a.#");
    bound("amq.topic", "q", "#");
    publish("amq.topic", "a.b", "m");
    assertEquals(List.of("m"), drained("q"));
    await(channel.unbind(Binding.queue("amq.topic", "q", "#")));
    publish("amq.topic", "b", "n");
    assertEquals(List.of(), drained("q"));
  }

  @Test
  @Covers(Clause.HEADERS)
  void aHeadersExchangeMatchesAllOrAny() throws AmqpException {
    boundByHeaders("all", Map.of("x-match", "all", "size", 3, "colour", "red"));
    boundByHeaders("default", Map.of("size", 3, "colour", "red"));
    boundByHeaders("any", Map.of("x-match", "any", "size", 3, "colour", "red"));
    Route route = new Route("amq.headers", "", false);
    publish(route, text("both", Map.of("size", 3L, "colour", "red", "other", true)));
    publish(route, text("one", Map.of("size", 3)));
    assertEquals(PublishOutcome.UNROUTED, publish(route, text("none", Map.of("size", 4))));
    assertEquals(List.of("both"), drained("all"));
    assertEquals(List.of("both"), drained("default"));
    assertEquals(List.of("both", "one"), drained("any"));
    queue("q");
    AmqpException wrong =
        refused(
            ReplyCode.PRECONDITION_FAILED,
            channel.bind(Binding.queue("amq.headers", "q", "", Map.of("x-match", "some"))));
    assertTrue(wrong.getMessage().contains("x-match"), wrong.getMessage());
  }

  @Test
  @Covers(Clause.HEADERS)
  void argumentsWithXCountOnlyWhenAskedAndVoidAsksForPresence() throws AmqpException {
    Map<String, Object> present = new HashMap<>();
    present.put("size", null);
    boundByHeaders("present", present);
    for (String mode : List.of("all", "any", "all-with-x", "any-with-x")) {
      boundByHeaders(mode, Map.of("x-match", mode, "colour", "red", "x-own", 1));
    }
    Route route = new Route("amq.headers", "", false);
    publish(route, text("colour", Map.of("colour", "red")));
    publish(route, text("x", Map.of("x-own", 1)));
    publish(route, text("both", Map.of("colour", "red", "x-own", 1)));
    publish(route, text("sized", Map.of("size", "any")));
    assertEquals(List.of("sized"), drained("present"));
    assertEquals(List.of("colour", "both"), drained("all"));
    assertEquals(List.of("colour", "both"), drained("any"));
    assertEquals(List.of("both"), drained("all-with-x"));
    assertEquals(List.of("colour", "x", "both"), drained("any-with-x"));
  }

  @Test
  @Covers({Clause.DIRECT, Clause.TOPIC, Clause.FANOUT, Clause.HEADERS})
  void aBindingIsThereOnce() throws AmqpException {
    queue("q");
    for (String exchange : List.of("amq.direct", "amq.topic", "amq.fanout", "amq.headers")) {
      Binding binding = Binding.queue(exchange, "q", "k");
      await(channel.bind(binding));
      await(channel.bind(binding));
      assertEquals(PublishOutcome.ROUTED, publish(exchange, "k", "once"));
      await(channel.unbind(binding));
      await(channel.unbind(binding));
      assertEquals(PublishOutcome.UNROUTED, publish(exchange, "k", "-"));
    }
    assertEquals(List.of("once", "once", "once", "once"), drained("q"));
    await(channel.unbind(Binding.queue("amq.direct", "none", "k")));
    await(channel.unbind(Binding.queue("none", "q", "k")));
    await(channel.unbind(Binding.exchange("amq.direct", "none", "k")));
  }

  @Test
  @Covers(Clause.EXCHANGE_BINDINGS)
  void exchangesAreBoundToExchangesAlsoInACircle() throws AmqpException {
    await(channel.declareExchange(ExchangeSpec.durable("source", "direct")));
    await(channel.declareExchange(ExchangeSpec.durable("middle", "topic")));
    bound("middle", "q", "a.*");
    await(channel.bind(Binding.exchange("source", "middle", "a.b")));
    await(channel.bind(Binding.exchange("middle", "source", "#")));
    assertEquals(PublishOutcome.ROUTED, publish("source", "a.b", "m"));
    assertEquals(PublishOutcome.UNROUTED, publish("source", "a.c", "n"));
    assertEquals(List.of("m"), drained("q"));
    await(channel.unbind(Binding.exchange("source", "middle", "a.b")));
    assertEquals(PublishOutcome.UNROUTED, publish("source", "a.b", "o"));
  }

  @Test
  @Covers(Clause.ALTERNATE_EXCHANGE)
  void whatIsUnroutedGoesToTheAlternateExchange() throws AmqpException {
    await(channel.declareExchange(ExchangeSpec.durable("rest", "fanout")));
    bound("rest", "unrouted", "");
    await(
        channel.declareExchange(
            new ExchangeSpec(
                "x", "direct", true, false, false, Map.of("alternate-exchange", "rest"))));
    bound("x", "q", "k");
    assertEquals(PublishOutcome.ROUTED, publish("x", "k", "a"));
    assertEquals(PublishOutcome.ROUTED, publish("x", "z", "b"));
    assertEquals(List.of("a"), drained("q"));
    assertEquals(List.of("b"), drained("unrouted"));
  }

  private void exchange(String name, String alternate) throws AmqpException {
    await(
        channel.declareExchange(
            new ExchangeSpec(
                name,
                "direct",
                true,
                false,
                false,
                Map.of(Arguments.ALTERNATE_EXCHANGE, alternate))));
  }

  @Test
  @Covers({Clause.ALTERNATE_EXCHANGE, Clause.EXCHANGE_BINDINGS})
  void everyExchangeOnTheWayHasItsOwnAlternate() throws AmqpException {
    await(channel.declareExchange(ExchangeSpec.durable("source", "fanout")));
    exchange("middle", "rest");
    await(channel.declareExchange(ExchangeSpec.durable("rest", "fanout")));
    await(channel.bind(Binding.exchange("source", "middle", "")));
    bound("source", "q", "");
    bound("middle", "m", "k");
    bound("rest", "r", "");
    assertEquals(PublishOutcome.ROUTED, publish("source", "other", "a"));
    assertEquals(PublishOutcome.ROUTED, publish("source", "k", "b"));
    assertEquals(List.of("a", "b"), drained("q"), "its own bindings");
    assertEquals(List.of("b"), drained("m"));
    assertEquals(List.of("a"), drained("r"), "what middle could not route");
  }

  @Test
  @Covers(Clause.ALTERNATE_EXCHANGE)
  void alternatesOfAlternatesEndInACircleOrAtWhatIsMissing() throws AmqpException {
    exchange("one", "two");
    exchange("two", "one");
    assertEquals(PublishOutcome.UNROUTED, publish("one", "k", "-"));
    bound("two", "q", "k");
    assertEquals(PublishOutcome.ROUTED, publish("one", "k", "a"));
    assertEquals(List.of("a"), drained("q"));
    exchange("alone", "nowhere");
    assertEquals(PublishOutcome.UNROUTED, publish("alone", "k", "-"));
    exchange("byName", "");
    assertEquals(PublishOutcome.ROUTED, publish("byName", "q", "to the default exchange"));
    assertEquals(List.of("to the default exchange"), drained("q"));
  }

  @Test
  @Covers(Clause.CHANNEL_SURVIVES)
  void bindingsNameWhatIsThere() throws AmqpException {
    queue("q");
    refused(ReplyCode.NOT_FOUND, channel.bind(Binding.queue("nowhere", "q", "")));
    refused(ReplyCode.NOT_FOUND, channel.bind(Binding.queue("amq.direct", "nowhere", "")));
    refused(
        ReplyCode.NOT_FOUND,
        channel.publish(new Route("nowhere", "", false), text("-"), channel.autoCommit()));
    await(
        channel.declareExchange(new ExchangeSpec("inside", "fanout", true, false, true, Map.of())));
    refused(
        ReplyCode.ACCESS_REFUSED,
        channel.publish(new Route("inside", "", false), text("-"), channel.autoCommit()));
    send("q", "usable");
    assertEquals(List.of("usable"), drained("q"));
  }

  @Test
  @Covers(Clause.SELECTORS)
  void aBindingMayHaveASelector() throws AmqpException {
    queue("q");
    await(
        channel.bind(
            Binding.queue("amq.topic", "q", "#", Map.of(Arguments.SELECTOR, "amount > 100"))));
    Route route = new Route("amq.topic", "orders", false);
    assertEquals(PublishOutcome.ROUTED, publish(route, text("large", Map.of("amount", 101))));
    assertEquals(PublishOutcome.UNROUTED, publish(route, text("small", Map.of("amount", 99))));
    assertEquals(PublishOutcome.UNROUTED, publish(route, text("none")));
    assertEquals(List.of("large"), drained("q"));
    AmqpException wrong =
        refused(
            ReplyCode.PRECONDITION_FAILED,
            channel.bind(
                Binding.queue("amq.topic", "q", "#", Map.of(Arguments.SELECTOR, "amount >"))));
    assertTrue(wrong.getMessage().contains("amount >"), wrong.getMessage());
  }

  @Test
  @Covers(Clause.VIRTUAL_HOSTS)
  void virtualHostsAreNameSpacesOfTheirOwn() throws AmqpException {
    queue("q");
    var there =
        await(
            under
                .engine()
                .connect(spec(EngineUnderTest.ALICE, EngineUnderTest.OTHER_HOST, "there")));
    Channel other = await(there.openChannel());
    refused(ReplyCode.NOT_FOUND, other.checkQueue("q"));
    assertEquals(EngineUnderTest.OTHER_HOST, there.virtualHost());
    AmqpException unknown =
        refused(
            ReplyCode.INVALID_PATH,
            under.engine().connect(spec(EngineUnderTest.ALICE, "nowhere", "lost")));
    assertTrue(unknown.getMessage().contains("nowhere"), unknown.getMessage());
  }

  @Test
  @Covers({Clause.CONFIRMS, Clause.DURABLE_QUEUES})
  void aPersistentMessageIsSafeWhenItsTicketIsDone() throws AmqpException {
    queue("q");
    AmqpMessage persistent = text("p").toBuilder().persistent(true).build();
    assertEquals(PublishOutcome.ROUTED, publish(Route.toQueue("q"), persistent));
    assertEquals(1, ready("q"));
    assertTrue(get("q").message().persistent());
  }

  @Test
  @Covers(Clause.GET)
  void aDeliveryModeThatIsNotSaidIsNotMadeUp() throws AmqpException {
    queue("q");
    publish(Route.toQueue("q"), AmqpMessage.builder().build());
    publish(Route.toQueue("q"), AmqpMessage.builder().persistent(false).build());
    assertFalse(get("q").message().deliveryModeGiven());
    assertTrue(get("q").message().deliveryModeGiven());
  }
}
