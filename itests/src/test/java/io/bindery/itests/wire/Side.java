package io.bindery.itests.wire;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;

/**
 * RabbitMQ's Java client on one of two brokers that are compared: does a step, and says as text
 * what it saw. One thread's, but for what consumers are given.
 */
final class Side implements AutoCloseable {
  private static final long CONFIRM_MS = 10_000;

  private final Connection connection;
  private final Map<String, List<String>> delivered = new TreeMap<>();
  private final Set<String> consuming = new HashSet<>();
  private final List<Held> held = new ArrayList<>();
  private final List<String> returned = new ArrayList<>();
  private final List<String> answers = Collections.synchronizedList(new ArrayList<>());
  private Channel channel;
  private Channel looking;

  /** A delivery that is not settled. */
  private record Held(String queue, long tag) {}

  /** What is done on the channel, and what is seen. */
  interface Action {
    String on(Side side) throws IOException, InterruptedException, TimeoutException;
  }

  Side(int port) throws IOException, TimeoutException {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost("127.0.0.1");
    factory.setPort(port);
    factory.setAutomaticRecoveryEnabled(false);
    connection = factory.newConnection();
    open();
  }

  private void open() throws IOException {
    channel = connection.createChannel();
    channel.confirmSelect();
    answers.clear();
    channel.addConfirmListener(
        (tag, multiple) -> answers.add("confirmed"), (tag, multiple) -> answers.add("refused"));
    channel.addReturnListener(
        (code, text, exchange, key, properties, body) ->
            returned.add(code + " " + new String(body, StandardCharsets.UTF_8)));
  }

  Channel channel() {
    return channel;
  }

  /** Does it, and what follows of it on the wire; a channel that is closed by it is opened anew. */
  String does(Action action) throws IOException, InterruptedException, TimeoutException {
    String seen;
    try {
      seen = action.on(this);
      // What has no answer of its own is done, or refused, when this has one.
      channel.exchangeDeclarePassive("amq.direct");
    } catch (IOException | ShutdownSignalException e) {
      seen = refusal(e);
      synchronized (this) {
        held.clear();
        consuming.clear();
      }
      open();
    }
    return seen;
  }

  private static String refusal(Exception failure) throws IOException {
    Throwable cause = failure instanceof IOException ? failure.getCause() : failure;
    if (cause instanceof ShutdownSignalException signal && !signal.isHardError()) {
      Method reason = signal.getReason();
      if (reason instanceof AMQP.Channel.Close close) {
        return close.getReplyCode() + " of " + close.getClassId() + "." + close.getMethodId();
      }
    }
    throw new IOException("neither done nor refused by a channel's end", failure);
  }

  // --- steps ---

  String publish(Sent sent) throws IOException, InterruptedException, TimeoutException {
    AMQP.BasicProperties properties =
        new AMQP.BasicProperties.Builder()
            .deliveryMode(sent.persistent() ? 2 : 1)
            .headers(sent.headers())
            .build();
    returned.clear();
    channel.basicPublish(
        sent.exchange(),
        sent.key(),
        sent.mandatory(),
        properties,
        sent.body().getBytes(StandardCharsets.UTF_8));
    // What it returns is not the answer: a refusal that comes while this is called may be taken for
    // a confirm, and the next confirm for a refusal. Those who listen have heard it by now.
    channel.waitForConfirms(CONFIRM_MS);
    return answered() + " " + returned;
  }

  /** What came since this was asked last: one answer, of the only publish that awaits one. */
  private String answered() {
    synchronized (answers) {
      String all = answers.toString();
      answers.clear();
      return all;
    }
  }

  String get(String queue, boolean noAck) throws IOException {
    GetResponse got = channel.basicGet(queue, noAck);
    if (got == null) {
      return "nothing";
    }
    if (!noAck) {
      synchronized (this) {
        held.add(new Held(queue, got.getEnvelope().getDeliveryTag()));
      }
    }
    return text(got.getEnvelope(), got.getProps(), got.getBody()) + " of " + got.getMessageCount();
  }

