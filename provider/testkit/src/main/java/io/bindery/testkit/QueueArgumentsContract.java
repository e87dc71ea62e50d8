package io.bindery.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
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
import io.bindery.engine.Route;
import io.bindery.engine.Transaction;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Priorities, time to live, dead letters, delivery limits, delays (RabbitMQ's documentation of each
 * argument).
 */
public abstract class QueueArgumentsContract extends EngineContract {
  private void sendWithPriority(String queue, int priority) throws AmqpException {
    publish(Route.toQueue(queue), text("p" + priority).toBuilder().priority(priority).build());
  }

  private static List<Map<?, ?>> deaths(Delivery delivery) {
    List<Map<?, ?>> deaths = new ArrayList<>();
    for (Object death : (List<?>) delivery.message().headers().get(Arguments.DEATH_HEADER)) {
      deaths.add((Map<?, ?>) death);
    }
    return deaths;
  }

  @Test
  @Covers(Clause.PRIORITIES)
  void tenPrioritiesAreHonouredAndNoneIsFour() throws AmqpException {
    queue("q");
    send("q", "none");
    for (int priority : new int[] {0, 9, 4, 5, 12}) {
      sendWithPriority("q", priority);
    }
    assertEquals(List.of("p9", "p12", "p5", "none", "p4", "p0"), drained("q"));
  }

  @Test
  @Covers(Clause.PRIORITIES)
  void withMaxPriorityNoneIsTheLeast() throws AmqpException {
    queue("q", Map.of(Arguments.MAX_PRIORITY, 3));
    send("q", "none");
    for (int priority : new int[] {1, 3, 200, 0}) {
      sendWithPriority("q", priority);
    }
    assertEquals(List.of("p3", "p200", "p1", "none", "p0"), drained("q"));
  }

  @Test
  @Covers({Clause.PRIORITIES, Clause.OLD_PLACE})
  void whatIsGivenBackKeepsItsPlaceAmongPriorities() throws AmqpException {
    queue("q");
    sendWithPriority("q", 9);
    send("q", "a", "b");
    Delivery urgent = get("q");
    Delivery first = get("q");
    settle(first, Outcome.FAILED);
    settle(urgent, Outcome.FAILED);
    assertEquals(List.of("p9", "a", "b"), drained("q"));
  }

  @Test
  @Covers(Clause.MESSAGE_TTL)
  void aMessageExpiresByItsOwnTime() throws AmqpException {
    queue("q");
    long now = under.nowMs();
    publish(Route.toQueue("q"), text("short").toBuilder().expiresAtMs(now + 100).build());
    publish(Route.toQueue("q"), text("long").toBuilder().expiresAtMs(now + 10_000).build());
    under.advance(200);
    assertEquals(1, ready("q"), "the expired one is gone without anybody asking for it");
    assertEquals(List.of("long"), drained("q"));
  }

  @Test
  @Covers(Clause.MESSAGE_TTL)
  void aQueuesTimeToLiveIsTheLesser() throws AmqpException {
    queue("q", Map.of(Arguments.MESSAGE_TTL, 1_000));
    publish(Route.toQueue("q"), text("own").toBuilder().expiresAtMs(under.nowMs() + 100).build());
    publish(
        Route.toQueue("q"),
        text("queue's").toBuilder().expiresAtMs(under.nowMs() + 10_000).build());
    send("q", "none");
    under.advance(500);
    assertEquals(2, ready("q"));
    under.advance(600);
    assertEquals(0, ready("q"));
  }

  @Test
  @Covers(Clause.MESSAGE_TTL)
  void whatIsForAtOnceOnlyHasExpiredWhenItIsGivenBack() throws AmqpException {
    queue("dead");
    queue(
        "q",
        Map.of(
            Arguments.MESSAGE_TTL,
            0,
            Arguments.DEAD_LETTER_EXCHANGE,
            "",
            Arguments.DEAD_LETTER_ROUTING_KEY,
            "dead"));
    Tapped tapped = tap(channel, ConsumeSpec.of("q", 1));
    send("q", "a");
    under.settled();
    Delivery first = tapped.drain(1).get(0);
    settle(first, Outcome.FAILED);
    under.settled();
    assertEquals(List.of(), tapped.drain(1));
    assertEquals("expired", deaths(get("dead")).get(0).get("reason"));
  }

