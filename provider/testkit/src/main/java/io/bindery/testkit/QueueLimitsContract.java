package io.bindery.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Arguments;
import io.bindery.engine.Binding;
import io.bindery.engine.ConsumeSpec;
import io.bindery.engine.Delivery;
import io.bindery.engine.Outcome;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Route;
import io.bindery.engine.Ticket;
import io.bindery.engine.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * How long a queue may become and live, and which of its consumers gets what (RabbitMQ's
 * documentation of queue length limits, queue TTL, single active consumer and consumer priorities).
 */
public abstract class QueueLimitsContract extends EngineContract {
  private static final Map<String, Object> TO_DEAD =
      Map.of(Arguments.DEAD_LETTER_EXCHANGE, "", Arguments.DEAD_LETTER_ROUTING_KEY, "dead");

  private static Map<String, Object> with(Map<String, Object> some, Map<String, Object> more) {
    Map<String, Object> all = new java.util.HashMap<>(some);
    all.putAll(more);
    return all;
  }

  private static Map<?, ?> firstDeath(Delivery delivery) {
    return (Map<?, ?>) ((List<?>) delivery.message().headers().get(Arguments.DEATH_HEADER)).get(0);
  }

  // --- length ---

  @Test
  @Covers({Clause.LENGTH_LIMITS, Clause.DEAD_LETTERS})
  void theOldestGoWhenAQueueIsTooLong() throws AmqpException {
    queue("dead");
    queue("q", with(TO_DEAD, Map.of(Arguments.MAX_LENGTH, 2)));
    send("q", "a");
    Delivery held = get("q");
    send("q", "b", "c", "d");
    Delivery dead = get("dead");
    assertEquals("b", body(dead), "what is in delivery does not count");
    assertEquals("maxlen", firstDeath(dead).get("reason"));
    settle(held, Outcome.ACCEPTED);
    assertEquals(List.of("c", "d"), drained("q"));
    queue("none", Map.of(Arguments.MAX_LENGTH, 0));
    send("none", "a");
    assertEquals(0, ready("none"));
  }

  @Test
  @Covers({Clause.LENGTH_LIMITS, Clause.DEAD_LETTERS})
  void whatComesBackToAFullQueueMakesTheOldestGo() throws AmqpException {
    queue("dead");
    queue("q", with(TO_DEAD, Map.of(Arguments.MAX_LENGTH, 1)));
    send("q", "a");
    Delivery held = get("q");
    send("q", "b");
    settle(held, Outcome.FAILED);
    Delivery dead = get("dead");
    assertEquals("a", body(dead));
    assertEquals("maxlen", firstDeath(dead).get("reason"));
    assertEquals(List.of("b"), drained("q"));
    send("q", "c");
    Delivery unseen = get("q");
    send("q", "d");
    await(channel.giveBack(List.of(), List.of(unseen)));
    assertEquals("c", body(get("dead")));
    assertEquals(List.of("d"), drained("q"));
  }

  @Test
  @Covers(Clause.LENGTH_LIMITS)
  void theBytesOfBodiesAreCounted() throws AmqpException {
    queue("q", Map.of(Arguments.MAX_LENGTH_BYTES, 10));
    publish(Route.toQueue("q"), text("12345", Map.of("a header", "that does not count")));
    send("q", "67890");
    assertEquals(2, ready("q"));
    send("q", "abc");
    assertEquals(List.of("67890", "abc"), drained("q"));
    send("q", "longer than all");
    assertEquals(0, ready("q"));
    queue("strict", Map.of(Arguments.MAX_LENGTH_BYTES, 5, Arguments.OVERFLOW, "reject-publish"));
    assertEquals(PublishOutcome.REJECTED, publish("", "strict", "123456"));
    assertEquals(PublishOutcome.ROUTED, publish("", "strict", "12345"));
    assertEquals(PublishOutcome.REJECTED, publish("", "strict", "6"));
  }

