package io.bindery.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Arguments;
import io.bindery.engine.Binding;
import io.bindery.engine.Channel;
import io.bindery.engine.ConsumeSpec;
import io.bindery.engine.Delivery;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.Outcome;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.QueueStatus;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Route;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Declaring, checking and deleting exchanges and queues (AMQP 0-9-1, classes exchange and queue).
 */
public abstract class TopologyContract extends EngineContract {
  @Test
  @Covers(Clause.PREDECLARED)
  void predeclaredExchangesAreThereAndCannotBeDeleted() throws AmqpException {
    for (String name :
        List.of("amq.direct", "amq.fanout", "amq.topic", "amq.headers", "amq.match")) {
      await(channel.checkExchange(name));
      refused(ReplyCode.ACCESS_REFUSED, channel.deleteExchange(name, false));
    }
    await(channel.declareExchange(ExchangeSpec.durable("amq.topic", "topic")));
  }

  @Test
  @Covers({Clause.RESERVED_NAMES, Clause.CHANNEL_SURVIVES})
  void reservedNamesAreRefused() throws AmqpException {
    refused(
        ReplyCode.ACCESS_REFUSED,
        channel.declareExchange(ExchangeSpec.durable("amq.mine", "direct")));
    refused(
        ReplyCode.ACCESS_REFUSED, channel.declareQueue(QueueSpec.durable("amq.mine", Map.of())));
    refused(ReplyCode.NOT_FOUND, channel.checkQueue("amq.mine"));
    queue("mine");
    send("mine", "still usable");
    assertEquals(List.of("still usable"), drained("mine"));
  }

  @Test
  @Covers(Clause.DEFAULT_EXCHANGE)
  void theDefaultExchangeIsForPublishingOnly() throws AmqpException {
    queue("q");
    await(channel.declareExchange(ExchangeSpec.durable("x", "direct")));
    refused(ReplyCode.ACCESS_REFUSED, channel.declareExchange(ExchangeSpec.durable("", "direct")));
    refused(ReplyCode.ACCESS_REFUSED, channel.checkExchange(""));
    refused(ReplyCode.ACCESS_REFUSED, channel.deleteExchange("", false));
    refused(ReplyCode.ACCESS_REFUSED, channel.bind(Binding.queue("", "q", "k")));
    refused(ReplyCode.ACCESS_REFUSED, channel.unbind(Binding.queue("", "q", "q")));
    refused(ReplyCode.ACCESS_REFUSED, channel.bind(Binding.exchange("", "x", "k")));
    AmqpException failure =
        refused(ReplyCode.ACCESS_REFUSED, channel.bind(Binding.exchange("x", "", "k")));
    assertTrue(failure.getMessage().contains("default exchange"), failure.getMessage());
  }

  @Test
  @Covers(Clause.IDEMPOTENT_DECLARE)
  void declaringAgainKeepsMessagesAndBindings() throws AmqpException {
    await(channel.declareExchange(ExchangeSpec.durable("x", "direct")));
    queue("q", Map.of(Arguments.MESSAGE_TTL, 60_000));
    await(channel.bind(Binding.queue("x", "q", "k")));
    await(channel.bind(Binding.queue("x", "q", "k")));
    publish("x", "k", "one");
    await(channel.declareExchange(ExchangeSpec.durable("x", "direct")));
    // A number is the same whatever its type on the wire.
    QueueStatus again =
        await(channel.declareQueue(QueueSpec.durable("q", Map.of(Arguments.MESSAGE_TTL, 60_000L))));
    assertEquals(new QueueStatus("q", 1, 0), again);
    publish("x", "k", "two");
    assertEquals(List.of("one", "two"), drained("q"));
  }

