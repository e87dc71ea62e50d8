package io.bindery.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Envelope;
import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Binding;
import io.bindery.engine.Browser;
import io.bindery.engine.Channel;
import io.bindery.engine.ConsumeSpec;
import io.bindery.engine.Consumer;
import io.bindery.engine.Delivery;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.Outcome;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.QueueStatus;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Route;
import io.bindery.engine.Signal;
import io.bindery.engine.Subscription;
import io.bindery.engine.SubscriptionSpec;
import io.bindery.engine.Ticket;
import io.bindery.engine.Transaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A channel over the network: one channel of AMQP for what flows, while what may be refused without
 * harm goes by the {@link ControlDesk} of its connection. Threads as the seam says.
 */
final class RabbitChannel implements Channel, WireChannel.Listener {
  private final RabbitConnection home;
  private final Map<String, Sink> consumers = new ConcurrentHashMap<>(2);
  private final AtomicLong numbers = new AtomicLong();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final RabbitTransaction autoCommit;
  private final Set<RabbitTransaction.Local> open = ConcurrentHashMap.newKeySet(1);
  private WireChannel wire;
  private final Settling settling = new Settling(this);
  private final Flows alone;
  private final Flows inTransactions;
  private RabbitTransaction current;

  /** One that is begun at the server, and that nobody uses yet; or null. */
  private final AtomicReference<RabbitTransaction.Local> next = new AtomicReference<>();

  RabbitChannel(RabbitConnection home) {
    this.home = home;
    RabbitEngine engine = (RabbitEngine) home.engine();
    autoCommit = new RabbitTransaction.Auto(engine.lostPublishes());
    current = autoCommit;
    alone = new Flows(engine);
    inTransactions = new Flows(engine);
  }

  /** What it sends by; once, before it is used. */
  void begin(WireChannel opened) {
    wire = opened;
    wire.before(settling::flush);
  }

  RabbitConnection home() {
    return home;
  }

  WireChannel wire() {
    return wire;
  }

  @Override
  public AmqpConnection connection() {
    return home;
  }

  void checkOpen() throws AmqpException {
    if (closed.get()) {
      throw closedException();
    }
  }

  private AmqpException closedException() {
    return new AmqpException(ReplyCode.CHANNEL_ERROR, "The channel is closed");
  }

  // --- what comes, on the connection's thread ---

  @Override
  public void delivered(String tag, Envelope envelope, BasicProperties properties, byte[] body) {
    Sink consumer = consumers.get(tag);
    if (consumer == null) {
      return;
    }
    RabbitDelivery delivery =
        delivery(consumer.queue(), envelope, MessageCodec.received(properties, body));
    if (consumer instanceof RabbitConsumer) {
      settling.hands().delivered(delivery);
    }
    consumer.delivered(delivery);
  }

  private RabbitDelivery delivery(String queue, Envelope envelope, MessageCodec.Received received) {
    Route route =
        new Route(
            envelope.getExchange(), envelope.getRoutingKey(), envelope.getExchange().isEmpty());
    return new RabbitDelivery(
        new RabbitDelivery.Origin(
            this, queue, route, envelope.getDeliveryTag(), envelope.isRedeliver()),
        received);
  }

  @Override
  public void cancelled(String tag) {
    Sink consumer = consumers.remove(tag);
    if (consumer != null) {
      consumer.ended();
    }
  }

  @Override
  public void ended(AmqpException why) {
    consumers.values().forEach(Sink::ended);
    consumers.clear();
  }

  /** The connection is over. */
  void lost(AmqpException why) {
    closed.set(true);
    ended(why);
  }

  void forget(String tag) {
    consumers.remove(tag);
  }

  // --- what is asked at the desk ---

  private <T> Ticket<T> atDesk(ControlDesk.Question<T> question) {
    if (closed.get()) {
      return Ticket.failed(closedException());
    }
    flush();
    return home.desk().ask(question);
  }

  /** The same for what takes something away. */
  private <T> Ticket<T> takenAtDesk(ControlDesk.Question<T> question) {
    return atDesk(
        channel -> {
          try {
            return question.ask(channel);
          } finally {
            ((RabbitEngine) home.engine()).topologyChanged();
          }
        });
  }

  @Override
  public Ticket<Void> declareExchange(ExchangeSpec spec) {
    return atDesk(ControlDesk.declare(spec));
  }

  @Override
  public Ticket<Void> checkExchange(String name) {
    return atDesk(ControlDesk.checkExchange(name));
  }

  @Override
  public Ticket<Void> deleteExchange(String name, boolean ifUnused) {
    return takenAtDesk(ControlDesk.deleteExchange(name, ifUnused));
  }

  @Override
  public Ticket<Void> bind(Binding binding) {
    return atDesk(ControlDesk.bind(binding));
  }

  @Override
  public Ticket<Void> unbind(Binding binding) {
    return takenAtDesk(ControlDesk.unbind(binding));
  }

