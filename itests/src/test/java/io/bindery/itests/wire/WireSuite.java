package io.bindery.itests.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.bindery.amqp.codec.BasicMethod;
import io.bindery.amqp.codec.ChannelMethod;
import io.bindery.amqp.codec.ConfirmMethod;
import io.bindery.amqp.codec.ConnectionMethod;
import io.bindery.amqp.codec.ExchangeMethod;
import io.bindery.amqp.codec.Method;
import io.bindery.amqp.codec.MethodType;
import io.bindery.amqp.codec.QueueMethod;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.itests.wire.RawClient.Message;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;

/** What all wire tests share: an open connection with channel 1, and short words. */
abstract class WireSuite {
  /** No arguments. */
  static final Map<String, Object> NONE = Map.of();

  private static final long STEP_NS = TimeUnit.MILLISECONDS.toNanos(5);

  /** An open connection; its channel 1 is open. */
  RawClient client;

  private String prefix;
  private int names;

  @BeforeEach
  void open(TestInfo test) throws IOException, AmqpException {
    prefix = test.getTestMethod().orElseThrow().getName() + "." + System.nanoTime() + ".";
    client = RawClient.open(Brokers.port());
    client.openChannel(1);
  }

  @AfterEach
  void close() throws IOException {
    client.close();
  }

  /** A name that nothing has yet. */
  String fresh() {
    return prefix + ++names;
  }

  /** A further connection with channel 1. */
  static RawClient another() throws IOException, AmqpException {
    RawClient another = RawClient.open(Brokers.port());
    another.openChannel(1);
    return another;
  }

  /** Sends on channel 1 and expects the answer. */
  <T extends Method> T ask(Method question, Class<T> answer) throws IOException, AmqpException {
    client.send(1, question);
    return client.expect(1, answer);
  }

  /** Closes channel 1 and opens it again. */
  void reopen() throws IOException, AmqpException {
    ask(new ChannelMethod.Close(200, "", 0, 0), ChannelMethod.CloseOk.class);
    client.openChannel(1);
  }

  // --- topology ---

  static QueueMethod.Declare exclusive(String name, Map<String, Object> arguments) {
    return new QueueMethod.Declare(name, false, false, true, false, false, arguments);
  }

  static QueueMethod.Declare passive(String name) {
    return new QueueMethod.Declare(name, true, false, false, false, false, NONE);
  }

  static QueueMethod.Declare shared(String name) {
    return new QueueMethod.Declare(name, false, true, false, false, false, NONE);
  }

  /** An exclusive queue. */
  String queue(Map<String, Object> arguments) throws IOException, AmqpException {
    String name = fresh();
    ask(exclusive(name, arguments), QueueMethod.DeclareOk.class);
    return name;
  }

  String queue() throws IOException, AmqpException {
    return queue(NONE);
  }

  static ExchangeMethod.Declare exchangeOf(
      String name, String type, Map<String, Object> arguments) {
    return new ExchangeMethod.Declare(name, type, false, false, false, false, false, arguments);
  }

  String exchange(String type, Map<String, Object> arguments) throws IOException, AmqpException {
    String name = fresh();
    ask(exchangeOf(name, type, arguments), ExchangeMethod.DeclareOk.class);
    return name;
  }

  void bind(String exchange, String queue, String key, Map<String, Object> arguments)
      throws IOException, AmqpException {
    ask(new QueueMethod.Bind(queue, exchange, key, false, arguments), QueueMethod.BindOk.class);
  }

  void bind(String exchange, String queue, String key) throws IOException, AmqpException {
    bind(exchange, queue, key, NONE);
  }

  long ready(String queue) throws IOException, AmqpException {
    return ask(passive(queue), QueueMethod.DeclareOk.class).messageCount();
  }

  // --- publish ---

  static byte[] publishing(String exchange, String key, AmqpMessage properties, String body) {
    byte[] octets = body.getBytes(StandardCharsets.UTF_8);
    return Octets.joined(
        Octets.method(1, new BasicMethod.Publish(exchange, key, false, false)),
        Octets.header(1, properties, octets.length),
        octets.length == 0 ? new byte[0] : Octets.frame(Octets.BODY, 1, octets));
  }

  static AmqpMessage.Builder properties() {
    return AmqpMessage.builder();
  }

  void publish(String exchange, String key, AmqpMessage.Builder properties, String body)
      throws IOException {
    client.send(publishing(exchange, key, properties.build(), body));
  }

  void publish(String exchange, String key, String body) throws IOException {
    publish(exchange, key, properties(), body);
  }

  /** Publishes to a queue by the default exchange. */
  void send(String queue, String... bodies) throws IOException {
    for (String body : bodies) {
      publish("", queue, body);
    }
  }