  @Test
  @Covers(Clause.DIFFERING_DECLARE)
  void aQueueThatDiffersIsRefusedAndTheDifferenceNamed() throws AmqpException {
    queue("q", Map.of(Arguments.MESSAGE_TTL, 60_000));
    AmqpException ttl =
        refused(
            ReplyCode.PRECONDITION_FAILED,
            channel.declareQueue(QueueSpec.durable("q", Map.of(Arguments.MESSAGE_TTL, 5_000))));
    assertTrue(ttl.getMessage().contains(Arguments.MESSAGE_TTL), ttl.getMessage());
    assertTrue(
        ttl.getMessage().contains("60000") && ttl.getMessage().contains("5000"), ttl.getMessage());
    AmqpException durable =
        refused(
            ReplyCode.PRECONDITION_FAILED,
            channel.declareQueue(
                new QueueSpec(
                    "q",
                    false,
                    false,
                    false,
                    QueueSpec.Defaults.AMQP,
                    Map.of(Arguments.MESSAGE_TTL, 60_000))));
    assertTrue(durable.getMessage().contains("durable"), durable.getMessage());
    AmqpException none =
        refused(ReplyCode.PRECONDITION_FAILED, channel.declareQueue(durable("q", Map.of())));
    assertTrue(none.getMessage().contains("none"), none.getMessage());
    AmqpException more =
        refused(
            ReplyCode.PRECONDITION_FAILED,
            channel.declareQueue(
                durable("q", Map.of(Arguments.MESSAGE_TTL, 60_000, Arguments.DELIVERY_LIMIT, 3))));
    assertTrue(more.getMessage().contains(Arguments.DELIVERY_LIMIT), more.getMessage());
    AmqpException autoDelete =
        refused(
            ReplyCode.PRECONDITION_FAILED,
            channel.declareQueue(
                new QueueSpec(
                    "q",
                    true,
                    false,
                    true,
                    QueueSpec.Defaults.AMQP,
                    Map.of(Arguments.MESSAGE_TTL, 60_000))));
    assertTrue(autoDelete.getMessage().contains("auto_delete"), autoDelete.getMessage());
  }

  private static QueueSpec durable(String name, Map<String, Object> arguments) {
    return QueueSpec.durable(name, arguments);
  }

  @Test
  @Covers(Clause.DIFFERING_DECLARE)
  void anExchangeThatDiffersIsRefused() throws AmqpException {
    await(channel.declareExchange(ExchangeSpec.durable("x", "direct")));
    AmqpException type =
        refused(
            ReplyCode.PRECONDITION_FAILED,
            channel.declareExchange(ExchangeSpec.durable("x", "fanout")));
    assertTrue(type.getMessage().contains("type"), type.getMessage());
    ExchangeSpec plain = ExchangeSpec.durable("x", "direct");
    Map<String, ExchangeSpec> others =
        Map.of(
            "durable",
            new ExchangeSpec("x", "direct", false, false, false, Map.of()),
            "auto_delete",
            new ExchangeSpec("x", "direct", true, true, false, Map.of()),
            "internal",
            new ExchangeSpec("x", "direct", true, false, true, Map.of()),
            Arguments.ALTERNATE_EXCHANGE,
            new ExchangeSpec(
                "x", "direct", true, false, false, Map.of(Arguments.ALTERNATE_EXCHANGE, "rest")));
    for (Map.Entry<String, ExchangeSpec> other : others.entrySet()) {
      AmqpException differs =
          refused(ReplyCode.PRECONDITION_FAILED, channel.declareExchange(other.getValue()));
      assertTrue(differs.getMessage().contains(other.getKey()), differs.getMessage());
    }
    await(channel.declareExchange(plain));
    refused(
        ReplyCode.PRECONDITION_FAILED,
        channel.declareExchange(
            new ExchangeSpec(
                "y", "direct", true, false, false, Map.of(Arguments.ALTERNATE_EXCHANGE, 1))));
    refused(
        ReplyCode.COMMAND_INVALID, channel.declareExchange(ExchangeSpec.durable("y", "curious")));
    refused(
        ReplyCode.COMMAND_INVALID, channel.declareExchange(ExchangeSpec.durable("x", "curious")));
    refused(ReplyCode.NOT_FOUND, channel.checkExchange("y"));
  }

