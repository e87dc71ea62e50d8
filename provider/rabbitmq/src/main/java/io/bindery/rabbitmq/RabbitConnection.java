package io.bindery.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Capabilities;
import io.bindery.engine.Channel;
import io.bindery.engine.Engine;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;
import io.bindery.engine.XaBranches;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** A connection over the network. Thread-safe. */
final class RabbitConnection implements AmqpConnection {
  private static final int CLOSE_MS = 5_000;
  private static final long PATIENCE_MS = 10_000;
  private static final String CLASSIC = "classic";

  private final RabbitEngine engine;
  private final Connection wire;
  private final Outflow out;
  private final String virtualHost;
  private final Errands errands;
  private final ControlDesk desk;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicLong transactions = new AtomicLong();
  private final Set<RabbitChannel> channels = ConcurrentHashMap.newKeySet();
  private final Map<String, Capabilities> capabilities = new ConcurrentHashMap<>(1);
  private final List<Consumer<AmqpException>> listeners = new ArrayList<>(1);
  private WireChannel control;
  private RabbitXa branches;
  private AmqpException failure;

  /** The server has said that it lacks room for what is published. */
  private volatile boolean blocked;

  RabbitConnection(RabbitEngine engine, Dialer.Answered answered, Errands errands) {
    this.engine = engine;
    this.wire = answered.wire();
    this.out = answered.out();
    this.virtualHost = answered.virtualHost();
    this.errands = errands;
    this.desk = new ControlDesk(wire, errands);
  }

  /** Makes it ready: asks the server some times, so not on the connection's thread. */
  void begin() throws AmqpException {
    try {
      control = WireChannel.open(wire.createChannel(), out, new Deaf());
      branches = new RabbitXa(control);
      // Without it nobody would use transactions here, for as long as it lives.
      capabilities.put(CLASSIC, asked(CLASSIC));
      desk.open();
      wire.addShutdownListener(this::ended);
      wire.addBlockedListener(why -> blocked = true, () -> blocked = false);
    } catch (IOException | RuntimeException e) { // boundary: the client library
      throw Failures.of(e, "Opening a channel");
    }
  }

  /** Whether it is there: neither closed nor lost. */
  boolean isUp() {
    return !closed.get() && wire.isOpen();
  }

  /** Whether it ended otherwise than by {@link #close}. */
  boolean isLost() {
    synchronized (listeners) {
      return failure != null || (!closed.get() && !wire.isOpen());
    }
  }

  /** Whether the server lacks room for what is published (RabbitMQ, "Blocked Connections"). */
  boolean isBlocked() {
    return blocked;
  }

  /** The server's address. */
  String peer() {
    return wire.getAddress().getHostAddress() + ":" + wire.getPort();
  }

  /** The broker's own identity. */
  String identity() {
    return String.valueOf(wire.getServerProperties().get("identity"));
  }

  /** A number that no other transaction of the connection has. */
  long nextTransaction() {
    return transactions.incrementAndGet();
  }

  ControlDesk desk() {
    return desk;
  }

  /** Does something that the thread which reads must not. */
  void errand(Runnable task) {
    errands.execute(task);
  }

  /** Does something after so many milliseconds, for as long as it is open. */
  void later(Runnable task, long delayMs) {
    errands.later(task, delayMs);
  }

  /** Waits until the server has done something, but never on the thread that reads its answers. */
  void patience(Ticket<?> ticket) {
    if (!Errands.isReader(Thread.currentThread())) {
      ticket.awaitDone(PATIENCE_MS);
    }
  }

  // --- channels ---

  @Override
  public Ticket<Channel> openChannel() {
    Ticket<Channel> ticket = new Ticket<>();
    if (closed.get()) {
      ticket.fail(closedException());
      return ticket;
    }
    errands.execute(
        () -> {
          try {
            ticket.complete(newChannel());
          } catch (AmqpException e) {
            ticket.fail(e);
          } catch (IOException | RuntimeException e) { // boundary: the client library
            ticket.fail(Failures.of(e, "Opening a channel"));
          }
        });
    return ticket;
  }

  private RabbitChannel newChannel() throws IOException, AmqpException {
    com.rabbitmq.client.Channel opened = wire.createChannel();
    if (opened == null) {
      throw new AmqpException(
          ReplyCode.RESOURCE_ERROR,
          "The connection has all its " + wire.getChannelMax() + " channels (channel-max)");
    }
    RabbitChannel channel = new RabbitChannel(this);
    channel.begin(WireChannel.open(opened, out, channel));
    channels.add(channel);
    return channel;
  }