  @Test
  @Covers({Clause.MESSAGE_TTL, Clause.DEAD_LETTERS})
  void aTimeToLiveOfZeroExpiresUnlessAConsumerCanTakeIt() throws AmqpException {
    queue("dead");
    Map<String, Object> zero =
        Map.of(
            Arguments.MESSAGE_TTL,
            0,
            Arguments.DEAD_LETTER_EXCHANGE,
            "",
            Arguments.DEAD_LETTER_ROUTING_KEY,
            "dead");
    queue("q", zero);
    send("q", "nobody");
    under.advance(1);
    assertEquals(List.of("nobody"), drained("dead"));
    Tapped tapped = tap(channel, ConsumeSpec.of("q", 1));
    tapped.drain();
    send("q", "taken");
    under.advance(1);
    List<Delivery> taken = tapped.drain();
    assertEquals(List.of("taken"), taken.stream().map(EngineContract::body).toList());
    send("q", "no credit");
    under.advance(1);
    assertEquals(List.of("no credit"), drained("dead"));
    settle(taken.get(0), Outcome.ACCEPTED);
    assertEquals(List.of(), tapped.bodies());
    AmqpMessage own = text("own").toBuilder().expiration("0").expiresAtMs(under.nowMs()).build();
    queue("plain");
    Tapped plain = tap(channel, ConsumeSpec.of("plain", 1));
    plain.drain();
    publish(Route.toQueue("plain"), own);
    assertEquals(List.of("own"), plain.bodies());
    plain.consumer().close();
    await(channel.purgeQueue("plain"));
    publish(Route.toQueue("plain"), own);
    assertNull(get("plain"));
  }

  @Test
  @Covers({Clause.MESSAGE_TTL, Clause.DELAY, Clause.LOCAL_TRANSACTIONS})
  void aQueuesTimeToLiveBeginsWhenAMessageIsReady() throws AmqpException {
    queue("q", Map.of(Arguments.MESSAGE_TTL, 1_000));
    publish(
        Route.toQueue("q"), text("delayed").toBuilder().deliverAtMs(under.nowMs() + 2_000).build());
    Transaction transaction = channel.begin();
    publish(transaction, "q", "late commit");
    under.advance(2_500);
    await(transaction.commit());
    assertEquals(2, ready("q"));
    under.advance(600);
    assertEquals(1, ready("q"), "the delayed one had its second");
    assertEquals(List.of("late commit"), drained("q"));
  }

  @Test
  @Covers(Clause.MESSAGE_TTL)
  void whatIsInDeliveryDoesNotExpireButIsNotDeliveredAgain() throws AmqpException {
    queue("q", Map.of(Arguments.MESSAGE_TTL, 100));
    send("q", "a", "b");
    Delivery accepted = get("q");
    Delivery returned = get("q");
    under.advance(200);
    settle(accepted, Outcome.ACCEPTED);
    settle(returned, Outcome.RELEASED);
    assertNull(get("q"));
  }

  @Test
  @Covers(Clause.DEAD_LETTERS)
  void aRejectedMessageGoesToTheDeadLetterExchangeWithItsHistory() throws AmqpException {
    queue("dead");
    await(channel.bind(Binding.queue("amq.topic", "dead", "dead.letter")));
    queue(
        "q",
        Map.of(
            Arguments.DEAD_LETTER_EXCHANGE,
            "amq.topic",
            Arguments.DEAD_LETTER_ROUTING_KEY,
            "dead.letter"));
    publish(Route.toQueue("q"), text("a", Map.of("own", 1)));
    settle(get("q"), Outcome.REJECTED);
    Delivery dead = get("dead");
    assertEquals("a", body(dead));
    assertEquals(new Route("amq.topic", "dead.letter", false), dead.route());
    assertEquals(1, dead.message().headers().get("own"));
    Map<?, ?> death = deaths(dead).get(0);
    assertEquals("q", death.get("queue"));
    assertEquals("rejected", death.get("reason"));
    assertEquals(1L, death.get("count"));
    assertEquals("", death.get("exchange"));
    assertEquals(List.of("q"), death.get("routing-keys"));
    assertEquals("q", dead.message().headers().get("x-first-death-queue"));
    assertEquals(0, ready("q"));
    assertEquals(
        1,
        under.observe().queues().stream()
            .filter(queue -> queue.name().equals("q"))
            .findFirst()
            .orElseThrow()
            .counters()
            .deadLettered());
  }

  @Test
  @Covers(Clause.DEAD_LETTERS)
  void whatIsHeldOfAQueueThatIsDeletedIsGoneAndNoDeadLetter() throws AmqpException {
    queue("dead");
    queue(
        "q", Map.of(Arguments.DEAD_LETTER_EXCHANGE, "", Arguments.DEAD_LETTER_ROUTING_KEY, "dead"));
    send("q", "a");
    Delivery held = get("q");
    await(channel.deleteQueue("q", false, false));
    settle(held, Outcome.REJECTED);
    assertEquals(0, ready("dead"));
  }