  String consume(String queue, boolean noAck, int prefetch) throws IOException {
    if (consumes(queue)) {
      return "has one";
    }
    channel.basicQos(prefetch);
    channel.basicConsume(queue, noAck, "of " + queue, new Taking(queue, noAck));
    synchronized (this) {
      consuming.add(queue);
    }
    return "consumes";
  }

  private final class Taking extends DefaultConsumer {
    private final String queue;
    private final boolean noAck;

    private Taking(String queue, boolean noAck) {
      super(channel);
      this.queue = queue;
      this.noAck = noAck;
    }

    @Override
    public void handleDelivery(
        String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
      synchronized (Side.this) {
        if (!noAck) {
          held.add(new Held(queue, envelope.getDeliveryTag()));
        }
        note(queue, text(envelope, properties, body));
      }
    }

    @Override
    public void handleCancel(String tag) {
      synchronized (Side.this) {
        consuming.remove(queue);
        note(queue, "cancelled");
      }
    }

    @Override
    public void handleCancelOk(String tag) {
      synchronized (Side.this) {
        consuming.remove(queue);
      }
    }
  }

  /** Whether there is a consumer of that queue on the channel. */
  synchronized boolean consumes(String queue) {
    return consuming.contains(queue);
  }

  private synchronized void note(String queue, String what) {
    delivered.computeIfAbsent(queue, any -> new ArrayList<>()).add(what);
  }

  /** Ends one of those that are held: the same on either side. */
  String settle(int which, Ending ending) throws IOException {
    Held one;
    synchronized (this) {
      if (held.isEmpty()) {
        return "holds nothing";
      }
      held.sort(Comparator.comparing(Held::queue).thenComparing(Held::tag));
      one = held.remove(which % held.size());
    }
    ending.of(channel, one.tag());
    return one.queue();
  }

  /** How a delivery ends. */
  interface Ending {
    void of(Channel channel, long tag) throws IOException;
  }

  /** All that are held have ended, or are given back. */
  synchronized void holdsNothing() {
    held.clear();
  }

  // --- what is seen ---

  private static String text(Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
    return new String(body, StandardCharsets.UTF_8)
        + (envelope.isRedeliver() ? " again" : "")
        + " by '"
        + envelope.getExchange()
        + "' "
        + envelope.getRoutingKey()
        + deaths(properties.getHeaders());
  }

  /** Why it died and where, without the times. */
  private static String deaths(Map<String, Object> headers) {
    if (headers == null || !(headers.get("x-death") instanceof List<?> all)) {
      return "";
    }
    StringBuilder text = new StringBuilder(" first " + headers.get("x-first-death-reason"));
    for (Object each : all) {
      Map<String, Object> death = new TreeMap<>();
      ((Map<?, ?>) each).forEach((name, value) -> death.put(name.toString(), value));
      death.remove("time");
      text.append(' ').append(death);
    }
    return text.toString();
  }

  /** How much each queue has, and what consumers were given. */
  String state(List<String> queues) throws IOException {
    StringBuilder text = new StringBuilder();
    for (String queue : queues) {
      text.append(queue).append('=').append(counts(queue)).append(' ');
    }
    synchronized (this) {
      return text.append(delivered).append(" holds ").append(held.size()).toString();
    }
  }

  private String counts(String queue) throws IOException {
    if (looking == null || !looking.isOpen()) {
      looking = connection.createChannel();
    }
    try {
      AMQP.Queue.DeclareOk ok = looking.queueDeclarePassive(queue);
      return ok.getMessageCount() + "/" + ok.getConsumerCount();
    } catch (IOException e) {
      return refusal(e);
    }
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }

  /** What is published. */
  record Sent(
      String exchange,
      String key,
      boolean mandatory,
      boolean persistent,
      Map<String, Object> headers,
      String body) {}
}
