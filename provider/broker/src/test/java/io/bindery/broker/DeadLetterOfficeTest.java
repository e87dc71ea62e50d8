package io.bindery.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Arguments;
import io.bindery.engine.Binding;
import io.bindery.engine.Delivery;
import io.bindery.engine.Outcome;
import io.bindery.engine.QueueNames;
import io.bindery.engine.QueueSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dead letters on difficult ways. */
class DeadLetterOfficeTest extends BrokerFixture {
  private static Map<String, Object> deadTo(String queue) {
    return Map.of(Arguments.DEAD_LETTER_EXCHANGE, "", Arguments.DEAD_LETTER_ROUTING_KEY, queue);
  }

  private static List<String> deaths(Delivery delivery) {
    return ((List<?>) delivery.message().headers().get(Arguments.DEATH_HEADER))
        .stream()
            .map(each -> (Map<?, ?>) each)
            .map(death -> death.get("queue") + " " + death.get("reason") + " " + death.get("count"))
            .toList();
  }

  @Test
  void aFullQueueTakesDeadLettersThoughItRefusesPublishes() throws AmqpException {
    queue("dead", Map.of("x-max-length", 1, "x-overflow", "reject-publish"));
    queue("q", deadTo("dead"));
    send("q", "a", "b");
    settle(get("q"), Outcome.REJECTED);
    settle(get("q"), Outcome.REJECTED);
    assertEquals(List.of("a", "b"), drained("dead"));
  }

  @Test
  void deadLettersAreExemptFromTheMemoryLimitAndCountTowardsIt() throws AmqpException {
    queue("dead");
    queue("q", deadTo("dead"));
    fill(otherChannel(), "q");
    long before = broker.memory().usedBytes();
    settle(get("q"), Outcome.REJECTED);
    assertEquals(1, ready("dead"));
    // The dead letter has its headers more, and its original is gone.
    long headers = broker.memory().usedBytes() - before;
    assertEquals(true, headers > 0 && headers < 1_024, headers + " bytes more");
  }

  @Test
  void aRetryByWayOfAWaitingQueueMayGoRoundForEver() throws AmqpException {
    queue("work", deadTo("wait"));
    queue(
        "wait",
        Map.of(
            Arguments.DEAD_LETTER_EXCHANGE,
            "",
            Arguments.DEAD_LETTER_ROUTING_KEY,
            "work",
            Arguments.MESSAGE_TTL,
            100));
    send("work", "again");
    for (int round = 1; round <= 5; round++) {
      settle(get("work"), Outcome.REJECTED);
      environment.advance(100);
      Delivery again = get("work");
      assertEquals(
          List.of("wait expired " + round, "work rejected " + round),
          deaths(again),
          "the latest first, and counted");
      settle(again, Outcome.RELEASED);
    }
  }

  @Test
  void aCircleThatNobodyRejectsInEndsEvenAfterAnEarlierReject() throws AmqpException {
    queue("q", deadTo("circle"));
    queue(
        "circle",
        Map.of(
            Arguments.DEAD_LETTER_EXCHANGE,
            "",
            Arguments.DEAD_LETTER_ROUTING_KEY,
            "circle",
            Arguments.MESSAGE_TTL,
            100));
    send("q", "round");
    settle(get("q"), Outcome.REJECTED);
    assertEquals(1, ready("circle"));
    environment.advance(1_000);
    assertEquals(0, ready("circle"));
    channel.close();
    assertEquals(0, broker.memory().usedBytes());
  }

  @Test
  void onlyTheOldestGoWhenAQueueIsTooLong() throws AmqpException {
    queue("dead");
    queue(
        "q",
        Map.of(
            "x-max-length",
            2,
            Arguments.DEAD_LETTER_EXCHANGE,
            "",
            Arguments.DEAD_LETTER_ROUTING_KEY,
            "dead"));
    send("q", "a", "b", "c");
    Delivery dead = get("dead");
    assertEquals("a", body(dead));
    assertEquals(List.of("q maxlen 1"), deaths(dead));
    assertEquals(List.of("b", "c"), drained("q"));
  }

  @Test
  void aDeadLetterThatReachesSeveralQueuesIsChargedOnce() throws AmqpException {
    queue("one");
    queue("two");
    await(channel.bind(Binding.queue("amq.fanout", "one", "")));
    await(channel.bind(Binding.queue("amq.fanout", "two", "")));
    queue("q", Map.of(Arguments.DEAD_LETTER_EXCHANGE, "amq.fanout"));
    send("q", "m");
    settle(get("q"), Outcome.REJECTED);
    assertEquals(List.of("m"), drained("one"));
    assertEquals(List.of("m"), drained("two"));
    channel.close();
    assertEquals(0, broker.memory().usedBytes());
  }

  @ParameterizedTest
  @ValueSource(strings = {"no.such.exchange", "amq.direct"})
  void whatHasNowhereToGoIsGoneAndGivesItsMemoryBack(String exchange) throws AmqpException {
    queue("q", Map.of(Arguments.DEAD_LETTER_EXCHANGE, exchange));
    send("q", "m");
    settle(get("q"), Outcome.REJECTED);
    assertNull(get("q"));
    channel.close();
    assertEquals(0, broker.memory().usedBytes());
  }

  @Test
  void aQueueThatJmsMadeKeepsDeadLettersWhateverItsNameAndAgainAfterADelete() throws AmqpException {
    String name = "ü".repeat(120);
    String dead = QueueNames.deadLetters(name);
    await(channel.declareQueue(QueueSpec.jms(name)));
    for (int round = 0; round < 2; round++) {
      send(name, "m");
      settle(get(name), Outcome.REJECTED);
      assertEquals(List.of("m"), drained(dead));
      await(channel.deleteQueue(dead, false, false));
    }
  }

  @Test
  void theHistoryKeepsWhereItCameFrom() throws AmqpException {
    queue("second");
    queue("first", deadTo("second"));
    queue("q", deadTo("first"));
    await(channel.bind(Binding.queue("amq.topic", "q", "a.#")));
    await(
        channel.publish(
            new io.bindery.engine.Route("amq.topic", "a.b", false),
            text("m"),
            channel.autoCommit()));
    settle(get("q"), Outcome.REJECTED);
    settle(get("first"), Outcome.REJECTED);
    Delivery dead = get("second");
    assertEquals(List.of("first rejected 1", "q rejected 1"), deaths(dead));
    Map<String, Object> headers = dead.message().headers();
    assertEquals("amq.topic", headers.get("x-first-death-exchange"));
    assertEquals("q", headers.get("x-first-death-queue"));
    assertEquals("first", headers.get("x-last-death-queue"));
    Map<?, ?> oldest = (Map<?, ?>) ((List<?>) headers.get(Arguments.DEATH_HEADER)).get(1);
    assertEquals(List.of("a.b"), oldest.get("routing-keys"));
  }
}
