package io.bindery.rabbitmq;

import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.Engine;
import io.bindery.engine.Observation;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;
import io.bindery.engine.management.EngineMBean;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A broker that is reached over the network. It holds nothing but its connections, so one that has
 * none costs nothing.
 */
final class RabbitEngine implements Engine {
  /** What the body of a message may have, bytes. */
  static final int MESSAGE_BYTES = 128 * 1024 * 1024;

  private static final System.Logger LOG = System.getLogger(RabbitEngine.class.getName());
  private static final int ABORT_MS = 1_000;

  private final AmqpUri uri;
  private final Pace pace;
  private final Set<RabbitConnection> connections = ConcurrentHashMap.newKeySet();
  private final AtomicLong topology = new AtomicLong();
  private final LostPublishes lostPublishes = new LostPublishes(System::nanoTime);
  private final Set<LastingConnection> lasting = ConcurrentHashMap.newKeySet();
  private int leases;
  private volatile String identity;
  private volatile Management management;
  private EngineMBean shown;
  private volatile boolean closed;

  RabbitEngine(AmqpUri uri) {
    this(uri, Pace.SYSTEM);
  }

  RabbitEngine(AmqpUri uri, Pace pace) {
    this.uri = uri;
    this.pace = pace;
    this.identity = uri.toString();
  }

  @Override
  public URI uri() {
    return uri.plain();
  }

  /** Until it was connected to, its URI. */
  @Override
  public String identity() {
    return identity;
  }

  @Override
  public Ticket<AmqpConnection> connect(ConnectSpec spec) {
    if (closed) {
      return Ticket.failed(closedException());
    }
    Ticket<AmqpConnection> ticket = new Ticket<>();
    Errands errands = new Errands(uri.hosts().get(0).toString());
    errands.execute(
        () -> {
          try {
            ticket.complete(lasting(spec, dial(spec, errands)));
          } catch (AmqpException e) {
            errands.end();
            ticket.fail(e);
          }
        });
    return ticket;
  }

  private LastingConnection lasting(ConnectSpec spec, RabbitConnection first) {
    LastingConnection connection = new LastingConnection(this, spec, first);
    lasting.add(connection);
    connection.begin();
    if (closed) {
      connection.fail(closedException());
    }
    return connection;
  }

  /** How long a lost connection tries to come back, 0 for not at all. */
  long reconnectMs() {
    return uri.reconnectSeconds() * 1_000L;
  }

  Pace pace() {
    return pace;
  }

  /** Connects to the first host that answers. Waits. */
  RabbitConnection dial(ConnectSpec spec) throws AmqpException {
    Errands errands = new Errands(uri.hosts().get(0).toString());
    try {
      return dial(spec, errands);
    } catch (AmqpException e) {
      errands.end();
      throw e;
    }
  }

  private RabbitConnection dial(ConnectSpec spec, Errands errands) throws AmqpException {
    Dialer.Answered answered = new Dialer(uri, spec).dial();
    RabbitConnection connection = begun(answered, errands);
    identity = answered.identity();
    management = answered.management();
    if (closed) {
      connection.fail(closedException());
      throw closedException();
    }
    return connection;
  }

  /** A connection to who answered, which is ready. Waits. */
  RabbitConnection begun(Dialer.Answered answered, Errands errands) throws AmqpException {
    RabbitConnection connection = new RabbitConnection(this, answered, errands);
    try {
      connection.begin();
    } catch (AmqpException e) {
      answered.wire().abort(0);
      throw e;
    }
    connections.add(connection);
    if (connection.isClosed()) {
      // It was lost before it was there to be forgotten.
      forget(connection);
    }
    return connection;
  }

  private static AmqpException closedException() {
    return new AmqpException(ReplyCode.CONNECTION_FORCED, "The engine is closed");
  }

  void forget(RabbitConnection connection) {
    connections.remove(connection);
  }

  /** Grows whenever one of its connections has taken away something that a route may need. */
  long topology() {
    return topology.get();
  }

  void topologyChanged() {
    topology.incrementAndGet();
  }

  LostPublishes lostPublishes() {
    return lostPublishes;
  }

  void forget(LastingConnection connection) {
    lasting.remove(connection);
  }

  /** Those that stand. */
  Set<RabbitConnection> connections() {
    return connections;
  }

  /**
   * Asks the broker's management over HTTP, as the user of the URI or, if it names none, as the one
   * who connected last, and waits for it: at most {@link Management#LIMIT_MS}, and before the first
   * connection as long as that takes besides.
   */
  @Override
  public Observation observe() throws AmqpException {
    if (closed) {
      throw closedException();
    }
    Management asked = management;
    return (asked == null ? found() : asked).observe(Management.LIMIT_MS);
  }

  /** Where it is, before there was a connection whose server says it. */
  private Management found() throws AmqpException {
    if (!uri.management().isEmpty()) {
      boolean nobody = uri.user().isEmpty();
      return Management.named(
          uri,
          new Management.Login(
              nobody ? Dialer.GUEST : uri.user(), nobody ? Dialer.GUEST : uri.password()));
    }
    Dialer.Answered answered = new Dialer(uri, ConnectSpec.anonymous("observe")).dial();
    answered.wire().abort(ABORT_MS);
    management = answered.management();
    return answered.management();
  }

  @Override
  public synchronized Lease lease() {
    leases++;
    show();
    AtomicBoolean given = new AtomicBoolean();
    return () -> {
      if (given.compareAndSet(false, true)) {
        giveBack();
      }
    };
  }

  /**
   * Inside a server, where leases are taken, an application sees the broker by an MBean, as it sees
   * an embedded one.
   */
  private void show() {
    if (shown == null && !closed) {
      try {
        shown = EngineMBean.register(uri.toString(), this::observe);
      } catch (AmqpException e) {
        LOG.log(System.Logger.Level.WARNING, "The broker is used, and not shown", e);
      }
    }
  }

  private synchronized void hide() {
    if (shown != null) {
      shown.close();
      shown = null;
    }
  }

  private void giveBack() {
    synchronized (this) {
      leases--;
      if (leases > 0) {
        return;
      }
    }
    end(true);
  }

  @Override
  public boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    end(false);
  }

  private void end(boolean orderly) {
    closed = true;
    RabbitEngineProvider.forget(this);
    hide();
    AmqpException why = closedException();
    for (LastingConnection each : List.copyOf(lasting)) {
      if (orderly) {
        each.close();
      } else {
        each.fail(why);
      }
    }
  }
}
