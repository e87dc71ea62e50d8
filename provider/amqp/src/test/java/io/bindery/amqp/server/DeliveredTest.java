package io.bindery.amqp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.amqp.codec.BasicMethod;
import io.bindery.amqp.codec.ConfirmMethod;
import io.bindery.amqp.codec.QueueMethod;
import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import io.bindery.engine.Channel;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.Delivery;
import io.bindery.engine.Engine;
import io.bindery.engine.Engines;
import io.bindery.engine.Outcome;
import io.bindery.engine.Route;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a message has in the engine and what its client gets, and the other way round. */
class DeliveredTest {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private Engine engine;
  private ControlScript client;
  private AmqpConnection inside;
  private Channel channel;

  @BeforeEach
  void start() throws AmqpException {
    engine = Engines.find("vm://delivered" + NUMBER.incrementAndGet() + "?memory=1m");
    inside = engine.connect(ConnectSpec.anonymous("inside")).await();
    channel = inside.openChannel().await();
    client = new ControlScript(engine, true).channel(1);
    client.say(1, new QueueMethod.Declare("q", false, false, false, false, false, Map.of()));
  }

  @AfterEach
  void stop() {
    client.disconnect();
    engine.close();
  }

  private void publish(AmqpMessage message) throws AmqpException {
    channel.publish(Route.toQueue("q"), message, channel.autoCommit()).await();
  }

  private void get(ControlScript from) {
    assertEquals(1, from.say(1, new BasicMethod.Get("q", true)).size());
  }

  @Test
  void whoKnowsOurHeadersGetsThem() throws AmqpException {
    long now = System.currentTimeMillis() / 1000 * 1000;
    AmqpMessage message =
        AmqpMessage.builder()
            .body(new Body.Text("text"))
            .timestampMs(now + 1)
            .expiresAtMs(now + 100_000)
            .deliverAtMs(now - 5)
            .headers(Map.of("n", 1))
            .build();
    publish(message);
    publish(message);
    get(client);
    assertEquals(
        Map.of(
            "n",
            1,
            "x-bindery-body",
            "text",
            "x-bindery-timestamp",
            now + 1,
            "x-bindery-expires-at",
            now + 100_000,
            "x-bindery-deliver-at",
            now - 5),
        client.latest().headers());
    ControlScript other = new ControlScript(engine, false).channel(1);
    get(other);
    assertEquals(Map.of("n", 1), other.latest().headers());
    assertEquals(now, other.latest().timestampMs());
    other.disconnect();
  }

  @Test
  void whatAClientSaysByHeadersBecomesPartOfTheMessage() throws AmqpException {
    long now = System.currentTimeMillis();
    Map<String, Object> headers = new TreeMap<>();
    headers.put("x-bindery-body", "text");
    headers.put("x-bindery-timestamp", now);
    headers.put("x-bindery-expires-at", now + 100_000);
    headers.put("x-bindery-message-id", "m".repeat(300));
    headers.put("n", 1);
    AmqpMessage sent =
        ControlScript.text("text").toBuilder().headers(headers).expiration("7").build();
    client.say(ControlScript.published(1, "", "q", sent));
    AmqpMessage came = channel.get("q", "").await().message();
    assertEquals(new Body.Text("text"), came.body());
    assertEquals(now, came.timestampMs());
    assertEquals(now + 100_000, came.expiresAtMs());
    assertEquals("7", came.expiration());
    assertEquals("m".repeat(300), came.messageId());
    assertEquals(Map.of("n", 1), came.headers());
    AmqpMessage wrong =
        AmqpMessage.builder().headers(Map.of("x-bindery-deliver-at", "soon")).build();
    String closed = client.say(ControlScript.published(1, "", "q", wrong)).get(0);
    assertTrue(
        closed.startsWith("1 channel.close[replyCode=406") && closed.contains("'soon'"), closed);
  }

  private void delay(Object value) {
    AmqpMessage message = AmqpMessage.builder().headers(Map.of("x-delay", value)).build();
    client.say(ControlScript.published(1, "", "q", message));
  }

  @Test
  void aDelayIsRabbitMqs() throws AmqpException {
    delay(0);
    delay(-1);
    assertEquals(0, channel.get("q", "").await().message().deliverAtMs());
    assertEquals(Map.of("x-delay", -1), channel.get("q", "").await().message().headers());
    // The wire's clock stands still, at a time long ago: so it is due.
    delay(60_000);
    AmqpMessage due = channel.get("q", "").await().message();
    assertEquals(client.wire().nowMs() + 60_000, due.deliverAtMs());
    assertEquals(Map.of("x-delay", -60_000L), due.headers());
    AmqpMessage wrong = AmqpMessage.builder().headers(Map.of("x-delay", "1")).build();
    String closed = client.say(ControlScript.published(1, "", "q", wrong)).get(0);
    assertTrue(closed.contains("header 'x-delay' is '1', but must be an integer"), closed);
    client.say(1, new io.bindery.amqp.codec.ChannelMethod.CloseOk());
    client.channel(1);
    AmqpMessage far = AmqpMessage.builder().headers(Map.of("x-delay", 1L << 32)).build();
    closed = client.say(ControlScript.published(1, "", "q", far)).get(0);
    assertTrue(closed.contains("the limit is 4294967295"), closed);
  }

  @Test
  void countsAreExact() throws AmqpException {
    publish(AmqpMessage.builder().build());
    settle(Outcome.FAILED);
    settle(Outcome.FAILED);
    client.say(1, new BasicMethod.Get("q", false));
    assertEquals(Map.of("x-delivery-count", 2), client.latest().headers());
    client.say(1, new BasicMethod.Nack(1, false, true));
    ControlScript other = new ControlScript(engine, false).channel(1);
    get(other);
    assertEquals(Map.of("x-delivery-count", 3), other.latest().headers());
    other.disconnect();
  }

  private void settle(Outcome outcome) throws AmqpException {
    Delivery delivery = channel.get("q", "").await();
    channel.settle(delivery, outcome, channel.autoCommit()).await();
  }

  @Test
  void aPublishWaitsForMemoryNoLongerThanItsClientSays() {
    client.disconnect();
    client =
        new ControlScript(
                engine, Map.of("bindery.control", true), Map.of("bindery.send-timeout", 50))
            .channel(1);
    client.say(1, new ConfirmMethod.Select(false));
    client.command(1, "report-publishes", Map.of());
    AmqpMessage large = AmqpMessage.builder().body(new Body.Bytes(new byte[300_000])).build();
    List<String> heard = List.of();
    for (int i = 0; i < 10 && heard.stream().noneMatch(line -> line.contains("failed")); i++) {
      heard = client.say(ControlScript.published(1, "", "q", large));
      long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (heard.isEmpty()) {
        assertTrue(System.nanoTime() < deadlineNs, "no answer");
        Thread.onSpinWait();
        heard = client.hear();
      }
    }
    assertTrue(heard.get(0).contains("reply-code=506") && heard.get(0).contains("sendTimeout"));
    assertFalse(heard.get(1).contains("basic.ack"), heard.toString());
  }
}
