package io.bindery.amqp.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.ShutdownSignalException;
import io.bindery.engine.AmqpException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** RabbitMQ's own client for Java against the server. */
@Timeout(60)
class JavaClientTest {
  private static final int SECONDS = 20;

  private TestServer server;
  private Connection connection;
  private Channel channel;

  @BeforeEach
  void start() throws AmqpException, IOException, TimeoutException {
    server = TestServer.start("");
    connection = server.connect();
    channel = connection.createChannel();
  }

  @AfterEach
  void stop() {
    connection.abort();
    server.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private String queue() throws IOException {
    return channel.queueDeclare("", false, true, false, null).getQueue();
  }

  private void publish(String queue, String... texts) throws IOException {
    for (String each : texts) {
      channel.basicPublish("", queue, null, bytes(each));
    }
  }

  private BlockingQueue<Delivery> consume(String queue, boolean autoAck) throws IOException {
    BlockingQueue<Delivery> came = new LinkedBlockingQueue<>();
    channel.basicConsume(queue, autoAck, (tag, delivery) -> came.add(delivery), tag -> {});
    return came;
  }

  private static Delivery next(BlockingQueue<Delivery> came) throws InterruptedException {
    Delivery next = came.poll(SECONDS, TimeUnit.SECONDS);
    assertNotNull(next, "a delivery");
    return next;
  }

  private static String nextText(BlockingQueue<Delivery> came) throws InterruptedException {
    return text(next(came).getBody());
  }

  /** The connection's answers are in order, so after one whatever came before has arrived. */
  private void settled() throws IOException {
    channel.basicQos(0);
  }

  private static AMQP.Channel.Close channelError(IOException failure) {
    ShutdownSignalException cause =
        assertInstanceOf(ShutdownSignalException.class, failure.getCause());
    return (AMQP.Channel.Close) cause.getReason();
  }

  @Test
  void whatIsPublishedIsConsumed() throws IOException, InterruptedException {
    String queue = queue();
    BlockingQueue<Delivery> came = consume(queue, true);
    AMQP.BasicProperties properties =
        new AMQP.BasicProperties.Builder()
            .contentType("text/plain")
            .contentEncoding("identity")
            .headers(Map.of("n", 1, "list", List.of(2L, true)))
            .deliveryMode(2)
            .priority(3)
            .correlationId("c")
            .replyTo("r")
            .messageId("m")
            .timestamp(new Date(1_700_000_000_000L))
            .type("t")
            .appId("a")
            .build();
    channel.basicPublish("", queue, properties, bytes("hello"));
    Delivery delivery = next(came);
    assertEquals("hello", text(delivery.getBody()));
    assertEquals(
        properties.toString(),
        delivery
            .getProperties()
            .toString()
            .replace(
                delivery.getProperties().getHeaders().toString(),
                properties.getHeaders().toString()));
    assertEquals(queue, delivery.getEnvelope().getRoutingKey());
    assertEquals("", delivery.getEnvelope().getExchange());
    assertFalse(delivery.getEnvelope().isRedeliver());
  }

  @Test
  void eachTypeOfExchangeRoutes() throws IOException, InterruptedException {
    for (String type : List.of("direct", "fanout", "topic", "headers")) {
      String exchange = "x-" + type;
      channel.exchangeDeclare(exchange, type);
      channel.exchangeDeclarePassive(exchange);
      String queue = queue();
      Map<String, Object> arguments =
          type.equals("headers") ? Map.of("x-match", "all", "colour", "red") : Map.of();
      String key = type.equals("topic") ? "a.*" : "a.b";
      channel.queueBind(queue, exchange, key, arguments);
      BlockingQueue<Delivery> came = consume(queue, true);
      AMQP.BasicProperties red =
          new AMQP.BasicProperties.Builder().headers(Map.of("colour", "red")).build();
      channel.basicPublish(exchange, "a.b", red, bytes(exchange));
      assertEquals(exchange, nextText(came));
      channel.queueUnbind(queue, exchange, key, arguments);
      channel.basicPublish(exchange, "a.b", red, bytes("unbound"));
      settled();
      assertTrue(came.isEmpty(), exchange);
      channel.exchangeDelete(exchange);
    }
  }

  @Test
  void exchangesAreBoundToExchanges() throws IOException, InterruptedException {
    channel.exchangeDeclare("up", "topic");
    channel.exchangeDeclare("down", "fanout");
    channel.exchangeBind("down", "up", "a.#");
    String queue = queue();
    channel.queueBind(queue, "down", "");
    BlockingQueue<Delivery> came = consume(queue, true);
    channel.basicPublish("up", "a.b.c", null, bytes("1"));
    channel.exchangeUnbind("down", "up", "a.#");
    channel.basicPublish("up", "a.b.c", null, bytes("2"));
    channel.basicPublish("down", "", null, bytes("3"));
    assertEquals("1", nextText(came));
    assertEquals("3", nextText(came));
  }

  @Test
  void publishesAreConfirmed() throws IOException, InterruptedException, TimeoutException {
    String queue = queue();
    channel.confirmSelect();
    publish(queue, "1");
    assertTrue(channel.waitForConfirms(SECONDS * 1000L));
    for (int i = 0; i < 5_000; i++) {
      publish(queue, "m" + i);
    }
    channel.waitForConfirmsOrDie(SECONDS * 1000L);
    assertEquals(5_001, channel.messageCount(queue));
    assertEquals(5_002, channel.getNextPublishSeqNo());
  }

  @Test
  void whatAFullQueueRefusesIsNacked() throws IOException, InterruptedException {
    channel.queueDeclare(
        "full", false, true, false, Map.of("x-max-length", 1, "x-overflow", "reject-publish"));
    channel.confirmSelect();
    CompletableFuture<Long> nacked = new CompletableFuture<>();
    AtomicLong acked = new AtomicLong();
    channel.addConfirmListener(
        (tag, multiple) -> acked.set(tag), (tag, multiple) -> nacked.complete(tag));
    publish("full", "1", "2");
    channel.waitForConfirms();
    assertEquals(2, nacked.join());
    assertEquals(1, acked.get());
  }

  @Test
  void whatIsMandatoryAndUnroutableComesBack() throws IOException, InterruptedException {
    channel.confirmSelect();
    BlockingQueue<String> events = new LinkedBlockingQueue<>();
    channel.addReturnListener(
        returned ->
            events.add(
                returned.getReplyCode()
                    + " "
                    + returned.getRoutingKey()
                    + " "
                    + text(returned.getBody())));
    channel.addConfirmListener(
        (tag, multiple) -> events.add("ack " + tag), (tag, multiple) -> events.add("nack"));
    channel.basicPublish("", "nowhere", true, null, bytes("lost"));
    assertEquals("312 nowhere lost", events.poll(SECONDS, TimeUnit.SECONDS));
    assertEquals("ack 1", events.poll(SECONDS, TimeUnit.SECONDS));
    channel.basicPublish("", "nowhere", false, null, bytes("lost"));
    assertEquals("ack 2", events.poll(SECONDS, TimeUnit.SECONDS));
  }

  @Test
  void noMoreThanThePrefetchIsDelivered() throws IOException, InterruptedException {
    String queue = queue();
    publish(queue, "1", "2", "3", "4", "5");
    channel.basicQos(2);
    BlockingQueue<Delivery> came = consume(queue, false);
    Delivery first = next(came);
    Delivery second = next(came);
    settled();
    assertTrue(came.isEmpty(), "two");
    channel.basicAck(second.getEnvelope().getDeliveryTag(), false);
    assertEquals("3", nextText(came));
    settled();
    assertTrue(came.isEmpty(), "one more");
    channel.basicAck(first.getEnvelope().getDeliveryTag() + 2, true);
    assertEquals("4", nextText(came));
    assertEquals("5", nextText(came));
  }

  @Test
  void thePrefetchOfAChannelIsForAllItsConsumers() throws IOException, InterruptedException {
    String one = queue();
    String other = queue();
    publish(one, "1", "2", "3");
    publish(other, "1", "2", "3");
    channel.basicQos(3, true);
    BlockingQueue<Delivery> came = new LinkedBlockingQueue<>();
    channel.basicConsume(one, false, (tag, delivery) -> came.add(delivery), tag -> {});
    channel.basicConsume(other, false, (tag, delivery) -> came.add(delivery), tag -> {});
    next(came);
    next(came);
    long third = next(came).getEnvelope().getDeliveryTag();
    channel.basicQos(3, true);
    assertTrue(came.isEmpty());
    channel.basicAck(third, true);
    next(came);
    next(came);
    next(came);
  }

  @Test
  void whatIsRequeuedComesAgain() throws IOException, InterruptedException {
    String queue = queue();
    publish(queue, "1", "2", "3");
    BlockingQueue<Delivery> came = consume(queue, false);
    next(came);
    next(came);
    long third = next(came).getEnvelope().getDeliveryTag();
    channel.basicNack(third, true, true);
    for (String expected : List.of("1", "2", "3")) {
      Delivery again = next(came);
      assertEquals(expected, text(again.getBody()));
      assertTrue(again.getEnvelope().isRedeliver());
      channel.basicReject(again.getEnvelope().getDeliveryTag(), false);
    }
    assertEquals(0, channel.messageCount(queue));
  }

  @Test
  void whatIsRecoveredComesAgain() throws IOException, InterruptedException {
    String queue = queue();
    publish(queue, "1", "2");
    BlockingQueue<Delivery> came = consume(queue, false);
    next(came);
    next(came);
    channel.basicRecover(true);
    assertEquals("1", nextText(came));
    assertTrue(next(came).getEnvelope().isRedeliver());
  }

  @Test
  void whatAClosedChannelHeldComesAgain()
      throws IOException, InterruptedException, TimeoutException {
    String queue = queue();
    publish(queue, "1");
    Channel second = connection.createChannel();
    CountDownLatch came = new CountDownLatch(1);
    second.basicConsume(queue, false, (tag, delivery) -> came.countDown(), tag -> {});
    assertTrue(came.await(SECONDS, TimeUnit.SECONDS));
    second.close();
    GetResponse again = channel.basicGet(queue, true);
    assertEquals("1", text(again.getBody()));
    assertTrue(again.getEnvelope().isRedeliver());
  }

  @Test
  void aGetAnswersAtOnce() throws IOException {
    String queue = queue();
    assertNull(channel.basicGet(queue, false));
    publish(queue, "1", "2");
    GetResponse got = channel.basicGet(queue, false);
    assertEquals("1", text(got.getBody()));
    assertEquals(1, got.getMessageCount());
    channel.basicAck(got.getEnvelope().getDeliveryTag(), false);
    assertEquals("2", text(channel.basicGet(queue, true).getBody()));
    assertNull(channel.basicGet(queue, true));
  }

  @Test
  void anUnknownDeliveryTagClosesTheChannel() throws IOException, InterruptedException {
    CompletableFuture<ShutdownSignalException> closed = new CompletableFuture<>();
    channel.addShutdownListener(closed::complete);
    channel.basicAck(7, false);
    AMQP.Channel.Close close = (AMQP.Channel.Close) closed.join().getReason();
    assertEquals(406, close.getReplyCode());
    assertEquals("PRECONDITION_FAILED - unknown delivery tag 7", close.getReplyText());
    assertEquals(60, close.getClassId());
    assertEquals(80, close.getMethodId());
    assertTrue(connection.isOpen());
    assertTrue(connection.createChannel().isOpen());
  }

  @Test
  void softErrorsCloseTheChannel() throws IOException {
    AMQP.Channel.Close close =
        channelError(assertThrows(IOException.class, () -> channel.queueDeclarePassive("missing")));
    assertEquals(404, close.getReplyCode());
    assertEquals(50, close.getClassId());
    assertEquals(10, close.getMethodId());
    assertThrows(AlreadyClosedException.class, () -> channel.basicQos(1));
    channel = connection.createChannel();
    channel.queueDeclare("there", false, true, false, null);
    close =
        channelError(
            assertThrows(
                IOException.class, () -> channel.queueDeclare("there", false, true, true, null)));
    assertEquals(406, close.getReplyCode());
  }

  @Test
  void anExchangeThatIsMissingClosesThePublishersChannel() throws IOException {
    CompletableFuture<ShutdownSignalException> closed = new CompletableFuture<>();
    channel.addShutdownListener(closed::complete);
    channel.basicPublish("missing", "", null, bytes("1"));
    AMQP.Channel.Close close = (AMQP.Channel.Close) closed.join().getReason();
    assertEquals(404, close.getReplyCode());
    assertEquals(40, close.getMethodId());
  }

  @Test
  void messagesExpireAndAreDeadLettered() throws IOException, InterruptedException {
    channel.exchangeDeclare("dead", "fanout");
    String graves = queue();
    channel.queueBind(graves, "dead", "");
    channel.queueDeclare("short", false, true, false, Map.of("x-dead-letter-exchange", "dead"));
    BlockingQueue<Delivery> came = consume(graves, true);
    AMQP.BasicProperties soon = new AMQP.BasicProperties.Builder().expiration("20").build();
    channel.basicPublish("", "short", soon, bytes("1"));
    Delivery dead = next(came);
    Map<?, ?> death =
        (Map<?, ?>) ((List<?>) dead.getProperties().getHeaders().get("x-death")).get(0);
    assertEquals("short", death.get("queue").toString());
    assertEquals("expired", death.get("reason").toString());
    assertEquals("20", death.get("original-expiration").toString());
    assertEquals(1L, death.get("count"));
    assertEquals("short", ((List<?>) death.get("routing-keys")).get(0).toString());
    assertInstanceOf(Date.class, death.get("time"));
    assertNull(dead.getProperties().getExpiration());
    publish("short", "2");
    GetResponse got = channel.basicGet("short", false);
    channel.basicReject(got.getEnvelope().getDeliveryTag(), false);
    Delivery rejected = next(came);
    death = (Map<?, ?>) ((List<?>) rejected.getProperties().getHeaders().get("x-death")).get(0);
    assertEquals("rejected", death.get("reason").toString());
  }

  @Test
  void anExpirationThatIsNoNumberIsRefused() throws IOException {
    CompletableFuture<ShutdownSignalException> closed = new CompletableFuture<>();
    channel.addShutdownListener(closed::complete);
    AMQP.BasicProperties wrong = new AMQP.BasicProperties.Builder().expiration("soon").build();
    channel.basicPublish("", "any", wrong, bytes("1"));
    assertEquals(406, ((AMQP.Channel.Close) closed.join().getReason()).getReplyCode());
  }

  @Test
  void largeMessagesPass() throws IOException, InterruptedException {
    byte[] body = new byte[10 * 1024 * 1024 + 17];
    new Random(1).nextBytes(body);
    String queue = queue();
    publish(queue, "before");
    AMQP.BasicProperties persistent = new AMQP.BasicProperties.Builder().deliveryMode(2).build();
    channel.basicPublish("", queue, persistent, body);
    publish(queue, "behind");
    BlockingQueue<Delivery> came = consume(queue, true);
    assertEquals("before", nextText(came));
    assertArrayEquals(body, next(came).getBody());
    assertEquals("behind", nextText(came));
  }

  @Test
  void bodiesOfAllSizesAroundTheFramesPass() throws IOException, InterruptedException {
    String queue = queue();
    BlockingQueue<Delivery> came = consume(queue, true);
    for (int frame : new int[] {4096, 65_536, 131_072}) {
      for (int size = frame - 10; size < frame + 3; size++) {
        byte[] body = new byte[size];
        body[size - 1] = 7;
        channel.basicPublish("", queue, null, body);
        assertArrayEquals(body, next(came).getBody());
      }
    }
    channel.basicPublish("", queue, null, new byte[0]);
    assertEquals(0, next(came).getBody().length);
  }

  @Test
  void transactionsAreAtomic() throws IOException {
    String queue = queue();
    publish(queue, "1", "2");
    channel.txSelect();
    GetResponse first = channel.basicGet(queue, false);
    channel.basicAck(first.getEnvelope().getDeliveryTag(), false);
    publish(queue, "3");
    assertEquals(1, channel.messageCount(queue), "the publish is not visible yet");
    channel.txRollback();
    channel.basicAck(first.getEnvelope().getDeliveryTag(), false);
    publish(queue, "4");
    channel.txCommit();
    assertEquals("2", text(channel.basicGet(queue, true).getBody()));
    assertEquals("4", text(channel.basicGet(queue, true).getBody()));
    assertNull(channel.basicGet(queue, true));
  }

  @Test
  void whatIsReturnedInATransactionComesWithTheCommit() throws IOException, InterruptedException {
    List<String> returned = new ArrayList<>();
    channel.addReturnListener(each -> returned.add(text(each.getBody())));
    channel.txSelect();
    channel.basicPublish("", "nowhere", true, null, bytes("rolled back"));
    channel.txRollback();
    channel.basicPublish("", "nowhere", true, null, bytes("committed"));
    channel.txCommit();
    assertEquals(List.of("committed"), returned);
  }

  @Test
  void commitsOfOthersChannelsAreErrors() throws IOException {
    assertEquals(
        406, channelError(assertThrows(IOException.class, channel::txCommit)).getReplyCode());
    channel = connection.createChannel();
    channel.confirmSelect();
    assertEquals(
        406, channelError(assertThrows(IOException.class, channel::txSelect)).getReplyCode());
  }

  @Test
  void consumersHearThatTheirQueueIsGone()
      throws IOException, InterruptedException, TimeoutException {
    String queue = queue();
    BlockingQueue<String> cancelled = new LinkedBlockingQueue<>();
    String tag = channel.basicConsume(queue, true, (any, delivery) -> {}, cancelled::add);
    Channel second = connection.createChannel();
    second.queueDelete(queue);
    assertEquals(tag, cancelled.poll(SECONDS, TimeUnit.SECONDS));
    second.close();
  }

  @Test
  void acknowledgingWhatWentWithItsQueueIsNoError() throws IOException, InterruptedException {
    String queue = queue();
    publish(queue, "1", "2", "3");
    BlockingQueue<Delivery> came = consume(queue, false);
    next(came);
    next(came);
    long last = next(came).getEnvelope().getDeliveryTag();
    channel.queueDelete(queue);
    channel.basicAck(last - 2, false);
    channel.basicAck(last, true);
    settled();
    assertTrue(channel.isOpen());
  }

  @Test
  void cancelledConsumersGetNothing() throws IOException, InterruptedException {
    String queue = queue();
    BlockingQueue<Delivery> came = new LinkedBlockingQueue<>();
    String tag =
        channel.basicConsume(queue, false, (any, delivery) -> came.add(delivery), any -> {});
    publish(queue, "1");
    long first = next(came).getEnvelope().getDeliveryTag();
    channel.basicCancel(tag);
    publish(queue, "2");
    settled();
    assertTrue(came.isEmpty());
    channel.basicAck(first, false);
    assertEquals(1, channel.messageCount(queue));
  }

  @Test
  void anExclusiveConsumerIsAlone() throws IOException {
    String queue = queue();
    channel.basicConsume(queue, true, "", false, true, Map.of(), (tag, delivery) -> {}, tag -> {});
    Channel second = connection.createChannel();
    IOException refused =
        assertThrows(
            IOException.class,
            () -> second.basicConsume(queue, true, (tag, delivery) -> {}, tag -> {}));
    assertEquals(403, channelError(refused).getReplyCode());
  }

  @Test
  void theConsumerOfHigherPriorityIsServedFirst() throws IOException, InterruptedException {
    String queue = queue();
    BlockingQueue<String> served = new LinkedBlockingQueue<>();
    channel.basicQos(1);
    channel.basicConsume(queue, false, "low", (tag, delivery) -> served.add(tag), tag -> {});
    channel.basicConsume(
        queue,
        false,
        "high",
        false,
        false,
        Map.of("x-priority", 10),
        (tag, delivery) -> served.add(tag),
        tag -> {});
    publish(queue, "1");
    assertEquals("high", served.poll(SECONDS, TimeUnit.SECONDS));
    publish(queue, "2");
    assertEquals("low", served.poll(SECONDS, TimeUnit.SECONDS));
  }

  @Test
  void noLocalLeavesOutItsOwnConnection()
      throws IOException, InterruptedException, TimeoutException {
    channel.queueDeclare("shared", false, false, true, null);
    BlockingQueue<Delivery> came = new LinkedBlockingQueue<>();
    channel.basicConsume(
        "shared",
        true,
        "",
        true,
        false,
        Map.of(),
        (tag, delivery) -> came.add(delivery),
        tag -> {});
    publish("shared", "own");
    try (Connection other = server.connect()) {
      other.createChannel().basicPublish("", "shared", null, bytes("other's"));
      assertEquals("other's", nextText(came));
    }
  }

  @Test
  void repliesComeDirectly() throws IOException, InterruptedException, TimeoutException {
    channel.queueDeclare("requests", false, false, true, null);
    try (Connection other = server.connect()) {
      Channel replier = other.createChannel();
      replier.basicConsume(
          "requests",
          true,
          (tag, request) ->
              replier.basicPublish(
                  "",
                  request.getProperties().getReplyTo(),
                  null,
                  bytes("re: " + text(request.getBody()))),
          tag -> {});
      BlockingQueue<Delivery> replies = consume("amq.rabbitmq.reply-to", true);
      AMQP.BasicProperties properties =
          new AMQP.BasicProperties.Builder().replyTo("amq.rabbitmq.reply-to").build();
      channel.basicPublish("", "requests", properties, bytes("question"));
      Delivery reply = next(replies);
      assertEquals("re: question", text(reply.getBody()));
      String address = reply.getEnvelope().getRoutingKey();
      assertTrue(address.startsWith("amq.rabbitmq.reply-to."), address);
      assertEquals(address, replier.queueDeclarePassive(address).getQueue());
    }
  }

  @Test
  void theSenderSelectsFurtherKeys() throws IOException, InterruptedException {
    String first = queue();
    String copied = queue();
    String hidden = queue();
    Map<String, Object> headers =
        Map.of("CC", List.of(copied, first), "BCC", List.of(hidden), "k", 1);
    AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder().headers(headers).build();
    for (String exchange : List.of("", "amq.direct", "amq.topic")) {
      for (String queue : List.of(first, copied, hidden)) {
        if (!exchange.isEmpty()) {
          channel.queueBind(queue, exchange, queue);
        }
      }
      channel.basicPublish(exchange, first, properties, bytes(exchange));
      for (String queue : List.of(first, copied, hidden)) {
        GetResponse got = channel.basicGet(queue, true);
        assertEquals(exchange, text(got.getBody()));
        assertEquals(first, got.getEnvelope().getRoutingKey());
        assertEquals(Set.of("CC", "k"), got.getProps().getHeaders().keySet());
        assertNull(channel.basicGet(queue, true), "once");
      }
    }
    CompletableFuture<ShutdownSignalException> closed = new CompletableFuture<>();
    channel.addShutdownListener(closed::complete);
    AMQP.BasicProperties wrong =
        new AMQP.BasicProperties.Builder().headers(Map.of("CC", "no list")).build();
    channel.basicPublish("", first, wrong, bytes("1"));
    assertEquals(406, ((AMQP.Channel.Close) closed.join().getReason()).getReplyCode());
  }

  @Test
  void whoWantsDirectRepliesConsumesThem() throws IOException {
    CompletableFuture<ShutdownSignalException> closed = new CompletableFuture<>();
    channel.addShutdownListener(closed::complete);
    AMQP.BasicProperties properties =
        new AMQP.BasicProperties.Builder().replyTo("amq.rabbitmq.reply-to").build();
    channel.basicPublish("", "requests", properties, bytes("question"));
    assertEquals(406, ((AMQP.Channel.Close) closed.join().getReason()).getReplyCode());
    Channel second = connection.createChannel();
    IOException refused =
        assertThrows(
            IOException.class,
            () ->
                second.basicConsume(
                    "amq.rabbitmq.reply-to", false, (tag, delivery) -> {}, tag -> {}));
    assertEquals(406, channelError(refused).getReplyCode());
  }

  @Test
  void anotherUsersNameIsRefused() throws IOException, InterruptedException {
    String queue = queue();
    BlockingQueue<Delivery> came = consume(queue, true);
    channel.basicPublish(
        "", queue, new AMQP.BasicProperties.Builder().userId("guest").build(), bytes("1"));
    assertEquals("guest", next(came).getProperties().getUserId());
    CompletableFuture<ShutdownSignalException> closed = new CompletableFuture<>();
    channel.addShutdownListener(closed::complete);
    channel.basicPublish(
        "", queue, new AMQP.BasicProperties.Builder().userId("root").build(), bytes("1"));
    assertEquals(406, ((AMQP.Channel.Close) closed.join().getReason()).getReplyCode());
  }

  @Test
  void manyMessagesComeInOrder() throws IOException, InterruptedException {
    String queue = queue();
    BlockingQueue<Delivery> came = consume(queue, true);
    int count = 20_000;
    for (int i = 0; i < count; i++) {
      publish(queue, "" + i);
    }
    for (int i = 0; i < count; i++) {
      assertEquals("" + i, nextText(came));
    }
  }

  @Test
  void theEmptyQueueNameIsTheLastDeclared() throws IOException {
    channel.queueDeclare("last", false, true, false, null);
    channel.queueBind("", "amq.direct", "");
    channel.basicPublish("amq.direct", "last", null, bytes("1"));
    assertEquals(1, channel.queuePurge("").getMessageCount());
    Channel second = connection.createChannel();
    assertEquals(
        404,
        channelError(assertThrows(IOException.class, () -> second.queuePurge(""))).getReplyCode());
  }
}