  @Test
  @Covers(Clause.DIFFERING_DECLARE)
  void theDefaultsOfJmsAreNoPartOfEquivalence() throws AmqpException {
    await(channel.declareQueue(QueueSpec.jms("q")));
    assertEquals("q", queue("q"));
    await(channel.declareQueue(QueueSpec.jms("q")));
  }

  @Test
  @Covers(Clause.DIFFERING_DECLARE)
  void argumentsWithSenselessValuesAreRefusedAndNothingIsMade() {
    AmqpException ttl =
        refused(
            ReplyCode.PRECONDITION_FAILED,
            channel.declareQueue(QueueSpec.durable("q", Map.of(Arguments.MESSAGE_TTL, "soon"))));
    assertTrue(ttl.getMessage().contains(Arguments.MESSAGE_TTL), ttl.getMessage());
    refused(
        ReplyCode.PRECONDITION_FAILED,
        channel.declareQueue(QueueSpec.durable("q", Map.of(Arguments.MESSAGE_TTL, -1))));
    refused(ReplyCode.NOT_FOUND, channel.checkQueue("q"));
  }

  @Test
  @Covers(Clause.PASSIVE_DECLARE)
  void passiveDeclaresTellOrRefuse() throws AmqpException {
    AmqpException queue = refused(ReplyCode.NOT_FOUND, channel.checkQueue("q"));
    assertTrue(queue.getMessage().contains("'q'"), queue.getMessage());
    refused(ReplyCode.NOT_FOUND, channel.checkExchange("x"));
    queue("q");
    send("q", "one", "two");
    tap(channel, new ConsumeSpec("q", "", 1, false, "", false, Map.of(), false));
    assertEquals(1, await(channel.checkQueue("q")).consumers());
    await(channel.checkQueue("q"));
  }

  @Test
  @Covers(Clause.DURABLE_QUEUES)
  void durableAndTransientQueuesAreTold() throws AmqpException {
    queue("durable");
    await(
        channel.declareQueue(
            new QueueSpec("transient", false, false, false, QueueSpec.Defaults.AMQP, Map.of())));
    Map<String, Boolean> durable =
        under.observe().queues().stream()
            .collect(java.util.stream.Collectors.toMap(q -> q.name(), q -> q.durable()));
    assertEquals(Map.of("durable", true, "transient", false), durable);
  }

  @Test
  @Covers(Clause.SERVER_NAMED)
  void theEngineNamesQueues() throws AmqpException {
    String one = await(channel.declareQueue(QueueSpec.temporary(""))).name();
    String two = await(channel.declareQueue(QueueSpec.temporary(""))).name();
    assertNotEquals(one, two);
    assertTrue(one.startsWith("amq.gen-"), one);
    send(one, "x");
    assertEquals(List.of("x"), drained(one));
  }

  @Test
  @Covers(Clause.EXCLUSIVE_QUEUES)
  void anExclusiveQueueIsItsConnectionsAlone() throws AmqpException {
    await(channel.declareQueue(QueueSpec.temporary("mine")));
    Channel other = otherChannel();
    refused(ReplyCode.RESOURCE_LOCKED, other.checkQueue("mine"));
    refused(ReplyCode.RESOURCE_LOCKED, other.declareQueue(QueueSpec.temporary("mine")));
    refused(ReplyCode.RESOURCE_LOCKED, other.consume(ConsumeSpec.of("mine", 1), () -> {}));
    refused(ReplyCode.RESOURCE_LOCKED, other.get("mine", ""));
    refused(ReplyCode.RESOURCE_LOCKED, other.purgeQueue("mine"));
    refused(ReplyCode.RESOURCE_LOCKED, other.deleteQueue("mine", false, false));
    refused(ReplyCode.RESOURCE_LOCKED, other.bind(Binding.queue("amq.direct", "mine", "k")));
    await(other.publish(Route.toQueue("mine"), text("anyone may publish"), other.autoCommit()));
    assertEquals(List.of("anyone may publish"), drained("mine"));
  }

