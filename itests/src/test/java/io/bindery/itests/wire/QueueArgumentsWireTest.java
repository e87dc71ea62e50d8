package io.bindery.itests.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.amqp.codec.BasicMethod;
import io.bindery.amqp.codec.ChannelMethod;
import io.bindery.amqp.codec.ConfirmMethod;
import io.bindery.amqp.codec.MethodType;
import io.bindery.amqp.codec.QueueMethod;
import io.bindery.engine.AmqpException;
import io.bindery.itests.wire.RawClient.Message;
import java.io.IOException;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** What the arguments of a queue do; each test fails when its argument is ignored. */
class QueueArgumentsWireTest extends WireSuite {
  private String deadLetters() throws IOException, AmqpException {
    return queue();
  }

  private static Map<String, Object> dying(String to, Map<String, Object> arguments) {
    var all = new LinkedHashMap<String, Object>(arguments);
    all.put("x-dead-letter-exchange", "");
    all.put("x-dead-letter-routing-key", to);
    return all;
  }

  private static Map<?, ?> death(Message message) {
    return (Map<?, ?>) ((List<?>) message.properties().headers().get("x-death")).get(0);
  }

  // --- time ---

  @Test
  @Cites("RabbitMQ, \"Time-To-Live\": x-message-ttl; x-death, reason expired")
  void messagesOfAQueueExpire() throws IOException, AmqpException {
    String dead = deadLetters();
    String queue = queue(dying(dead, Map.of("x-message-ttl", 50)));
    send(queue, "one");
    Message died = awaited(dead);
    assertEquals("expired", death(died).get("reason"));
    assertNull(get(queue));
  }

  @Test
  @Cites(
      "RabbitMQ, \"Time-To-Live\": expiration; taken out of the dead letter, and kept in x-death")
  void aMessageExpires() throws IOException, AmqpException {
    String dead = deadLetters();
    String queue = queue(dying(dead, NONE));
    publish("", queue, properties().expiration("50"), "one");
    Message died = awaited(dead);
    assertNull(died.properties().expiration());
    assertEquals("50", death(died).get("original-expiration"));
  }

  @Test
  @Cites("RabbitMQ, \"Time-To-Live\": the lower of both holds")
  void theLowerOfBothTimesHolds() throws IOException, AmqpException {
    String dead = deadLetters();
    String quick = queue(dying(dead, Map.of("x-message-ttl", 50)));
    publish("", quick, properties().expiration("100000"), "by its queue");
    assertEquals("by its queue", awaited(dead).text());
    String slow = queue(dying(dead, Map.of("x-message-ttl", 100_000)));
    publish("", slow, properties().expiration("50"), "by itself");
    assertEquals("by itself", awaited(dead).text());
  }

  @Test
  @Cites("RabbitMQ, \"Time-To-Live\": 0 expires what no consumer takes at once")
  void withoutTimeAMessageIsDeliveredAtOnceOrNever() throws IOException, AmqpException {
    String dead = deadLetters();
    String queue = queue(dying(dead, Map.of("x-message-ttl", 0)));
    send(queue, "one");
    assertEquals("one", awaited(dead).text());
    consume(queue, "c");
    send(queue, "two");
    assertEquals("two", delivery().text());
  }

  @Test
  @Cites("RabbitMQ, \"Time-To-Live\": x-expires deletes a queue that nobody uses")
  void anUnusedQueueExpires() throws IOException, AmqpException {
    String name = fresh();
    try (RawClient other = another()) {
      other.send(
          1,
          new QueueMethod.Declare(
              name, false, false, false, false, false, Map.of("x-expires", 50)));
      other.expect(1, QueueMethod.DeclareOk.class);
    }
    // A declare counts as use, so it is only looked at a binding's end: a publish that comes back.
    long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(RawClient.PATIENCE_MS);
    boolean there = true;
    confirming();
    while (there) {
      assertTrue(System.nanoTime() - endNs < 0, "the queue is still there");
      LockSupport.parkNanos(5_000_000);
      client.send(
          Octets.method(1, new BasicMethod.Publish("", name, true, false)), Octets.header(1, 0));
      there = client.next() instanceof Heard.Said said && said.method() instanceof BasicMethod.Ack;
    }
  }

  // --- length ---

  @Test
  @Cites("RabbitMQ, \"Queue Length Limit\": x-max-length, drop-head; x-death, reason maxlen")
  void tooManyDropTheHead() throws IOException, AmqpException {
    String dead = deadLetters();
    String queue = queue(dying(dead, Map.of("x-max-length", 2)));
    send(queue, "1", "2", "3");
    Message died = awaited(dead);
    assertEquals("1", died.text());
    assertEquals("maxlen", death(died).get("reason"));
    assertEquals(List.of("2", "3"), drained(queue));
  }

