package io.bindery.itests.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.amqp.codec.BasicMethod;
import io.bindery.amqp.codec.ChannelMethod;
import io.bindery.amqp.codec.Method;
import io.bindery.amqp.codec.MethodType;
import io.bindery.amqp.codec.QueueMethod;
import io.bindery.engine.AmqpException;
import io.bindery.itests.wire.RawClient.Message;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Class basic: consumers, prefetch, gets. */
class ConsumeWireTest extends WireSuite {
  private void refused(int code, Method question) throws IOException, AmqpException {
    client.send(1, question);
    channelError(code, question.type());
  }

  private void qos(int count, boolean global) throws IOException, AmqpException {
    ask(new BasicMethod.Qos(0, count, global), BasicMethod.QosOk.class);
  }

  // --- get ---

  @Test
  @Cites("basic.get: get-ok with the count of those left, get-empty")
  void getTakesOne() throws IOException, AmqpException {
    String queue = queue();
    assertNull(get(queue));
    send(queue, "one", "two");
    awaitReady(queue, 2);
    Message one = get(queue, false);
    BasicMethod.GetOk ok = (BasicMethod.GetOk) one.method();
    assertEquals("one", one.text());
    assertEquals(1, ok.messageCount());
    assertEquals("", ok.exchange());
    assertEquals(queue, ok.routingKey());
    assertFalse(ok.redelivered());
    assertEquals("two", get(queue).text());
    assertNull(get(queue));
    refused(404, new BasicMethod.Get(fresh(), true));
  }

  // --- consume and cancel ---

  @Test
  @Cites("basic.consume: consume-ok before deliveries, in the order of the queue; basic.deliver")
  void aConsumerIsDelivered() throws IOException, AmqpException {
    String queue = queue();
    bind("amq.direct", queue, queue);
    publish("amq.direct", queue, "one");
    publish("amq.direct", queue, "two");
    awaitReady(queue, 2);
    consume(queue, "c");
    List<Message> both = deliveries(2);
    assertEquals(List.of("one", "two"), texts(both));
    BasicMethod.Deliver first = (BasicMethod.Deliver) both.get(0).method();
    assertEquals("c", first.consumerTag());
    assertEquals(1, first.deliveryTag());
    assertEquals("amq.direct", first.exchange());
    assertEquals(queue, first.routingKey());
    assertFalse(first.redelivered());
    assertEquals(2, both.get(1).tag());
  }

  @Test
  @Cites("basic.consume, rule \"default name\" of consumer-tag")
  void theServerGivesTags() throws IOException, AmqpException {
    String queue = queue();
    String one = ask(consuming(queue, "", true, NONE), BasicMethod.ConsumeOk.class).consumerTag();
    String two = ask(consuming(queue, "", true, NONE), BasicMethod.ConsumeOk.class).consumerTag();
    assertTrue(one.startsWith("amq.ctag-"), one);
    assertNotEquals(one, two);
  }

  @Test
  @Cites("basic.consume, rule \"unique\" of consumer-tag: 530, closes the connection")
  void aTagIsUsedOnce() throws IOException, AmqpException {
    String queue = queue();
    consume(queue, "c");
    client.send(1, consuming(queue, "c", false, NONE));
    connectionError(530, MethodType.BASIC_CONSUME);
  }

  @Test
  @Cites("basic.consume: 404")
  void nobodyConsumesFromNothing() throws IOException, AmqpException {
    refused(404, consuming(fresh(), "c", true, NONE));
  }

  @Test
  @Cites("basic.consume, rule \"in-use\" of exclusive: 403")
  void anExclusiveConsumerIsAlone() throws IOException, AmqpException {
    String queue = queue();
    BasicMethod.Consume alone = new BasicMethod.Consume(queue, "c", false, true, true, false, NONE);
    ask(alone, BasicMethod.ConsumeOk.class);
    client.openChannel(2);
    client.send(2, consuming(queue, "d", true, NONE));
    var close = client.expect(2, ChannelMethod.Close.class);
    assertEquals(403, close.replyCode(), close.replyText());
    ask(new BasicMethod.Cancel("c", false), BasicMethod.CancelOk.class);
    consume(queue, "e");
    refused(403, new BasicMethod.Consume(queue, "f", false, true, true, false, NONE));
  }

  @Test
  @Cites("basic.consume and basic.cancel, no-wait: no answer")
  void noWaitHasNoAnswer() throws IOException, AmqpException {
    String queue = queue();
    client.send(1, new BasicMethod.Consume(queue, "c", false, true, false, true, NONE));
    send(queue, "one");
    assertEquals("one", delivery().text());
    client.send(1, new BasicMethod.Cancel("c", true));
    send(queue, "two");
    assertEquals("two", awaited(queue).text());
  }