  void confirming() throws IOException, AmqpException {
    ask(new ConfirmMethod.Select(false), ConfirmMethod.SelectOk.class);
  }

  /** Expects acks up to that number, however they are grouped. */
  void acked(long upTo) throws IOException, AmqpException {
    List<Long> left = new ArrayList<>();
    for (long number = 1; number <= upTo; number++) {
      left.add(number);
    }
    while (!left.isEmpty()) {
      BasicMethod.Ack ack = client.expect(1, BasicMethod.Ack.class);
      long tag = ack.deliveryTag();
      assertTrue(
          left.removeIf(each -> ack.multiple() ? each <= tag : each == tag),
          () -> ack + " confirms nothing that is left of " + left);
    }
  }

  // --- receive ---

  /** Takes one without acknowledgement; null if there is none. */
  Message get(String queue) throws IOException, AmqpException {
    return get(queue, true);
  }

  Message get(String queue, boolean noAck) throws IOException, AmqpException {
    client.send(1, new BasicMethod.Get(queue, noAck));
    Heard heard = client.next();
    if (heard instanceof Heard.Said said && said.method() instanceof BasicMethod.GetEmpty) {
      return null;
    }
    if (heard instanceof Heard.Said said && said.method() instanceof BasicMethod.GetOk ok) {
      return client.content(1, ok);
    }
    return fail("get-ok or get-empty is expected, not " + heard);
  }

  /** Waits for one that comes by itself. */
  Message awaited(String queue) throws IOException, AmqpException {
    long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(RawClient.PATIENCE_MS);
    Message message = get(queue);
    while (message == null) {
      assertTrue(System.nanoTime() - endNs < 0, "nothing came to " + queue);
      LockSupport.parkNanos(STEP_NS);
      message = get(queue);
    }
    return message;
  }

  /** Waits until a queue has that many ready. */
  void awaitReady(String queue, long count) throws IOException, AmqpException {
    long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(RawClient.PATIENCE_MS);
    while (ready(queue) != count) {
      assertTrue(System.nanoTime() - endNs < 0, "never " + count + " ready in " + queue);
      LockSupport.parkNanos(STEP_NS);
    }
  }

  /** Takes all that is ready. */
  List<String> drained(String queue) throws IOException, AmqpException {
    List<String> bodies = new ArrayList<>();
    for (Message next = get(queue); next != null; next = get(queue)) {
      bodies.add(next.text());
    }
    return bodies;
  }

  static BasicMethod.Consume consuming(
      String queue, String tag, boolean noAck, Map<String, Object> arguments) {
    return new BasicMethod.Consume(queue, tag, false, noAck, false, false, arguments);
  }

  void consume(String queue, String tag) throws IOException, AmqpException {
    ask(consuming(queue, tag, false, NONE), BasicMethod.ConsumeOk.class);
  }

  /** The next delivery on channel 1. */
  Message delivery() throws IOException, AmqpException {
    return client.message(1, BasicMethod.Deliver.class);
  }

  /** So many next deliveries. */
  List<Message> deliveries(int count) throws IOException, AmqpException {
    List<Message> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(delivery());
    }
    return all;
  }

  static List<String> texts(List<Message> messages) {
    return messages.stream().map(Message::text).toList();
  }

  /** What was asked of the queue and the channel is done, and nothing but the answers comes. */
  void nothingFrom(String queue) throws IOException, AmqpException {
    ready(queue);
    ask(new BasicMethod.Recover(true), BasicMethod.RecoverOk.class);
  }

  // --- errors ---

  /** The channel is closed with an error; it is confirmed and opened again. */
  void channelError(int code, MethodType about) throws IOException, AmqpException {
    channelError(client, code, about);
  }

  static void channelError(RawClient client, int code, MethodType about)
      throws IOException, AmqpException {
    ChannelMethod.Close close = client.expect(1, ChannelMethod.Close.class);
    assertEquals(
        code + " " + about.classId() + "." + about.methodId(),
        close.replyCode() + " " + close.classId() + "." + close.methodId(),
        close.replyText());
    client.send(1, new ChannelMethod.CloseOk());
    client.openChannel(1);
  }

  /** The connection is closed with an error about these numbers. */
  static void connectionError(RawClient client, int code, int classId, int methodId)
      throws IOException, AmqpException {
    ConnectionMethod.Close close = client.closed();
    assertEquals(
        code + " " + classId + "." + methodId,
        close.replyCode() + " " + close.classId() + "." + close.methodId(),
        close.replyText());
  }

  void connectionError(int code, MethodType about) throws IOException, AmqpException {
    connectionError(client, code, about.classId(), about.methodId());
  }

  void connectionError(int code) throws IOException, AmqpException {
    connectionError(client, code, 0, 0);
  }
}