  @Test
  @Cites("RabbitMQ, \"Queue Length Limit\": x-max-length-bytes counts bodies")
  void tooManyBytesDropTheHead() throws IOException, AmqpException {
    String dead = deadLetters();
    String queue = queue(dying(dead, Map.of("x-max-length-bytes", 10)));
    publish("", queue, properties().headers(Map.of("long", "x".repeat(100))), "12345");
    send(queue, "67890");
    awaitReady(queue, 2);
    send(queue, "!");
    assertEquals("12345", awaited(dead).text());
    assertEquals(List.of("67890", "!"), drained(queue));
  }

  @Test
  @Cites("RabbitMQ, \"Queue Length Limit\": drop-head by name")
  void dropHeadIsTheDefault() throws IOException, AmqpException {
    String queue = queue(Map.of("x-max-length", 1, "x-overflow", "drop-head"));
    send(queue, "1", "2");
    ask(new ConfirmMethod.Select(false), ConfirmMethod.SelectOk.class);
    send(queue, "3");
    acked(1);
    assertEquals(List.of("3"), drained(queue));
  }

  @Test
  @Cites("RabbitMQ, \"Queue Length Limit\": reject-publish drops the new without dead letter")
  void rejectPublishKeepsTheOld() throws IOException, AmqpException {
    String dead = deadLetters();
    String queue = queue(dying(dead, Map.of("x-max-length", 1, "x-overflow", "reject-publish")));
    send(queue, "1", "2");
    awaitReady(queue, 1);
    confirming();
    send(queue, "3");
    client.expect(1, BasicMethod.Nack.class);
    assertEquals(List.of("1"), drained(queue));
    assertNull(get(dead));
  }

  @Test
  @Cites("RabbitMQ, \"Queue Length Limit\": reject-publish-dlx dead-letters the new")
  void rejectPublishDlxDeadLettersTheNew() throws IOException, AmqpException {
    String dead = deadLetters();
    String queue =
        queue(dying(dead, Map.of("x-max-length", 1, "x-overflow", "reject-publish-dlx")));
    send(queue, "1", "2");
    Message died = awaited(dead);
    assertEquals("2", died.text());
    assertEquals("maxlen", death(died).get("reason"));
    assertEquals(List.of("1"), drained(queue));
  }

  // --- order and consumers ---

  @Test
  @Cites("RabbitMQ, \"Priority Queue Support\": x-max-priority; more counts as the highest")
  void theHigherPriorityComesFirst() throws IOException, AmqpException {
    String queue = queue(Map.of("x-max-priority", 5));
    for (int priority : List.of(1, 5, 0, 3, 9)) {
      publish("", queue, properties().priority(priority), "p" + priority);
    }
    awaitReady(queue, 5);
    assertEquals(List.of("p5", "p9", "p3", "p1", "p0"), drained(queue));
  }

  @Test
  @Cites("RabbitMQ, \"Single Active Consumer\": one at a time, then the next")
  void oneConsumerIsActive() throws IOException, AmqpException {
    String queue = queue(Map.of("x-single-active-consumer", true));
    consume(queue, "one");
    consume(queue, "two");
    for (String body : List.of("a", "b", "c")) {
      send(queue, body);
      assertEquals("one", ((BasicMethod.Deliver) delivery().method()).consumerTag());
    }
    ask(new BasicMethod.Cancel("one", false), BasicMethod.CancelOk.class);
    send(queue, "d");
    Message next = delivery();
    assertEquals("two", ((BasicMethod.Deliver) next.method()).consumerTag());
    assertEquals("d", next.text());
  }

  @Test
  @Cites("RabbitMQ, \"Single Active Consumer\": no exclusive consumer, 403")
  void aSingleActiveConsumerIsNotExclusive() throws IOException, AmqpException {
    String queue = queue(Map.of("x-single-active-consumer", true));
    client.send(1, new BasicMethod.Consume(queue, "c", false, true, true, false, NONE));
    channelError(403, MethodType.BASIC_CONSUME);
  }

  @Test
  @Cites("RabbitMQ, \"Classic Queues\": x-queue-type classic, x-queue-mode lazy")
  void typesAndModesThatAreThereAreTaken() throws IOException, AmqpException {
    String queue = queue(Map.of("x-queue-type", "classic", "x-queue-mode", "lazy"));
    send(queue, "one");
    assertEquals("one", awaited(queue).text());
  }

  // --- dead letters ---