  @Test
  @Covers({Clause.LENGTH_LIMITS, Clause.CONFIRMS})
  void aQueueMayRefuseWhatIsTooMuch() throws AmqpException {
    queue("q", Map.of(Arguments.MAX_LENGTH, 2, Arguments.OVERFLOW, "reject-publish"));
    queue("free");
    await(channel.bind(Binding.queue("amq.fanout", "q", "")));
    await(channel.bind(Binding.queue("amq.fanout", "free", "")));
    send("q", "a", "b");
    assertEquals(PublishOutcome.REJECTED, publish("", "q", "c"));
    assertEquals(PublishOutcome.REJECTED, publish("amq.fanout", "", "d"), "one of two is enough");
    assertEquals(List.of("d"), drained("free"));
    assertEquals(List.of("a", "b"), drained("q"));
    send("q", "room again");
  }

  /** Though what was published before may still be on its way to the disk. */
  @Test
  @Covers({Clause.LENGTH_LIMITS, Clause.CONFIRMS})
  void aFullQueueRefusesWhoDoesNotWaitForAnAnswerToo() throws AmqpException {
    queue("q", Map.of(Arguments.MAX_LENGTH, 2, Arguments.OVERFLOW, "reject-publish"));
    List<Ticket<PublishOutcome>> answers = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      AmqpMessage persistent = text("" + i).toBuilder().persistent(true).build();
      answers.add(channel.publish(Route.toQueue("q"), persistent, channel.autoCommit()));
    }
    for (int i = 0; i < answers.size(); i++) {
      PublishOutcome expected = i < 2 ? PublishOutcome.ROUTED : PublishOutcome.REJECTED;
      assertEquals(expected, await(answers.get(i)));
    }
    assertEquals(List.of("0", "1"), drained("q"));
  }

  @Test
  @Covers({Clause.LENGTH_LIMITS, Clause.DEAD_LETTERS, Clause.LOCAL_TRANSACTIONS})
  void whatIsRefusedMayGoToTheDeadLetters() throws AmqpException {
    queue("dead");
    queue(
        "q",
        with(TO_DEAD, Map.of(Arguments.MAX_LENGTH, 1, Arguments.OVERFLOW, "reject-publish-dlx")));
    send("q", "a");
    assertEquals(PublishOutcome.REJECTED, publish("", "q", "b"));
    Delivery dead = get("dead");
    assertEquals("b", body(dead));
    assertEquals("maxlen", firstDeath(dead).get("reason"));
    assertEquals("q", firstDeath(dead).get("queue"));
    Transaction transaction = channel.begin();
    assertEquals(
        PublishOutcome.REJECTED,
        await(channel.publish(Route.toQueue("q"), text("c"), transaction)));
    await(transaction.rollback());
    assertEquals(0, ready("dead"), "a transaction leaves nothing behind");
    assertEquals(List.of("a"), drained("q"));
  }

  // --- expiry ---

  @Test
  @Covers(Clause.QUEUE_EXPIRY)
  void aQueueThatNobodyUsesGoesAndItsMessagesWithIt() throws AmqpException {
    queue("dead");
    queue("q", with(TO_DEAD, Map.of(Arguments.EXPIRES, 1_000)));
    await(channel.bind(Binding.queue("amq.fanout", "q", "")));
    under.advance(900);
    send("q", "publishing is no use");
    under.advance(101);
    assertEquals(PublishOutcome.UNROUTED, publish("amq.fanout", "", "-"));
    refused(ReplyCode.NOT_FOUND, channel.checkQueue("q"));
    assertEquals(0, ready("dead"));
  }

  @Test
  @Covers(Clause.QUEUE_EXPIRY)
  void declaringGettingAndConsumingAreUses() throws AmqpException {
    Map<String, Object> arguments = Map.of(Arguments.EXPIRES, 1_000);
    queue("q", arguments);
    under.advance(900);
    queue("q", arguments);
    under.advance(900);
    await(channel.checkQueue("q"));
    under.advance(900);
    get("q");
    under.advance(900);
    Tapped tapped = tap(channel, ConsumeSpec.of("q", 1));
    under.advance(10_000);
    tapped.consumer().close();
    under.advance(999);
    assertEquals(List.of("q"), queues());
    under.advance(1);
    assertEquals(List.of(), queues());
    queue("q", arguments);
    await(channel.deleteQueue("q", false, false));
    under.advance(900);
    queue("q", arguments);
    under.advance(900);
    assertEquals(List.of("q"), queues(), "a new queue of the name has its own time");
  }

  private List<String> queues() throws AmqpException {
    return under.observe().queues().stream().map(queue -> queue.name()).toList();
  }

  // --- consumers ---

  @Test
  @Covers(Clause.SINGLE_ACTIVE_CONSUMER)
  void oneConsumerAtATimeIsActive() throws AmqpException {
    queue("q", Map.of(Arguments.SINGLE_ACTIVE_CONSUMER, true));
    Tapped first = tap(channel, ConsumeSpec.of("q", 1));
    Tapped second = tap(channel, ConsumeSpec.of("q", 1));
    Tapped third = tap(channel, ConsumeSpec.of("q", 1));
    send("q", "a", "b", "c");
    under.advance(1_000);
    assertEquals(List.of(), second.bodies());
    assertEquals(0, second.signals().get() + third.signals().get(), "however slow the first is");
    Delivery a = first.drain().get(0);
    settle(a, Outcome.ACCEPTED);
    assertEquals(List.of("b"), first.bodies());
    third.consumer().pause(true);
    second.consumer().close();
    assertEquals(0, third.signals().get());
    first.consumer().close();
    assertEquals(0, third.signals().get(), "paused");
    third.consumer().pause(false);
    assertEquals(1, third.signals().get());
    assertEquals(List.of("c"), third.bodies());
    refused(
        ReplyCode.ACCESS_REFUSED,
        channel.consume(ConsumeSpec.of("q", 1).withExclusive(), () -> {}));
  }

  @Test
  @Covers(Clause.SINGLE_ACTIVE_CONSUMER)
  void theNextIsActiveWhenTheChannelOfTheFirstCloses() throws AmqpException {
    queue("q", Map.of(Arguments.SINGLE_ACTIVE_CONSUMER, true));
    var dying = otherChannel();
    Tapped first = tap(dying, ConsumeSpec.of("q", 2));
    Tapped second = tap(channel, ConsumeSpec.of("q", 0));
    send("q", "a", "b", "c");
    assertEquals(List.of("a", "b"), first.bodies());
    dying.close();
    assertEquals(List.of("a", "b", "c"), second.bodies());
  }

  private Tapped consumer(int priority, int prefetch) throws AmqpException {
    return tap(
        channel,
        new ConsumeSpec(
            "q",
            "",
            prefetch,
            false,
            "",
            false,
            Map.of(Arguments.CONSUMER_PRIORITY, priority),
            false));
  }

  @Test
  @Covers(Clause.CONSUMER_PRIORITY)
  void aLowerPriorityGetsWhatAHigherOneHasNoCreditFor() throws AmqpException {
    queue("q");
    Tapped low = tap(channel, ConsumeSpec.of("q", 10));
    low.drain();
    Tapped high = consumer(7, 2);
    high.drain();
    send("q", "a", "b");
    assertEquals(1, high.signals().get());
    assertEquals(0, low.signals().get());
    assertEquals(List.of(), low.bodies(), "they are for the higher");
    List<Delivery> taken = high.drain();
    assertEquals(List.of("a", "b"), taken.stream().map(EngineContract::body).toList());
    send("q", "c");
    assertTrue(low.signals().get() > 0, "the higher one is full");
    assertEquals(List.of("c"), low.bodies());
    settle(taken.get(0), Outcome.ACCEPTED);
    send("q", "d");
    assertEquals(List.of("d"), high.bodies());
  }

  @Test
  @Covers(Clause.CONSUMER_PRIORITY)
  void equalPrioritiesTakeTurnsAndPausedOnesGetNothing() throws AmqpException {
    queue("q");
    Tapped low = consumer(-1, 1);
    low.drain();
    List<Tapped> high = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      high.add(consumer(3, 0));
      high.get(i).drain();
    }
    for (int i = 0; i < 4; i++) {
      send("q", "m" + i);
      assertEquals(List.of("m" + i), high.get(i % 2).bodies(), "in turn");
    }
    high.forEach(each -> each.consumer().pause(true));
    send("q", "last");
    assertEquals(List.of("last"), low.bodies());
    refused(
        ReplyCode.PRECONDITION_FAILED,
        channel.consume(
            new ConsumeSpec("q", "", 1, false, "", false, Map.of("x-priority", "high"), false),
            () -> {}));
  }

  @Test
  @Covers({Clause.CONSUMER_PRIORITY, Clause.SELECTORS})
  void aHigherPriorityTakesOnlyWhatItSelects() throws AmqpException {
    queue("q");
    Tapped high =
        tap(
            channel,
            new ConsumeSpec("q", "", 0, false, "n = 1", false, Map.of("x-priority", 5), false));
    high.drain();
    Tapped low = tap(channel, ConsumeSpec.of("q", 0));
    low.drain();
    publish(Route.toQueue("q"), text("other", Map.of("n", 2)));
    publish(Route.toQueue("q"), text("mine", Map.of("n", 1)));
    assertEquals(List.of("other"), low.bodies());
    assertEquals(List.of("mine"), high.bodies());
  }

  // --- which arguments ---

  @Test
  @Covers(Clause.QUEUE_TYPE)
  void aTypeThatIsNotSaidIsClassic() throws AmqpException {
    queue("said", Map.of(Arguments.QUEUE_TYPE, "classic"));
    queue("said", Map.of());
    queue("not said", Map.of());
    queue("not said", Map.of(Arguments.QUEUE_TYPE, "classic"));
  }

  @Test
  @Covers(Clause.QUEUE_TYPE)
  void argumentsThatChangeNothingAreTaken() throws AmqpException {
    queue(
        "q",
        Map.of(
            Arguments.QUEUE_TYPE,
            "classic",
            "x-queue-mode",
            "lazy",
            "x-queue-version",
            2,
            "x-queue-leader-locator",
            "balanced"));
    send("q", "a");
    assertEquals(List.of("a"), drained("q"));
    for (Map<String, Object> wrong :
        List.<Map<String, Object>>of(
            Map.of("x-queue-mode", "hasty"),
            Map.of("x-queue-version", "2"),
            Map.of("x-queue-version", 3),
            Map.of("x-queue-master-locator", "nowhere"),
            Map.of("x-queue-leader-locator", "nowhere"),
            Map.of(Arguments.OVERFLOW, "explode"),
            Map.of(Arguments.EXPIRES, 0),
            Map.of(Arguments.MAX_LENGTH, -1),
            Map.of(Arguments.MAX_LENGTH_BYTES, "many"),
            Map.of(Arguments.MAX_PRIORITY, 256),
            Map.of(Arguments.SINGLE_ACTIVE_CONSUMER, "yes"),
            Map.of(Arguments.DEAD_LETTER_ROUTING_KEY, "without an exchange"),
            Map.of(Arguments.DEAD_LETTER_EXCHANGE, 7),
            Map.of(Arguments.QUEUE_TYPE, "curious"))) {
      AmqpException failure =
          refused(
              ReplyCode.PRECONDITION_FAILED,
              channel.declareQueue(QueueSpec.durable("wrong", wrong)));
      String name = wrong.keySet().iterator().next();
      assertTrue(failure.getMessage().contains(name), failure.getMessage());
      assertTrue(failure.getMessage().contains(wrong.get(name).toString()), failure.getMessage());
    }
    refused(ReplyCode.NOT_FOUND, channel.checkQueue("wrong"));
  }

  @Test
  @Covers(Clause.QUEUE_TYPE)
  void anUnknownArgumentIsPassedOverUnlessJmsMadeTheQueue() throws AmqpException {
    Map<String, Object> unknown = Map.of("x-no-such-thing", 1);
    AmqpException failure =
        refused(
            ReplyCode.PRECONDITION_FAILED,
            channel.declareQueue(
                new QueueSpec("q", true, false, false, QueueSpec.Defaults.JMS, unknown)));
    assertTrue(failure.getMessage().contains("x-no-such-thing"), failure.getMessage());
    await(channel.declareQueue(QueueSpec.durable("q", unknown)));
    await(channel.declareQueue(QueueSpec.durable("q", Map.of("x-no-such-thing", 2))));
    await(channel.declareQueue(QueueSpec.durable("q", Map.of())));
  }

  @Test
  @Covers({Clause.QUEUE_TYPE, Clause.CAPABILITIES})
  void aTypeThatTheEngineHasNotIsRefusedWithWhatToUse() {
    for (String type : List.of("quorum", "stream")) {
      if (!connection.capabilities(type).features().isEmpty()) {
        continue;
      }
      AmqpException failure =
          refused(
              ReplyCode.PRECONDITION_FAILED,
              channel.declareQueue(QueueSpec.durable("q", Map.of(Arguments.QUEUE_TYPE, type))));
      assertTrue(failure.getMessage().contains("classic"), failure.getMessage());
    }
  }
}