  @Test
  @Cites("basic.cancel: what was delivered stays unacknowledged; unknown tags are no error")
  void cancelKeepsWhatWasDelivered() throws IOException, AmqpException {
    String queue = queue();
    send(queue, "one");
    consume(queue, "c");
    Message one = delivery();
    ask(new BasicMethod.Cancel("c", false), BasicMethod.CancelOk.class);
    assertEquals(0, ready(queue));
    client.send(1, new BasicMethod.Ack(one.tag(), false));
    nothingFrom(queue);
    assertEquals(
        "never",
        ask(new BasicMethod.Cancel("never", false), BasicMethod.CancelOk.class).consumerTag());
  }

  @Test
  @Cites("RabbitMQ, \"Consumer Cancel Notification\": basic.cancel when the queue goes")
  void whoLosesItsQueueIsTold() throws IOException, AmqpException {
    String queue = queue();
    consume(queue, "c");
    client.openChannel(2);
    client.send(2, new QueueMethod.Delete(queue, false, false, true));
    BasicMethod.Cancel cancel = client.expect(1, BasicMethod.Cancel.class);
    assertEquals("c", cancel.consumerTag());
    assertTrue(cancel.noWait());
  }

  @Test
  @Cites("RabbitMQ, \"Consumers\": idle consumers get messages in turn")
  void consumersTakeTurns() throws IOException, AmqpException {
    String queue = queue();
    consume(queue, "one");
    consume(queue, "two");
    List<String> tags = new ArrayList<>();
    for (String body : List.of("a", "b", "c", "d")) {
      send(queue, body);
      tags.add(((BasicMethod.Deliver) delivery().method()).consumerTag());
    }
    assertEquals(List.of("one", "two", "one", "two"), tags);
  }

  @Test
  @Cites("RabbitMQ, tutorial \"Work Queues\": each consumer gets the same number, also of many")
  void consumersTakeTurnsOfMany() throws IOException, AmqpException {
    String queue = queue();
    Map<String, Integer> counts = new TreeMap<>();
    for (String tag : List.of("one", "two", "three")) {
      consume(queue, tag);
      counts.put(tag, 0);
    }
    byte[] message = publishing("", queue, properties().build(), "x");
    client.send(Collections.nCopies(30, message).toArray(byte[][]::new));
    for (Message each : deliveries(30)) {
      counts.merge(((BasicMethod.Deliver) each.method()).consumerTag(), 1, Integer::sum);
    }
    assertEquals(Map.of("one", 10, "two", 10, "three", 10), counts);
  }

  @Test
  @Cites("basic.consume, no-ack: a delivery is over when it is sent")
  void noAckNeedsNoAck() throws IOException, AmqpException {
    String queue = queue();
    ask(consuming(queue, "c", true, NONE), BasicMethod.ConsumeOk.class);
    send(queue, "one");
    Message one = delivery();
    refused(406, new BasicMethod.Ack(one.tag(), false));
    assertEquals(0, ready(queue));
  }

  // --- prefetch ---

  @Test
  @Cites("RabbitMQ, \"Consumer Prefetch\": without global, for each new consumer")
  void prefetchIsOfEachConsumer() throws IOException, AmqpException {
    String queue = queue();
    qos(1, false);
    consume(queue, "one");
    qos(2, false);
    consume(queue, "two");
    send(queue, "a", "b", "c", "d", "e");
    List<Message> held = deliveries(3);
    awaitReady(queue, 2);
    client.send(1, new BasicMethod.Ack(held.get(0).tag(), false));
    delivery();
    awaitReady(queue, 1);
  }

  @Test
  @Cites("RabbitMQ, \"Consumer Prefetch\": with global, for the channel")
  void globalPrefetchIsOfTheChannel() throws IOException, AmqpException {
    String queue = queue();
    qos(2, true);
    consume(queue, "one");
    consume(queue, "two");
    send(queue, "a", "b", "c");
    List<Message> held = deliveries(2);
    awaitReady(queue, 1);
    client.send(1, new BasicMethod.Ack(held.get(1).tag(), false));
    assertEquals("c", delivery().text());
  }

  @Test
  @Cites("RabbitMQ, \"Consumer Prefetch\": both limits at once")
  void bothLimitsHold() throws IOException, AmqpException {
    String queue = queue();
    qos(2, false);
    qos(3, true);
    consume(queue, "one");
    consume(queue, "two");
    send(queue, "a", "b", "c", "d", "e");
    deliveries(3);
    awaitReady(queue, 2);
    nothingMore();
  }

  private void nothingMore() throws IOException, AmqpException {
    qos(3, true);
  }