  void forget(RabbitChannel channel) {
    channels.remove(channel);
  }

  /** Closes what a channel sends by. */
  void closing(WireChannel channel) {
    if (closed.get() || !wire.isOpen()) {
      return;
    }
    Ticket<Void> done = new Ticket<>();
    errands.execute(
        () -> {
          try {
            channel.close();
            done.complete(null);
          } catch (AmqpException e) {
            done.fail(e);
          }
        });
    patience(done);
  }

  Set<RabbitChannel> channels() {
    return channels;
  }

  WireChannel control() {
    return control;
  }

  // --- what it knows ---

  @Override
  public Engine engine() {
    return engine;
  }

  @Override
  public String virtualHost() {
    return virtualHost;
  }

  @Override
  public Ticket<Void> claimClientId(String clientId) {
    return closed.get()
        ? Ticket.failed(closedException())
        : Tickets.nothing(control.ask("claim-client-id", Map.of("client-id", clientId)));
  }

  private static AmqpException closedException() {
    return new AmqpException(ReplyCode.CHANNEL_ERROR, "The connection is closed");
  }

  @Override
  public XaBranches xa() {
    return branches;
  }

  @Override
  public Capabilities capabilities(String queueType) {
    Capabilities known = capabilities.get(queueType);
    if (known != null) {
      return known;
    }
    try {
      known = asked(queueType);
    } catch (AmqpException e) {
      return NONE;
    }
    capabilities.put(queueType, known);
    return known;
  }

  private Capabilities asked(String queueType) throws AmqpException {
    Ticket<WireChannel.Answer> answer =
        control.ask("capabilities", Map.of("queue-type", queueType));
    patience(answer);
    if (!answer.isDone()) {
      throw new AmqpException(
          ReplyCode.CONNECTION_FORCED,
          "The server did not say what it can within " + PATIENCE_MS + " ms");
    }
    return read(answer.await().fields());
  }

  private static final Capabilities NONE = new Capabilities(Set.of(), 0, 0);

  private static Capabilities read(Map<String, Object> fields) {
    Set<Capabilities.Feature> features = EnumSet.noneOf(Capabilities.Feature.class);
    if (fields.get("features") instanceof List<?> names) {
      for (Capabilities.Feature each : Capabilities.Feature.values()) {
        if (names.contains(each.name().toLowerCase(Locale.ROOT).replace('_', '-'))) {
          features.add(each);
        }
      }
    }
    return new Capabilities(
        features,
        ((Number) fields.get("delay-precision-ms")).longValue(),
        ((Number) fields.get("max-header-bytes")).intValue());
  }

  // --- the end ---

  private void ended(ShutdownSignalException signal) {
    if (!closed.get()) {
      fail(Failures.of(signal));
    }
  }

  /** It has ended otherwise than by a close. */
  void fail(AmqpException why) {
    List<Consumer<AmqpException>> told;
    synchronized (listeners) {
      if (failure != null || !closed.compareAndSet(false, true)) {
        return;
      }
      failure = why;
      told = List.copyOf(listeners);
    }
    engine.forget(this);
    wire.abort(0);
    errands.end();
    channels.forEach(each -> each.lost(why));
    told.forEach(each -> each.accept(why));
  }

  @Override
  public void onFailure(Consumer<AmqpException> listener) {
    AmqpException now;
    synchronized (listeners) {
      listeners.add(listener);
      now = failure;
    }
    if (now != null) {
      listener.accept(now);
    }
  }

  @Override
  public boolean isClosed() {
    return closed.get();
  }

  @Override
  public void close() {
    if (closed.get()) {
      return;
    }
    List.copyOf(channels).forEach(RabbitChannel::close);
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    engine.forget(this);
    Runnable closing = () -> wire.abort(CLOSE_MS);
    if (Errands.isReader(Thread.currentThread())) {
      errands.execute(closing);
    } else {
      closing.run();
    }
    errands.end();
  }

  /** Waits until what was asked of its threads is done. */
  boolean awaitErrands() throws InterruptedException {
    return errands.awaitIdle(PATIENCE_MS, TimeUnit.MILLISECONDS);
  }

  /** The channel for commands has no consumers. */
  private static final class Deaf implements WireChannel.Listener {
    @Override
    public void delivered(String tag, Envelope envelope, BasicProperties of, byte[] body) {
      // Nothing is consumed here.
    }

    @Override
    public void cancelled(String tag) {
      // Nothing is consumed here.
    }

    @Override
    public void ended(AmqpException why) {
      // The connection tells.
    }
  }
}