  @Test
  @Covers({Clause.EXCLUSIVE_QUEUES, Clause.DIFFERING_DECLARE})
  void exclusiveIsPartOfEquivalence() throws AmqpException {
    QueueSpec shared = new QueueSpec("q", false, false, false, QueueSpec.Defaults.AMQP, Map.of());
    await(channel.declareQueue(shared));
    AmqpException failure =
        refused(ReplyCode.RESOURCE_LOCKED, channel.declareQueue(QueueSpec.temporary("q")));
    assertTrue(failure.getMessage().contains("exclusive"), failure.getMessage());
    await(channel.declareQueue(QueueSpec.temporary("mine")));
    refused(ReplyCode.RESOURCE_LOCKED, channel.declareQueue(shared.named("mine")));
    await(channel.declareQueue(QueueSpec.temporary("mine")));
    await(
        channel.declareQueue(
            new QueueSpec("mine", true, true, false, QueueSpec.Defaults.AMQP, Map.of())));
  }

  @Test
  @Covers(Clause.EXCLUSIVE_QUEUES)
  void anExclusiveQueueGoesWithItsConnection() throws AmqpException {
    Channel other = otherChannel();
    await(
        other.declareQueue(
            new QueueSpec("theirs", true, true, false, QueueSpec.Defaults.AMQP, Map.of())));
    await(other.bind(Binding.queue("amq.fanout", "theirs", "")));
    refused(ReplyCode.RESOURCE_LOCKED, channel.checkQueue("theirs"));
    other.connection().close();
    refused(ReplyCode.NOT_FOUND, channel.checkQueue("theirs"));
    assertEquals(PublishOutcome.UNROUTED, publish("amq.fanout", "", "nobody"));
  }

  @Test
  @Covers(Clause.AUTO_DELETE)
  void anAutoDeleteQueueGoesWithItsLastConsumer() throws AmqpException {
    await(
        channel.declareQueue(
            new QueueSpec("q", false, false, true, QueueSpec.Defaults.AMQP, Map.of())));
    send("q", "it does not go before it had one");
    Tapped one = tap(channel, ConsumeSpec.of("q", 1));
    Tapped two = tap(channel, ConsumeSpec.of("q", 1));
    one.consumer().close();
    await(channel.checkQueue("q"));
    two.consumer().close();
    refused(ReplyCode.NOT_FOUND, channel.checkQueue("q"));
  }

  @Test
  @Covers(Clause.AUTO_DELETE)
  void anAutoDeleteExchangeGoesWithItsLastBinding() throws AmqpException {
    await(channel.declareExchange(new ExchangeSpec("x", "fanout", false, true, false, Map.of())));
    queue("q");
    await(channel.bind(Binding.queue("x", "q", "a")));
    await(channel.bind(Binding.queue("x", "q", "b")));
    await(channel.unbind(Binding.queue("x", "q", "a")));
    await(channel.checkExchange("x"));
    await(channel.unbind(Binding.queue("x", "q", "b")));
    refused(ReplyCode.NOT_FOUND, channel.checkExchange("x"));
  }

  @Test
  @Covers({Clause.AUTO_DELETE, Clause.EXCHANGE_BINDINGS})
  void autoDeleteExchangesGoOneAfterTheOther() throws AmqpException {
    for (String name : List.of("first", "second")) {
      await(
          channel.declareExchange(new ExchangeSpec(name, "fanout", false, true, false, Map.of())));
    }
    queue("q");
    await(channel.bind(Binding.exchange("first", "second", "")));
    await(channel.bind(Binding.queue("second", "q", "")));
    await(channel.deleteQueue("q", false, false));
    refused(ReplyCode.NOT_FOUND, channel.checkExchange("second"));
    refused(ReplyCode.NOT_FOUND, channel.checkExchange("first"));
  }

