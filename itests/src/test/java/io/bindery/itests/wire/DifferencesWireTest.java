package io.bindery.itests.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.amqp.codec.BasicMethod;
import io.bindery.amqp.codec.ChannelMethod;
import io.bindery.amqp.codec.ConnectionMethod;
import io.bindery.amqp.codec.MethodType;
import io.bindery.amqp.codec.QueueMethod;
import io.bindery.engine.AmqpException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Where our server is not as RabbitMQ: both sides of the table in {@code provider/amqp}. */
class DifferencesWireTest extends WireSuite {
  @Test
  @Cites("channel.flow: active=false stops deliveries; RabbitMQ: 540")
  void flowStopsDeliveries() throws IOException, AmqpException {
    String queue = queue();
    consume(queue, "c");
    if (Brokers.isRabbit()) {
      client.send(1, new ChannelMethod.Flow(false));
      connectionError(540, MethodType.CHANNEL_FLOW);
      return;
    }
    assertFalse(ask(new ChannelMethod.Flow(false), ChannelMethod.FlowOk.class).active());
    send(queue, "one");
    awaitReady(queue, 1);
    ask(new ChannelMethod.Flow(true), ChannelMethod.FlowOk.class);
    assertEquals("one", delivery().text());
  }

  @Test
  @Cites("domain no-local: the own messages are not delivered; RabbitMQ: they are")
  void noLocalIsHonoured() throws IOException, AmqpException {
    String queue = queue();
    ask(
        new BasicMethod.Consume(queue, "c", true, true, false, false, NONE),
        BasicMethod.ConsumeOk.class);
    send(queue, "own");
    if (Brokers.isRabbit()) {
      assertEquals("own", delivery().text());
    } else {
      awaitReady(queue, 1);
      nothingFrom(queue);
    }
  }

  @Test
  @Cites("2.2.2, 4.7: higher priorities first; RabbitMQ: with x-max-priority")
  void prioritiesAreHonoured() throws IOException, AmqpException {
    String queue = queue();
    publish("", queue, properties().priority(1), "low");
    publish("", queue, properties().priority(8), "high");
    awaitReady(queue, 2);
    assertEquals(
        Brokers.isRabbit() ? List.of("low", "high") : List.of("high", "low"), drained(queue));
  }

  @Test
  @Cites("connection.tune-ok: 0 is no limit; RabbitMQ: it is beyond the server's")
  void noLimitIsTheServersLimit() throws IOException, AmqpException {
    try (RawClient other = new RawClient(Brokers.port())) {
      other.tune();
      other.send(0, new ConnectionMethod.TuneOk(0, 0, 0));
      other.send(0, new ConnectionMethod.Open("/"));
      if (Brokers.isRabbit()) {
        other.ended();
      } else {
        other.expect(0, ConnectionMethod.OpenOk.class);
      }
    }
  }

  @Test
  @Cites("connection.tune-ok, channel-max: the highest number; RabbitMQ: how many there are")
  void channelMaxIsTheHighestNumber() throws IOException, AmqpException {
    try (RawClient other = new RawClient(Brokers.port())) {
      other.tune();
      other.send(0, new ConnectionMethod.TuneOk(2, 131_072, 0));
      other.send(0, new ConnectionMethod.Open("/"));
      other.expect(0, ConnectionMethod.OpenOk.class);
      other.send(3, new ChannelMethod.Open());
      if (Brokers.isRabbit()) {
        other.expect(3, ChannelMethod.OpenOk.class);
      } else {
        connectionError(other, 530, 20, 10);
      }
    }
  }

  @Test
  @Cites("RabbitMQ, \"Quorum Queues\": x-delivery-limit, 406 for classic queues")
  void aClassicQueueHasADeliveryLimit() throws IOException, AmqpException {
    String dead = queue();
    Map<String, Object> arguments =
        Map.of(
            "x-delivery-limit", 2, "x-dead-letter-exchange", "", "x-dead-letter-routing-key", dead);
    if (Brokers.isRabbit()) {
      client.send(1, exclusive(fresh(), arguments));
      channelError(406, MethodType.QUEUE_DECLARE);
      return;
    }
    String queue = queue(arguments);
    send(queue, "poison");
    for (int failures = 0; ready(dead) == 0; failures++) {
      assertTrue(failures < 4, "it is delivered for ever");
      RawClient.Message taken = get(queue, false);
      if (taken != null) {
        client.send(1, new BasicMethod.Reject(taken.tag(), true));
      }
    }
    assertEquals("poison", awaited(dead).text());
  }

  @Test
  @Cites("4.2.6.1, constant content-too-large: a content header is one frame; 311 if too large")
  void propertiesThatTheReceiverCannotTake() throws IOException, AmqpException {
    String queue = fresh();
    ask(shared(queue), QueueMethod.DeclareOk.class);
    publish("", queue, properties().headers(Map.of("long", "x".repeat(6_000))), "large");
    awaitReady(queue, 1);
    try (RawClient narrow = new RawClient(Brokers.port())) {
      narrow.tune();
      narrow.send(0, new ConnectionMethod.TuneOk(2_047, 4_096, 0));
      narrow.send(0, new ConnectionMethod.Open("/"));
      narrow.expect(0, ConnectionMethod.OpenOk.class);
      narrow.openChannel(1);
      narrow.send(1, new BasicMethod.Get(queue, false));
      if (Brokers.isRabbit()) {
        assertEquals("large", narrow.message(1, BasicMethod.GetOk.class).text());
        return;
      }
      channelError(narrow, 311, MethodType.BASIC_GET);
    }
    assertEquals("large", awaited(queue).text());
  }

  @Test
  @Cites("queue.delete, if-empty: no messages; RabbitMQ: none that waits")
  void whatIsInDeliveryKeepsItsQueue() throws IOException, AmqpException {
    String queue = queue();
    send(queue, "one");
    awaitReady(queue, 1);
    get(queue, false);
    QueueMethod.Delete delete = new QueueMethod.Delete(queue, false, true, false);
    if (Brokers.isRabbit()) {
      ask(delete, QueueMethod.DeleteOk.class);
    } else {
      client.send(1, delete);
      channelError(406, MethodType.QUEUE_DELETE);
    }
  }

  @Test
  @Cites("RabbitMQ's plugin for delayed messages, x-delay: without it, at once")
  void aMessageIsDelayed() throws IOException, AmqpException {
    String queue = queue();
    publish("", queue, properties().headers(Map.of("x-delay", 100)), "later");
    send(queue, "now");
    List<String> order = List.of(awaited(queue).text(), awaited(queue).text());
    assertEquals(Brokers.isRabbit() ? List.of("later", "now") : List.of("now", "later"), order);
  }
}