  @Override
  public Ticket<QueueStatus> declareQueue(QueueSpec spec) {
    return atDesk(ControlDesk.declare(spec));
  }

  @Override
  public Ticket<QueueStatus> checkQueue(String name) {
    return atDesk(ControlDesk.checkQueue(name));
  }

  @Override
  public Ticket<Long> deleteQueue(String name, boolean ifUnused, boolean ifEmpty) {
    return takenAtDesk(ControlDesk.deleteQueue(name, ifUnused, ifEmpty));
  }

  @Override
  public Ticket<Long> purgeQueue(String name) {
    return atDesk(ControlDesk.purge(name));
  }

  // --- commands ---

  private Ticket<WireChannel.Answer> command(String name, Map<String, Object> arguments) {
    return closed.get() ? Ticket.failed(closedException()) : wire.ask(name, arguments);
  }

  /** A command whose answer says no more than that it was done. */
  Ticket<Void> asked(String name, Map<String, Object> arguments) {
    return Tickets.nothing(wire.ask(name, arguments));
  }

  @Override
  public Ticket<Subscription> subscribe(SubscriptionSpec spec) {
    Map<String, Object> arguments = new HashMap<>();
    arguments.put("kind", spec.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    arguments.put("client-id", spec.clientId());
    arguments.put("name", spec.name());
    arguments.put("exchange", spec.topic().exchange());
    arguments.put("routing-key", spec.topic().routingKey());
    arguments.put("selector", spec.selector());
    arguments.put("no-local", spec.noLocal());
    return Tickets.then(
        command("subscribe", arguments), answer -> new RabbitSubscription(this, answer.fields()));
  }

  @Override
  public Ticket<Void> unsubscribe(String clientId, String name) {
    return Tickets.nothing(command("unsubscribe", Map.of("client-id", clientId, "name", name)));
  }

  @Override
  public Ticket<Consumer> consume(ConsumeSpec spec, Signal signal) {
    String tag = spec.tag().isEmpty() ? "bindery-" + numbers.incrementAndGet() : spec.tag();
    RabbitConsumer consumer =
        new RabbitConsumer(
            this,
            tag,
            new RabbitConsumer.Terms(spec.queue(), spec.prefetch() == 0, spec.paused()),
            signal);
    Map<String, Object> arguments = new HashMap<>();
    settling.hands().limit(spec.prefetch());
    arguments.put("prefetch", spec.prefetch());
    arguments.put("exclusive", spec.exclusive());
    arguments.put("selector", spec.selector());
    arguments.put("no-local", spec.noLocal());
    arguments.put("paused", spec.paused());
    arguments.put("arguments", spec.arguments());
    if (spec.prefetch() == 0) {
      arguments.put("credit", spec.paused() ? 0 : 1);
    }
    return Tickets.then(consume(tag, consumer, arguments), answer -> consumer);
  }

  private Ticket<WireChannel.Answer> consume(
      String tag, Sink consumer, Map<String, Object> arguments) {
    if (consumers.putIfAbsent(tag, consumer) != null) {
      return Ticket.failed(
          new AmqpException(
              ReplyCode.NOT_ALLOWED,
              "The channel has a consumer with the tag '" + tag + "' already"));
    }
    arguments.put("queue", consumer.queue());
    arguments.put("consumer-tag", tag);
    Ticket<WireChannel.Answer> answer = command("consume", arguments);
    answer.whenDone(
        (done, failure) -> {
          if (failure != null) {
            forget(tag);
          }
        });
    return answer;
  }

  @Override
  public Ticket<Delivery> get(String queue, String selector) {
    return Tickets.then(
        command("get", Map.of("queue", queue, "selector", selector)),
        answer -> answer.envelope() == null ? null : got(queue, answer));
  }

  private RabbitDelivery got(String queue, WireChannel.Answer answer) {
    RabbitDelivery delivery = delivery(queue, answer.envelope(), answer.received());
    settling.hands().delivered(delivery);
    return delivery;
  }

  @Override
  public Ticket<Browser> browse(String queue, String selector) {
    String tag = "bindery-browser-" + numbers.incrementAndGet();
    RabbitBrowser browser = new RabbitBrowser(this, tag, queue);
    Map<String, Object> arguments = new HashMap<>();
    arguments.put("selector", selector);
    arguments.put("no-ack", true);
    arguments.put("arguments", Map.of("x-filter-no-consume", true, "x-filter-auto-close", true));
    return Tickets.then(consume(tag, browser, arguments), answer -> browser);
  }

  // --- what flows ---

  /**
   * Writes something that belongs to a transaction, which must be the current one for as long: the
   * acknowledgements that wait may be of another one, and go before. Holding the wire.
   */
  <T> T within(RabbitTransaction transaction, Settling.Write<T, AmqpException> write)
      throws AmqpException {
    transaction.check();
    settling.flush();
    change(transaction);
    return settling.beforeAll(write);
  }

  /** Makes a transaction the current one, for what belonged to it in time. Holding the wire. */
  void change(RabbitTransaction transaction) {
    if (current != transaction) {
      current = transaction;
      settling.beforeAll(
          () -> {
            transaction.enter(this);
            return null;
          });
    }
  }

  /** Begins a transaction of its own, which another channel is about to enter. */
  void begin(RabbitTransaction.Local transaction) throws AmqpException {
    synchronized (wire.writing()) {
      within(transaction, () -> null);
    }
  }

  @Override
  public Ticket<PublishOutcome> publish(Route route, AmqpMessage message, Transaction transaction) {
    if (closed.get()) {
      return Ticket.failed(closedException());
    }
    try {
      check(route, message);
      BasicProperties properties = MessageCodec.properties(message, route.copies());
      byte[] body = BodyCodec.encoded(message.body());
      return publish(
          new WireChannel.Content(route, properties, body),
          message.persistent(),
          (RabbitTransaction) transaction);
    } catch (AmqpException e) {
      return Ticket.failed(e);
    } catch (IllegalArgumentException e) {
      return Ticket.failed(Failures.of(e, "publishing"));
    }
  }

  private Ticket<PublishOutcome> publish(
      WireChannel.Content content, boolean persistent, RabbitTransaction within)
      throws AmqpException {
    within.begin(this);
    Flow flow = (within.autoCommit() ? alone : inTransactions).of(content.route());
    PublishOutcome ahead = flow.ahead();
    int bytes = content.body().length;
    boolean waits =
        ahead == null || bytes > Confirms.LARGE_BYTES || !within.letsAhead(this, persistent);
    Confirms.Publish publish = new Confirms.Publish(bytes, waits ? null : ahead, within.fate(flow));
    synchronized (wire.writing()) {
      return within(within, () -> wire.publish(content, publish));
    }
  }

  /** What a server would close the channel for. */
  private static void check(Route route, AmqpMessage message) throws AmqpException {
    ControlDesk.checkName("an exchange", route.exchange());
    ControlDesk.checkName("a routing key", route.routingKey());
    if (message.body().sizeBytes() > RabbitEngine.MESSAGE_BYTES) {
      throw new AmqpException(
          ReplyCode.CONTENT_TOO_LARGE,
          "The message has "
              + message.body().sizeBytes()
              + " bytes, and the limit for a message is "
              + RabbitEngine.MESSAGE_BYTES);
    }
  }

  @Override
  public Ticket<Void> settle(Delivery delivery, Outcome outcome, Transaction transaction) {
    return settling.settle(delivery, outcome, (RabbitTransaction) transaction);
  }

  @Override
  public Ticket<Void> settle(
      List<? extends Delivery> deliveries, Outcome outcome, Transaction transaction) {
    return settling.settle(deliveries, outcome, (RabbitTransaction) transaction);
  }

  @Override
  public Ticket<Void> giveBack(List<? extends Delivery> seen, List<? extends Delivery> unseen) {
    List<RabbitConsumer> sent = new ArrayList<>(consumers.size());
    for (Sink each : consumers.values()) {
      if (each instanceof RabbitConsumer consumer) {
        sent.add(consumer);
      }
    }
    return settling.giveBack(seen, unseen, sent);
  }

  /** Writes the acknowledgements that wait. */
  void flush() {
    settling.flush();
  }

  Settling settling() {
    return settling;
  }

  // --- transactions ---

  @Override
  public Transaction autoCommit() {
    return autoCommit;
  }

  @Override
  public Transaction begin() {
    RabbitTransaction.Local begun = next.getAndSet(null);
    return begun != null ? begun : new RabbitTransaction.Local(this, home.nextTransaction());
  }

  /** One of its own begins at the server, and is rolled back with it unless it ends before. */
  void begins(RabbitTransaction.Local transaction) {
    open.add(transaction);
  }

  /**
   * Ends a transaction of its own. Where the channel is in it, the same command begins the next:
   * who has used one will use another.
   */
  Ticket<Void> ended(
      RabbitTransaction.Local transaction, String how, Map<String, Object> arguments) {
    open.remove(transaction);
    synchronized (wire.writing()) {
      flush();
      return settling.beforeAll(
          () -> {
            if (current == transaction) {
              RabbitTransaction.Local after =
                  new RabbitTransaction.Local(this, home.nextTransaction());
              after.begins(arguments);
              current = after;
              next.set(after);
            }
            return Tickets.nothing(command(how, arguments));
          });
    }
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    home.forget(this);
    // What was sent and not waited for must not be lost.
    home.patience(wire.idle());
    consumers.values().forEach(Sink::ended);
    consumers.clear();
    synchronized (wire.writing()) {
      open.forEach(each -> wire.tell("rollback", each.name()));
      // What a channel holds when it closes counts as seen, unless it is given back before.
      wire.tell("give-back", Map.of("rest", true));
      settling.hands().close();
    }
    home.closing(wire);
  }
}