  @Test
  @Covers(Clause.DEAD_LETTERS)
  void dyingAgainInTheSameWayIsCounted() throws AmqpException {
    queue("q", Map.of(Arguments.DEAD_LETTER_EXCHANGE, "", Arguments.DEAD_LETTER_ROUTING_KEY, "q"));
    send("q", "a");
    settle(get("q"), Outcome.REJECTED);
    settle(get("q"), Outcome.REJECTED);
    Delivery again = get("q");
    assertEquals(1, deaths(again).size());
    assertEquals(2L, deaths(again).get(0).get("count"));
  }

  @Test
  @Covers(Clause.DEAD_LETTERS)
  void ofARepeatedDeathTheFirstIsTold() throws AmqpException {
    queue("q", Map.of(Arguments.DEAD_LETTER_EXCHANGE, "", Arguments.DEAD_LETTER_ROUTING_KEY, "q"));
    await(channel.bind(Binding.queue("amq.topic", "q", "a.b")));
    Map<String, Object> headers = new HashMap<>();
    headers.put("void", null);
    long first = under.nowMs();
    publish(
        new Route("amq.topic", "a.b", false),
        text("a", headers).toBuilder().expiration("60000").expiresAtMs(first + 60_000).build());
    settle(get("q"), Outcome.REJECTED);
    under.advance(5_000);
    settle(get("q"), Outcome.REJECTED);
    Delivery again = get("q");
    Map<?, ?> death = deaths(again).get(0);
    assertEquals(2L, death.get("count"));
    assertEquals(new Date(first), death.get("time"));
    assertEquals("amq.topic", death.get("exchange"));
    assertEquals(List.of("a.b"), death.get("routing-keys"));
    assertEquals("60000", death.get("original-expiration"));
    assertEquals("", again.message().headers().get("x-last-death-exchange"));
    assertTrue(again.message().headers().containsKey("void"));
  }

  @Test
  @Covers(Clause.DEAD_LETTERS)
  void theHistoryOfSeveralDeathsBeginsWithTheLast() throws AmqpException {
    queue("last");
    await(channel.bind(Binding.queue("amq.topic", "last", "a.b")));
    queue("middle", Map.of(Arguments.DEAD_LETTER_EXCHANGE, "amq.topic"));
    queue("q", Map.of(Arguments.DEAD_LETTER_EXCHANGE, "amq.direct", Arguments.MESSAGE_TTL, 1_000));
    await(channel.bind(Binding.queue("amq.direct", "middle", "a.b")));
    await(channel.bind(Binding.queue("amq.headers", "q", "")));
    publish("amq.headers", "a.b", "m");
    under.advance(1_000);
    Delivery middle = get("middle");
    assertEquals(new Route("amq.direct", "a.b", false), middle.route(), "it keeps its key");
    settle(middle, Outcome.REJECTED);
    Delivery dead = get("last");
    assertEquals(
        List.of("middle", "q"), deaths(dead).stream().map(death -> death.get("queue")).toList());
    Map<String, Object> headers = dead.message().headers();
    assertEquals("q", headers.get("x-first-death-queue"));
    assertEquals("expired", headers.get("x-first-death-reason"));
    assertEquals("amq.headers", headers.get("x-first-death-exchange"));
    assertEquals("middle", headers.get("x-last-death-queue"));
    assertEquals("rejected", headers.get("x-last-death-reason"));
    assertEquals("amq.direct", headers.get("x-last-death-exchange"));
  }

  @Test
  @Covers({Clause.DEAD_LETTERS, Clause.MESSAGE_TTL})
  void anExpiredMessageIsDeadLetteredWithoutItsExpirationAndNeverInACircle() throws AmqpException {
    queue("dead");
    queue(
        "q",
        Map.of(
            Arguments.MESSAGE_TTL,
            100,
            Arguments.DEAD_LETTER_EXCHANGE,
            "",
            Arguments.DEAD_LETTER_ROUTING_KEY,
            "dead"));
    AmqpMessage own =
        text("a").toBuilder().expiration("50").expiresAtMs(under.nowMs() + 50).build();
    publish(Route.toQueue("q"), own);
    under.advance(60);
    Delivery dead = get("dead");
    assertEquals("expired", deaths(dead).get(0).get("reason"));
    assertEquals("50", deaths(dead).get(0).get("original-expiration"));
    assertNull(dead.message().expiration());
    assertEquals(0, dead.message().expiresAtMs());
    queue(
        "circle",
        Map.of(
            Arguments.MESSAGE_TTL,
            100,
            Arguments.DEAD_LETTER_EXCHANGE,
            "",
            Arguments.DEAD_LETTER_ROUTING_KEY,
            "circle"));
    send("circle", "round");
    under.advance(1_000);
    assertEquals(0, ready("circle"));
  }

