package io.bindery.itests.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.amqp.codec.BasicMethod;
import io.bindery.amqp.codec.ChannelMethod;
import io.bindery.amqp.codec.ConnectionMethod;
import io.bindery.amqp.codec.Method;
import io.bindery.amqp.codec.MethodType;
import io.bindery.amqp.codec.QueueMethod;
import io.bindery.engine.AmqpException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Class queue: declare, purge, delete, and who may use a queue. */
class QueueWireTest extends WireSuite {
  private void refused(int code, Method question) throws IOException, AmqpException {
    client.send(1, question);
    channelError(code, question.type());
  }

  private static QueueMethod.Delete delete(String name) {
    return new QueueMethod.Delete(name, false, false, false);
  }

  /** Waits until a queue is no more. */
  private void awaitGone(String queue) throws IOException, AmqpException {
    long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(RawClient.PATIENCE_MS);
    while (true) {
      client.send(1, passive(queue));
      if (client.next() instanceof Heard.Said said
          && said.method() instanceof ChannelMethod.Close close) {
        assertEquals(404, close.replyCode(), close.replyText());
        client.send(1, new ChannelMethod.CloseOk());
        client.openChannel(1);
        return;
      }
      assertTrue(System.nanoTime() - endNs < 0, queue + " is still there");
      LockSupport.parkNanos(5_000_000);
    }
  }

  @Test
  @Cites("queue.declare, rule \"default-name\"; queue-known: an empty name is the last declared")
  void theServerGivesNames() throws IOException, AmqpException {
    String one = ask(exclusive("", NONE), QueueMethod.DeclareOk.class).queue();
    String two = ask(exclusive("", NONE), QueueMethod.DeclareOk.class).queue();
    assertTrue(one.startsWith("amq.gen-"), one);
    assertNotEquals(one, two);
    bind("amq.direct", "", two);
    publish("amq.direct", two, "to the last");
    awaitReady(two, 1);
    client.send(1, new BasicMethod.Get("", true));
    assertEquals("to the last", client.message(1, BasicMethod.GetOk.class).text());
  }

  @Test
  @Cites("queue.bind, rule \"queue-known\": 404 where no queue was declared")
  void anEmptyNameOfNothingIsNotFound() throws IOException, AmqpException {
    refused(404, new QueueMethod.Bind("", "amq.direct", "k", false, NONE));
    refused(404, new BasicMethod.Get("", true));
    refused(404, new QueueMethod.Purge("", false));
  }

  @Test
  @Cites("queue.declare, rule \"passive\"; RabbitMQ: no queue has an empty name, 404")
  void aPassiveDeclareNeedsAName() throws IOException, AmqpException {
    queue();
    refused(404, passive(""));
  }

  @Test
  @Cites("queue.declare, rule \"passive\": 404, and the counts")
  void aPassiveDeclareCounts() throws IOException, AmqpException {
    String queue = queue();
    send(queue, "one", "two");
    awaitReady(queue, 2);
    consume(queue, "c");
    deliveries(2);
    QueueMethod.DeclareOk found = ask(passive(queue), QueueMethod.DeclareOk.class);
    assertEquals(queue, found.queue());
    assertEquals(0, found.messageCount());
    assertEquals(1, found.consumerCount());
    refused(404, passive(fresh()));
  }

  @Test
  @Cites("queue.declare, rule \"reserved\": 403")
  void namesThatBeginWithAmqAreReserved() throws IOException, AmqpException {
    refused(403, exclusive("amq." + fresh(), NONE));
  }

  @Test
  @Cites("queue.declare, rule \"equivalent\": 406; exclusive: 405")
  void eachFieldOfADeclareMustBeTheSame() throws IOException, AmqpException {
    String name = fresh();
    ask(shared(name), QueueMethod.DeclareOk.class);
    ask(shared(name), QueueMethod.DeclareOk.class);
    refused(406, new QueueMethod.Declare(name, false, false, false, false, false, NONE));
    refused(406, new QueueMethod.Declare(name, false, true, false, true, false, NONE));
    for (String argument :
        List.of("x-message-ttl", "x-expires", "x-max-length", "x-max-length-bytes")) {
      Map<String, Object> arguments = Map.of(argument, 100_000);
      refused(406, new QueueMethod.Declare(name, false, true, false, false, false, arguments));
    }
    Map<String, Object> dead = Map.of("x-dead-letter-exchange", "amq.direct");
    refused(406, new QueueMethod.Declare(name, false, true, false, false, false, dead));
    refused(405, new QueueMethod.Declare(name, false, true, true, false, false, NONE));
    ask(delete(name), QueueMethod.DeleteOk.class);
  }

  @Test
  @Cites("queue.declare, no-wait: no answer")
  void declareWithoutWaitHasNoAnswer() throws IOException, AmqpException {
    String name = fresh();
    client.send(1, new QueueMethod.Declare(name, false, false, true, false, true, NONE));
    assertEquals(0, ready(name));
  }

  @Test
  @Cites("queue.declare, rule \"exclusive\": 405 for other connections, each method")
  void anExclusiveQueueIsLockedForOthers() throws IOException, AmqpException {
    String name = queue();
    bind("amq.direct", name, "k");
    try (RawClient other = another()) {
      for (Method question :
          List.of(
              passive(name),
              exclusive(name, NONE),
              new QueueMethod.Bind(name, "amq.direct", "k", false, NONE),
              new QueueMethod.Unbind(name, "amq.direct", "k", NONE),
              new QueueMethod.Purge(name, false),
              delete(name),
              consuming(name, "c", true, NONE),
              new BasicMethod.Get(name, true))) {
        other.send(1, question);
        channelError(other, 405, question.type());
      }
    }
  }