  @Test
  @Cites("basic.qos, prefetch-size; RabbitMQ, \"Specification\": not implemented, 540")
  void prefetchSizeIsNotImplemented() throws IOException, AmqpException {
    client.send(1, new BasicMethod.Qos(1_000, 1, false));
    connectionError(540, MethodType.BASIC_QOS);
  }

  @Test
  @Cites("basic.qos: a get is not counted")
  void getsAreNotCounted() throws IOException, AmqpException {
    String queue = queue();
    qos(1, true);
    send(queue, "a", "b", "c");
    awaitReady(queue, 3);
    get(queue, false);
    get(queue, false);
    consume(queue, "c");
    assertEquals("c", delivery().text());
  }

  // --- the arguments of consumers ---

  @Test
  @Cites("RabbitMQ, \"Consumer Priorities\": x-priority")
  void thePriorOneGetsWhatItTakes() throws IOException, AmqpException {
    String queue = queue();
    qos(2, false);
    consume(queue, "low");
    ask(consuming(queue, "high", false, Map.of("x-priority", 5)), BasicMethod.ConsumeOk.class);
    send(queue, "a", "b", "c");
    List<String> tags =
        deliveries(3).stream()
            .map(each -> ((BasicMethod.Deliver) each.method()).consumerTag() + each.text())
            .toList();
    assertEquals(Set.of("higha", "highb", "lowc"), Set.copyOf(tags));
  }

  @Test
  @Cites("RabbitMQ, \"Consumer Priorities\": x-priority is an integer, 406")
  void aPriorityIsAnInteger() throws IOException, AmqpException {
    refused(406, consuming(queue(), "c", true, Map.of("x-priority", "high")));
  }

  // --- direct replies ---

  @Test
  @Cites("RabbitMQ, \"Direct Reply-to\"")
  void repliesComeDirectly() throws IOException, AmqpException {
    String requests = fresh();
    ask(
        new QueueMethod.Declare(requests, false, false, false, false, false, NONE),
        QueueMethod.DeclareOk.class);
    ask(consuming("amq.rabbitmq.reply-to", "r", true, NONE), BasicMethod.ConsumeOk.class);
    publish("", requests, properties().replyTo("amq.rabbitmq.reply-to"), "question");
    awaitReady(requests, 1);
    try (RawClient server = another()) {
      server.send(1, new BasicMethod.Get(requests, true));
      Message question = server.message(1, BasicMethod.GetOk.class);
      String replyTo = question.properties().replyTo();
      assertTrue(replyTo.startsWith("amq.rabbitmq.reply-to."), replyTo);
      server.send(1, passive(replyTo));
      server.expect(1, QueueMethod.DeclareOk.class);
      nothingElseIsDoneWith(replyTo, server);
      server.send(publishing("", replyTo, properties().build(), "answer"));
      Message answer = delivery();
      assertEquals("answer", answer.text());
      assertEquals("r", ((BasicMethod.Deliver) answer.method()).consumerTag());
    }
    ask(new QueueMethod.Delete(requests, false, false, false), QueueMethod.DeleteOk.class);
  }

  private void nothingElseIsDoneWith(String replyTo, RawClient server)
      throws IOException, AmqpException {
    for (Method question :
        List.of(
            new BasicMethod.Get(replyTo, true),
            new QueueMethod.Purge(replyTo, false),
            new QueueMethod.Bind(replyTo, "amq.direct", "k", false, NONE),
            consuming(replyTo, "c", true, NONE))) {
      server.send(1, question);
      channelError(server, 404, question.type());
    }
    server.send(1, new QueueMethod.Delete(replyTo, false, false, false));
    assertEquals(0, server.expect(1, QueueMethod.DeleteOk.class).messageCount());
  }

  @Test
  @Cites("RabbitMQ, \"Direct Reply-to\": no-ack, once for a channel, and before the request; 406")
  void repliesAreConsumedAsTheyMust() throws IOException, AmqpException {
    String replies = "amq.rabbitmq.reply-to";
    assertEquals(1, ask(passive(replies), QueueMethod.DeclareOk.class).consumerCount());
    assertEquals(replies, ask(shared(replies), QueueMethod.DeclareOk.class).queue());
    refused(406, consuming("amq.rabbitmq.reply-to", "r", false, NONE));
    publish("", "nobody", properties().replyTo("amq.rabbitmq.reply-to"), "question");
    channelError(406, MethodType.BASIC_PUBLISH);
    ask(consuming("amq.rabbitmq.reply-to", "r", true, NONE), BasicMethod.ConsumeOk.class);
    refused(406, consuming("amq.rabbitmq.reply-to", "s", true, NONE));
  }
}