  @Test
  @Cites("RabbitMQ, \"Dead Letter Exchanges\": x-death, x-first-death-*")
  void aRejectedOneTellsItsDeath() throws IOException, AmqpException {
    String exchange = exchange("fanout", NONE);
    String dead = deadLetters();
    bind(exchange, dead, "");
    String queue = queue(Map.of("x-dead-letter-exchange", exchange));
    bind("amq.direct", queue, queue);
    publish("amq.direct", queue, properties().headers(Map.of("own", "kept")), "one");
    awaitReady(queue, 1);
    Message taken = get(queue, false);
    client.send(1, new BasicMethod.Reject(taken.tag(), false));
    Message died = awaited(dead);
    BasicMethod.GetOk ok = (BasicMethod.GetOk) died.method();
    assertEquals(exchange, ok.exchange());
    assertEquals(queue, ok.routingKey());
    Map<String, Object> headers = died.properties().headers();
    assertEquals("kept", headers.get("own"));
    assertEquals("rejected", headers.get("x-first-death-reason"));
    assertEquals(queue, headers.get("x-first-death-queue"));
    assertEquals("amq.direct", headers.get("x-first-death-exchange"));
    Map<?, ?> death = death(died);
    assertEquals(queue, death.get("queue"));
    assertEquals("rejected", death.get("reason"));
    assertEquals("amq.direct", death.get("exchange"));
    assertEquals(List.of(queue), death.get("routing-keys"));
    assertEquals(1L, ((Number) death.get("count")).longValue());
    assertTrue(death.get("time") instanceof Date, () -> "time is " + death.get("time"));
  }

  @Test
  @Cites("RabbitMQ, \"Dead Letter Exchanges\": x-dead-letter-routing-key; CC is taken out")
  void aDeadLetterTakesTheGivenKey() throws IOException, AmqpException {
    String dead = deadLetters();
    String other = queue();
    String queue = queue(dying(dead, NONE));
    publish("", queue, properties().headers(Map.of("CC", List.of(other))), "one");
    awaited(other);
    awaitReady(queue, 1);
    client.send(1, new BasicMethod.Nack(get(queue, false).tag(), false, false));
    Message died = awaited(dead);
    assertEquals(dead, ((BasicMethod.GetOk) died.method()).routingKey());
    assertEquals(List.of(queue, other), death(died).get("routing-keys"));
    assertFalse(died.properties().headers().containsKey("CC"));
    assertNull(get(other));
  }

  @Test
  @Cites("RabbitMQ, \"Dead Letter Exchanges\": dying in a queue again is counted in x-death")
  void anotherDeathInTheSameQueueIsCounted() throws IOException, AmqpException {
    String dead = deadLetters();
    String queue = queue(dying(dead, NONE));
    send(queue, "one");
    for (long count = 1; count <= 2; count++) {
      awaitReady(queue, 1);
      client.send(1, new BasicMethod.Reject(get(queue, false).tag(), false));
      Message died = awaited(dead);
      assertEquals(count, ((Number) death(died).get("count")).longValue());
      assertEquals(1, ((List<?>) died.properties().headers().get("x-death")).size());
      publish("", queue, died.properties().toBuilder(), died.text());
    }
  }

  @Test
  @Cites("RabbitMQ, \"Dead Letter Exchanges\": a cycle without a rejection drops the message")
  void anAutomaticCycleEnds() throws IOException, AmqpException {
    String one = fresh();
    String two = fresh();
    ask(exclusive(one, dying(two, Map.of("x-message-ttl", 20))), QueueMethod.DeclareOk.class);
    ask(exclusive(two, dying(one, Map.of("x-message-ttl", 20))), QueueMethod.DeclareOk.class);
    send(one, "round");
    long quietSince = System.nanoTime();
    long quietNs = TimeUnit.MILLISECONDS.toNanos(500);
    long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(RawClient.PATIENCE_MS);
    while (System.nanoTime() - quietSince < quietNs) {
      assertTrue(System.nanoTime() - endNs < 0, "it goes round for ever");
      if (ready(one) + ready(two) > 0) {
        quietSince = System.nanoTime();
      }
    }
  }

  @Test
  @Cites("RabbitMQ, \"Dead Letter Exchanges\": an exchange that is not there drops the message")
  void withoutItsExchangeADeadLetterIsDropped() throws IOException, AmqpException {
    String queue = queue(Map.of("x-dead-letter-exchange", fresh()));
    send(queue, "one");
    awaitReady(queue, 1);
    client.send(1, new BasicMethod.Reject(get(queue, false).tag(), false));
    nothingFrom(queue);
    ask(new ChannelMethod.Flow(true), ChannelMethod.FlowOk.class);
  }
}