  @Test
  @Covers(Clause.DELETE)
  void aQueueIsDeletedOnlyIfItsConditionsHold() throws AmqpException {
    queue("q");
    send("q", "one");
    refused(ReplyCode.PRECONDITION_FAILED, channel.deleteQueue("q", false, true));
    Tapped tapped = tap(channel, ConsumeSpec.of("q", 1).withPaused());
    refused(ReplyCode.PRECONDITION_FAILED, channel.deleteQueue("q", true, false));
    assertFalse(tapped.consumer().isClosed());
    int before = tapped.signals().get();
    assertEquals(1L, await(channel.deleteQueue("q", false, false)));
    assertTrue(tapped.signals().get() > before, "the consumer of a deleted queue is told");
    assertTrue(tapped.consumer().isClosed(), "and it is over");
    refused(ReplyCode.NOT_FOUND, channel.checkQueue("q"));
    assertEquals(
        0L, await(channel.deleteQueue("q", true, true)), "what is not there is deleted already");
  }

  @Test
  @Covers({Clause.DELETE, Clause.DELAY})
  void aQueueIsEmptyOnlyWhenNothingIsLeftInIt() throws AmqpException {
    queue("q");
    send("q", "held");
    Delivery held = get("q");
    refused(ReplyCode.PRECONDITION_FAILED, channel.deleteQueue("q", false, true));
    settle(held, Outcome.ACCEPTED);
    publish(
        Route.toQueue("q"), text("later").toBuilder().deliverAtMs(under.nowMs() + 1_000).build());
    refused(ReplyCode.PRECONDITION_FAILED, channel.deleteQueue("q", false, true));
    assertEquals(1L, await(channel.deleteQueue("q", false, false)));
    queue("q");
    assertEquals(0L, await(channel.deleteQueue("q", true, true)));
  }

  @Test
  @Covers(Clause.DELETE)
  void anExchangeIsDeletedOnlyIfUnusedWhenAsked() throws AmqpException {
    await(channel.declareExchange(ExchangeSpec.durable("x", "fanout")));
    queue("q");
    await(channel.bind(Binding.queue("x", "q", "")));
    refused(ReplyCode.PRECONDITION_FAILED, channel.deleteExchange("x", true));
    await(channel.deleteExchange("x", false));
    refused(
        ReplyCode.NOT_FOUND,
        channel.publish(new Route("x", "", false), text("-"), channel.autoCommit()));
    await(channel.deleteExchange("x", true));
  }

  @Test
  @Covers(Clause.DELETE)
  void aDeletedQueueTakesItsBindingsAlong() throws AmqpException {
    queue("q");
    await(channel.bind(Binding.queue("amq.direct", "q", "k")));
    await(channel.deleteQueue("q", false, false));
    assertEquals(List.of(), under.observe().bindings());
    queue("q");
    assertEquals(PublishOutcome.UNROUTED, publish("amq.direct", "k", "-"));
  }

  @Test
  @Covers(Clause.PURGE)
  void purgeRemovesWhatIsReadyAndLeavesWhatIsInDelivery() throws AmqpException {
    queue("q");
    send("q", "held", "one", "two");
    Delivery held = get("q");
    assertEquals(2L, await(channel.purgeQueue("q")));
    assertEquals(0, ready("q"));
    settle(held, Outcome.FAILED);
    assertEquals(List.of("held"), drained("q"));
    refused(ReplyCode.NOT_FOUND, channel.purgeQueue("nowhere"));
  }

  @Test
  @Covers(Clause.LIMITS)
  void namesHaveALimit() throws AmqpException {
    String longest = "n".repeat(255);
    queue(longest);
    AmqpException failure =
        refused(
            ReplyCode.SYNTAX_ERROR,
            channel.declareQueue(QueueSpec.durable(longest + "n", Map.of())));
    assertTrue(failure.getMessage().contains("255"), failure.getMessage());
    refused(
        ReplyCode.SYNTAX_ERROR,
        channel.declareExchange(ExchangeSpec.durable("é".repeat(128), "direct")));
    refused(
        ReplyCode.SYNTAX_ERROR,
        channel.publish(
            new Route("amq.direct", longest + "n", false), text("-"), channel.autoCommit()));
  }
}