  @Test
  @Covers(Clause.DEFAULT_DEAD_LETTERS)
  void aQueueThatJmsMadeKeepsItsDeadLetters() throws AmqpException {
    await(channel.declareQueue(QueueSpec.jms("q")));
    send("q", "a");
    settle(get("q"), Outcome.REJECTED);
    assertEquals(0, ready("q"));
    Delivery dead = get("bindery.dead.q");
    assertEquals("a", body(dead));
    assertEquals("rejected", deaths(dead).get(0).get("reason"));
  }

  @Test
  @Covers({Clause.DELIVERY_LIMIT, Clause.DEFAULT_DEAD_LETTERS, Clause.COUNTERS})
  void aQueueThatJmsMadeGivesUpAfterTenFailures() throws AmqpException {
    await(channel.declareQueue(QueueSpec.jms("q")));
    send("q", "poison", "next");
    for (int failure = 0; failure < 10; failure++) {
      settle(get("q"), Outcome.RELEASED);
      Delivery delivery = get("q");
      assertEquals("poison", body(delivery), "releasing never counts");
      assertEquals(failure, delivery.failureCount());
      settle(delivery, Outcome.FAILED);
    }
    assertEquals("next", body(get("q")));
    Delivery dead = get("bindery.dead.q");
    assertEquals("poison", body(dead));
    assertEquals("delivery_limit", deaths(dead).get(0).get("reason"));
  }

  @Test
  @Covers(Clause.DELIVERY_LIMIT)
  void theDeliveryLimitIsAnArgument() throws AmqpException {
    queue("q", Map.of(Arguments.DELIVERY_LIMIT, 2));
    send("q", "poison");
    settle(get("q"), Outcome.FAILED);
    settle(get("q"), Outcome.FAILED);
    assertEquals(1, ready("q"), "given back as often as the limit says");
    settle(get("q"), Outcome.FAILED);
    assertEquals(0, ready("q"), "without a dead-letter exchange it is dropped");
    queue("once", Map.of(Arguments.DELIVERY_LIMIT, 0));
    send("once", "poison");
    settle(get("once"), Outcome.FAILED);
    assertEquals(0, ready("once"));
    queue("endless", Map.of(Arguments.DELIVERY_LIMIT, -1));
    send("endless", "again");
    for (int i = 0; i < 50; i++) {
      settle(get("endless"), Outcome.FAILED);
    }
    assertEquals(50, get("endless").failureCount());
  }

  @Test
  @Covers(Clause.DELAY)
  void aDelayedMessageWaitsAndBlocksNothing() throws AmqpException {
    queue("q");
    long now = under.nowMs();
    Tapped tapped = tap(channel, ConsumeSpec.of("q", 0));
    publish(Route.toQueue("q"), text("late").toBuilder().deliverAtMs(now + 2_000).build());
    publish(Route.toQueue("q"), text("soon").toBuilder().deliverAtMs(now + 1_000).build());
    send("q", "now");
    assertEquals(List.of("now"), tapped.bodies());
    assertEquals(0, ready("q"));
    under.advance(999);
    assertEquals(List.of(), tapped.bodies());
    int before = tapped.signals().get();
    under.advance(1);
    assertTrue(tapped.signals().get() > before);
    assertEquals(List.of("soon"), tapped.bodies());
    under.advance(1_000);
    assertEquals(List.of("late"), tapped.bodies());
  }

  @Test
  @Covers(Clause.DELAY)
  void aDelayedMessageIsRoutedWhenItIsSent() throws AmqpException {
    queue("before");
    await(channel.bind(Binding.queue("amq.topic", "before", "t")));
    AmqpMessage delayed = text("m").toBuilder().deliverAtMs(under.nowMs() + 1_000).build();
    assertEquals(PublishOutcome.ROUTED, publish(new Route("amq.topic", "t", false), delayed));
    queue("after");
    await(channel.bind(Binding.queue("amq.topic", "after", "t")));
    under.advance(1_000);
    assertEquals(List.of("m"), drained("before"));
    assertEquals(List.of(), drained("after"));
  }
}