  @Test
  @Cites("queue.declare, exclusive: the queue goes with its connection")
  void anExclusiveQueueGoesWithItsConnection() throws IOException, AmqpException {
    String name = fresh();
    RawClient other = another();
    other.send(1, exclusive(name, NONE));
    other.expect(1, QueueMethod.DeclareOk.class);
    other.send(0, new ConnectionMethod.Close(200, "", 0, 0));
    other.expect(0, ConnectionMethod.CloseOk.class);
    other.close();
    awaitGone(name);
  }

  @Test
  @Cites("queue.declare, auto-delete: with the last consumer, not before the first")
  void anAutoDeleteQueueGoesWithItsLastConsumer() throws IOException, AmqpException {
    String name = fresh();
    ask(
        new QueueMethod.Declare(name, false, false, false, true, false, NONE),
        QueueMethod.DeclareOk.class);
    consume(name, "one");
    consume(name, "two");
    ask(new BasicMethod.Cancel("one", false), BasicMethod.CancelOk.class);
    assertEquals(1, ask(passive(name), QueueMethod.DeclareOk.class).consumerCount());
    ask(new BasicMethod.Cancel("two", false), BasicMethod.CancelOk.class);
    awaitGone(name);
  }

  @Test
  @Cites("queue.purge: the ready ones, not those in delivery")
  void purgeTakesTheReady() throws IOException, AmqpException {
    String queue = queue();
    send(queue, "one", "two", "three");
    awaitReady(queue, 3);
    get(queue, false);
    assertEquals(
        2, ask(new QueueMethod.Purge(queue, false), QueueMethod.PurgeOk.class).messageCount());
    ask(new BasicMethod.Recover(true), BasicMethod.RecoverOk.class);
    assertEquals("one", awaited(queue).text());
    send(queue, "four");
    awaitReady(queue, 1);
    client.send(1, new QueueMethod.Purge(queue, true));
    assertEquals(0, ready(queue));
    refused(404, new QueueMethod.Purge(fresh(), false));
  }

  @Test
  @Cites("queue.delete: if-unused and if-empty are 406; the count; no-wait")
  void deleteHasConditions() throws IOException, AmqpException {
    String queue = queue();
    send(queue, "one");
    awaitReady(queue, 1);
    refused(406, new QueueMethod.Delete(queue, false, true, false));
    consume(queue, "c");
    delivery();
    client.send(1, new QueueMethod.Delete(queue, true, false, false));
    channelError(406, MethodType.QUEUE_DELETE);
    awaitReady(queue, 1);
    assertEquals(1, ask(delete(queue), QueueMethod.DeleteOk.class).messageCount());
    refused(404, passive(queue));
    String other = queue();
    client.send(1, new QueueMethod.Delete(other, false, false, true));
    refused(404, passive(other));
  }

  @Test
  @Cites("queue.delete; RabbitMQ, \"Specification\": deleting what is not there is no error")
  void deletingNothingIsNoError() throws IOException, AmqpException {
    assertEquals(0, ask(delete(fresh()), QueueMethod.DeleteOk.class).messageCount());
  }

  @Test
  @Cites("queue.declare, arguments; RabbitMQ, \"Queues\": a wrong type or value is 406")
  void argumentsAreChecked() throws IOException, AmqpException {
    for (Map<String, Object> arguments :
        List.<Map<String, Object>>of(
            Map.of("x-message-ttl", "soon"),
            Map.of("x-message-ttl", -1),
            Map.of("x-expires", 0),
            Map.of("x-expires", "never"),
            Map.of("x-max-length", -1),
            Map.of("x-max-length-bytes", -1),
            Map.of("x-max-priority", 256),
            Map.of("x-overflow", "spill"),
            Map.of("x-dead-letter-exchange", 5),
            Map.of("x-dead-letter-routing-key", "k"),
            Map.of("x-single-active-consumer", "yes"),
            Map.of("x-queue-version", "2"),
            Map.of("x-queue-version", 3),
            Map.of("x-queue-type", "heap"))) {
      refused(406, exclusive(fresh(), arguments));
    }
  }

  @Test
  @Cites("RabbitMQ, \"Time-To-Live\": ten years at most; \"Priority Queues\": 0 to 255")
  void argumentsReachTheirLimits() throws IOException, AmqpException {
    long tenYearsMs = 315_360_000_000L;
    for (String time : List.of("x-message-ttl", "x-expires")) {
      queue(Map.of(time, tenYearsMs));
      refused(406, exclusive(fresh(), Map.of(time, tenYearsMs + 1)));
    }
    queue(Map.of("x-max-priority", 0));
    queue(Map.of("x-max-priority", 255));
  }

  @Test
  @Cites("queue.declare, arguments; RabbitMQ: what it does not know is passed over")
  void anUnknownArgumentIsPassedOver() throws IOException, AmqpException {
    String name = queue(Map.of("x-unknown", 1, "unknown", "a"));
    ask(exclusive(name, Map.of("x-unknown", "2")), QueueMethod.DeclareOk.class);
    ask(exclusive(name, NONE), QueueMethod.DeclareOk.class);
  }
}
