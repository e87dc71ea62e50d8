package io.bindery.rabbitmq;

import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Capabilities;
import io.bindery.engine.Channel;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.Engine;
import io.bindery.engine.Ticket;
import io.bindery.engine.XaBranches;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * A connection that comes back: when the network or the server is lost it connects again to the
 * first host that answers, brings back what it had there, and goes on. It has failed when that does
 * not succeed within the time that its URI gives. Thread-safe.
 *
 * <p>What waits for a server while it comes back is done by its keeper's thread; those of its users
 * wait for their tickets and for nothing else.
 */
final class LastingConnection implements AmqpConnection {
  private final RabbitEngine engine;
  private final ConnectSpec spec;
  private final String virtualHost;
  private final Errands keeper;
  private final Line<RabbitConnection> line = new Line<>(RabbitConnection::isUp);
  private final Set<LastingChannel> channels = ConcurrentHashMap.newKeySet();
  private final Topology topology = new Topology();
  private final LastingBranches branches = new LastingBranches(line);
  private final CountDownLatch over = new CountDownLatch(1);
  private final List<Consumer<AmqpException>> listeners = new ArrayList<>(1);

  /** The last one that stood: what is known of it holds until there is another. */
  private volatile RabbitConnection last;

  /** The one that stands, as those that add something to it must see it; null otherwise. */
  private RabbitConnection bound;

  /** Since when that stands. */
  private volatile long sinceMs;

  private volatile String clientId = "";
  private volatile boolean closed;
  private AmqpException failure;

  LastingConnection(RabbitEngine engine, ConnectSpec spec, RabbitConnection first) {
    this.engine = engine;
    this.spec = spec;
    this.last = first;
    this.virtualHost = first.virtualHost();
    this.keeper = new Errands("keeper-" + first.peer());
  }

  /** Begins to watch the first one. */
  void begin() {
    resume(last);
  }

  ConnectSpec spec() {
    return spec;
  }

  Topology topology() {
    return topology;
  }

  String clientId() {
    return clientId;
  }

  long sinceMs() {
    return sinceMs;
  }

  CountDownLatch over() {
    return over;
  }

  // --- being lost, and coming back ---

  /** On a thread that must not wait. */
  private void lost(RabbitConnection gone, AmqpException why) {
    if (closed) {
      return;
    }
    line.suspend(gone);
    channels.forEach(each -> each.suspend(gone));
    if (engine.reconnectMs() == 0 || !Losses.mayComeBack(why)) {
      fail(why);
    } else {
      Comeback comeback = new Comeback(engine, this);
      keeper.execute(() -> comeback.run(gone, why));
    }
  }

  /** From now on nothing is added but by who brings it back; what it has is the answer. */
  List<LastingChannel> unbind() {
    List<LastingChannel> all;
    synchronized (this) {
      bound = null;
      all = List.copyOf(channels);
    }
    all.forEach(LastingChannel::unbind);
    return all;
  }

  /** There is one again. False when it came too late. */
  boolean resume(RabbitConnection fresh) {
    synchronized (this) {
      if (closed) {
        return false;
      }
      bound = fresh;
      last = fresh;
      sinceMs = engine.pace().nowMs();
    }
    fresh.onFailure(why -> lost(fresh, why));
    line.resume(fresh);
    return true;
  }

  /** It has failed for good. */
  void fail(AmqpException why) {
    List<Consumer<AmqpException>> told;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      failure = why;
      told = List.copyOf(listeners);
    }
    end(why);
    last.fail(why);
    told.forEach(each -> each.accept(why));
  }

  private void end(AmqpException why) {
    engine.forget(this);
    over.countDown();
    keeper.end();
    line.end(why, Losses.closed("connection"));
    channels.forEach(each -> each.lost(why));
  }

  // --- the seam ---

  @Override
  public Engine engine() {
    return engine;
  }

  @Override
  public String virtualHost() {
    return virtualHost;
  }

  @Override
  public Ticket<Channel> openChannel() {
    return line.ask(
        on -> {
          Ticket<Channel> ticket = new Ticket<>();
          on.openChannel()
              .whenDone(
                  (made, refused) -> {
                    if (refused != null) {
                      ticket.fail(refused);
                      return;
                    }
                    LastingChannel channel = new LastingChannel(this);
                    if (adopt(channel, on)) {
                      channel.resume((RabbitChannel) made);
                      ticket.complete(channel);
                    } else {
                      ticket.fail(Losses.closed("connection"));
                    }
                  });
          return ticket;
        });
  }

  /** Once it is closed nobody would end the channel, and all that is asked of it would wait. */
  private synchronized boolean adopt(LastingChannel channel, RabbitConnection on) {
    return !closed && bound == on && channels.add(channel);
  }

  void forget(LastingChannel channel) {
    channels.remove(channel);
  }

  /** A consumer of a queue is closed. */
  void consumerLeft(String queue) {
    boolean others =
        channels.stream()
            .flatMap(each -> each.consumers().stream())
            .anyMatch(each -> each.queue().equals(queue));
    if (!others) {
      topology.left(queue);
    }
  }

  @Override
  public Ticket<Void> claimClientId(String value) {
    return Tickets.then(
        line.ask(on -> on.claimClientId(value)),
        done -> {
          clientId = value;
          return null;
        });
  }

  @Override
  public XaBranches xa() {
    return branches;
  }

  /** As the server says that it is connected to, or was last. */
  @Override
  public Capabilities capabilities(String queueType) {
    return last.capabilities(queueType);
  }

  @Override
  public void onFailure(Consumer<AmqpException> listener) {
    AmqpException now;
    synchronized (this) {
      listeners.add(listener);
      now = failure;
    }
    if (now != null) {
      listener.accept(now);
    }
  }

  @Override
  public boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    // While it comes back there is nothing to close, and nobody to wait for.
    last.close();
    end(Losses.closed("connection"));
  }
}
