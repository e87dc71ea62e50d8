package io.bindery.amqp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.Envelope;
import io.bindery.engine.AmqpException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Commands of RabbitMQ's own client for Java. */
@Timeout(60)
class JavaClientControlTest {
  private static final String REPLY_TO = "amq.rabbitmq.reply-to";

  private final BlockingQueue<Delivery> replies = new LinkedBlockingQueue<>();
  private final BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
  private TestServer server;
  private Connection connection;
  private Channel channel;

  @BeforeEach
  void start() throws AmqpException, IOException, TimeoutException {
    server = TestServer.start("");
    connection = server.connect();
    channel = connection.createChannel();
    channel.queueDeclare("q", false, false, false, null);
    channel.basicConsume(REPLY_TO, true, (tag, reply) -> replies.add(reply), tag -> {});
    channel.setDefaultConsumer(
        new DefaultConsumer(channel) {
          @Override
          public void handleDelivery(
              String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
            deliveries.add(new Delivery(envelope, properties, body));
          }
        });
  }

  @AfterEach
  void stop() {
    connection.abort();
    server.close();
  }

  private static Delivery next(BlockingQueue<Delivery> from) throws InterruptedException {
    Delivery next = from.poll(20, TimeUnit.SECONDS);
    assertNotNull(next);
    return next;
  }

  private static String text(Delivery delivery) {
    return new String(delivery.getBody(), StandardCharsets.UTF_8);
  }

  private void publish(String... texts) throws IOException {
    for (String each : texts) {
      channel.basicPublish("", "q", null, each.getBytes(StandardCharsets.UTF_8));
    }
  }

  private Delivery command(String name, Map<String, Object> arguments)
      throws IOException, InterruptedException {
    AMQP.BasicProperties properties =
        new AMQP.BasicProperties.Builder()
            .replyTo(REPLY_TO)
            .correlationId(name)
            .headers(arguments)
            .build();
    channel.basicPublish("bindery.control", name, properties, null);
    Delivery answer = next(replies);
    return answer;
  }

  private Map<String, Object> answer(String name, Map<String, Object> arguments)
      throws IOException, InterruptedException {
    Delivery answer = command(name, arguments);
    assertEquals("bindery.control", answer.getEnvelope().getExchange());
    assertEquals(name, answer.getEnvelope().getRoutingKey());
    assertEquals(name, answer.getProperties().getCorrelationId());
    Map<String, Object> fields = answer.getProperties().getHeaders();
    return fields == null ? Map.of() : fields;
  }

  @Test
  void theServerSaysThatItKnowsCommands() {
    Map<String, Object> properties = connection.getServerProperties();
    Map<?, ?> capabilities = (Map<?, ?>) properties.get("capabilities");
    assertEquals(true, capabilities.get("bindery.control"));
    assertEquals(server.engine().identity(), properties.get("identity").toString());
  }

  @Test
  void consumeSettleAndGiveBack() throws IOException, InterruptedException {
    publish("a", "b", "c");
    assertEquals(
        "t",
        answer("consume", Map.of("queue", "q", "consumer-tag", "t", "prefetch", 3))
            .get("consumer-tag")
            .toString());
    long first = next(deliveries).getEnvelope().getDeliveryTag();
    long second = next(deliveries).getEnvelope().getDeliveryTag();
    long third = next(deliveries).getEnvelope().getDeliveryTag();
    assertEquals(
        Map.of(), answer("settle", Map.of("delivery-tags", List.of(first), "outcome", "accepted")));
    assertEquals(Map.of(), answer("pause", Map.of("consumer-tag", "t", "paused", true)));
    assertEquals(
        Map.of(), answer("give-back", Map.of("seen", List.of(second), "unseen", List.of(third))));
    assertEquals(Map.of(), answer("pause", Map.of("consumer-tag", "t", "paused", false)));
    Delivery again = next(deliveries);
    assertEquals("b", text(again));
    assertTrue(again.getEnvelope().isRedeliver());
    assertEquals("c", text(next(deliveries)));
    Map<String, Object> failed =
        answer("settle", Map.of("delivery-tags", List.of(99), "outcome", "accepted"));
    assertEquals(406, failed.get("reply-code"));
    assertEquals(Map.of(), answer("cancel", Map.of("consumer-tag", "t")));
    assertTrue(channel.isOpen());
  }

  @Test
  void getWithASelector() throws IOException, InterruptedException {
    publish("plain");
    channel.basicPublish(
        "",
        "q",
        new AMQP.BasicProperties.Builder().headers(Map.of("n", 1)).correlationId("mine").build(),
        "chosen".getBytes(StandardCharsets.UTF_8));
    Delivery message = command("get", Map.of("queue", "q", "selector", "n = 1"));
    assertEquals("chosen", text(message));
    assertEquals("get", message.getProperties().getHeaders().get("x-bindery-get").toString());
    assertEquals("mine", message.getProperties().getCorrelationId());
    assertEquals("q", message.getEnvelope().getRoutingKey());
    channel.basicAck(message.getEnvelope().getDeliveryTag(), false);
    assertEquals(Map.of("empty", true), answer("get", Map.of("queue", "q", "selector", "n = 1")));
  }

  @Test
  void aBranchWithConfirms() throws IOException, InterruptedException, TimeoutException {
    channel.confirmSelect();
    Map<String, Object> branch = new HashMap<>();
    branch.put("format-id", 1);
    branch.put("global-transaction-id", new byte[] {1});
    branch.put("branch-qualifier", new byte[] {2});
    assertEquals(Map.of(), answer("xa-start", branch));
    publish("in the branch");
    channel.waitForConfirmsOrDie(20_000);
    assertNull(channel.basicGet("q", true));
    assertEquals(Map.of(), answer("xa-end", branch));
    assertEquals(Map.of("read-only", false), answer("xa-prepare", branch));
    assertEquals(Map.of(), answer("xa-commit", branch));
    assertEquals(
        "in the branch", new String(channel.basicGet("q", true).getBody(), StandardCharsets.UTF_8));
  }
}
