package io.bindery.jms;

import io.bindery.engine.Consumer;
import io.bindery.engine.Delivery;
import io.bindery.engine.Outcome;
import io.bindery.engine.Subscription;
import jakarta.jms.ConnectionConsumer;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.ServerSession;
import jakarta.jms.ServerSessionPool;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Takes messages as they arrive, and loads them into the sessions of an application server's pool
 * (Jakarta Messaging 11.2.4, 11.2.5). It drains on a thread of its own, which also waits for the
 * pool; what a session does with its messages it does on the server's thread. Thread-safe.
 */
final class JmsConnectionConsumer implements ConnectionConsumer, Receiver, Runnable {
  private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(200);

  private final ConnectionConsumers owner;
  private final ConsumerSettings settings;
  private final Terms terms;
  private final Sleeper sleeper = new Sleeper();
  private final AtomicReference<List<Delivery>> inHand = new AtomicReference<>();
  private boolean paused = true;
  private Consumer source;
  private Subscription subscription;
  private volatile boolean ready;
  private volatile boolean started;
  private volatile boolean closed;

  JmsConnectionConsumer(ConnectionConsumers owner, ConsumerSettings settings, Terms terms) {
    this.owner = owner;
    this.settings = settings;
    this.terms = terms;
  }

  /**
   * What the application server gives.
   *
   * @param pool never null, once it was checked
   * @param maxMessages how many a session gets at most at a time, 1 or more
   */
  record Terms(ServerSessionPool pool, int maxMessages) {
    void check() throws JMSException {
      if (pool == null) {
        throw new JMSException("creating a connection consumer: the ServerSessionPool is null");
      }
      if (maxMessages < 1) {
        throw new JMSException(
            "creating a connection consumer: maxMessages " + maxMessages + " is not 1 or more");
      }
    }
  }

  @Override
  public void attach(Consumer consumer, Subscription used) {
    source = consumer;
    subscription = used;
    source.pause(true);
  }

  BinderyDestination destination() {
    return settings.destination();
  }

  @Override
  public void work() {
    ready = true;
    sleeper.wake();
  }

  @Override
  public boolean workAnd(Runnable errand) {
    ready = true;
    return sleeper.wakeAnd(errand);
  }

  /** The connection was started, or stopped: then nothing more is loaded. */
  void started(boolean value) {
    started = value;
    sleeper.wake();
  }

  @Override
  public ServerSessionPool getServerSessionPool() throws JMSException {
    if (closed) {
      throw JmsExceptions.illegalState("The connection consumer is closed");
    }
    return terms.pool();
  }

  /** What sessions have got already stays theirs. Twice does nothing. */
  @Override
  public void close() {
    owner.forget(this);
    end();
  }

  /** The same, when the connection closes. */
  void end() {
    closed = true;
    releaseHand();
    source.close();
    if (subscription != null) {
      subscription.close();
    }
    sleeper.wake();
  }

  @Override
  public void run() {
    while (!closed && !source.isClosed()) {
      if (!started) {
        pause(true);
        sleeper.sleep(() -> started || closed);
      } else {
        pause(false);
        loadNext();
      }
    }
    if (!closed) {
      owner.deleted(this);
    }
  }

  private void pause(boolean value) {
    if (paused != value) {
      paused = value;
      source.pause(value);
    }
  }

  private void loadNext() {
    ready = false;
    List<Delivery> batch = new ArrayList<>();
    int room = terms.maxMessages();
    // What the engine gives at a time follows from the pace of who drains, and here others work.
    while (room > 0 && source.drain(room, batch) > 0) {
      room = terms.maxMessages() - batch.size();
    }
    if (batch.isEmpty()) {
      sleeper.sleep(() -> ready || closed || !started);
      return;
    }
    inHand.set(batch);
    try {
      load(session());
    } catch (JMSException e) {
      refused(e);
    } catch (RuntimeException e) {
      refused(JmsExceptions.linked(new JMSException("The ServerSessionPool failed: " + e), e));
    }
  }

  /** What a pool left concerns nothing that comes later, and who is interrupted does not sleep. */
  private ServerSession session() throws JMSException {
    try {
      return terms.pool().getServerSession();
    } finally {
      Thread.interrupted();
    }
  }

  private void load(ServerSession server) throws JMSException {
    if (server == null) {
      throw new JMSException("The ServerSessionPool gave no ServerSession");
    }
    JmsSession session = owner.own(server.getSession());
    // Without messages too it must run, or its pool never gets it back.
    if (closed || !started) {
      releaseHand();
      server.start();
      return;
    }
    List<Delivery> batch = inHand.getAndSet(null);
    if (batch != null) {
      assign(session, batch);
    }
    start(server, session);
  }

  private void assign(JmsSession session, List<Delivery> batch) throws JMSException {
    try {
      session.deliveries().assigned().assign(batch);
    } catch (JMSException e) {
      inHand.set(batch);
      throw e;
    }
  }

  private void start(ServerSession server, JmsSession session) throws JMSException {
    boolean running = false;
    try {
      server.start();
      running = true;
    } finally {
      if (!running) {
        inHand.set(session.deliveries().assigned().take());
      }
    }
  }

  /** The server did not take the messages: they go back, and it is asked again a little later. */
  private void refused(JMSException problem) {
    releaseHand();
    if (closed) {
      return;
    }
    owner.report(problem);
    long untilNs = System.nanoTime() + RETRY_NS;
    for (long leftNs = RETRY_NS; leftNs > 0 && !closed; leftNs = untilNs - System.nanoTime()) {
      sleeper.sleep(() -> closed, leftNs);
    }
  }

  private void releaseHand() {
    List<Delivery> batch = inHand.getAndSet(null);
    if (batch != null && !batch.isEmpty()) {
      owner.channel().settle(batch, Outcome.RELEASED, owner.channel().autoCommit());
    }
  }

  /** What the application is told when its queue is gone. */
  JMSException deletion() {
    return new InvalidDestinationException(destination() + " was deleted", "404 NOT_FOUND");
  }
}
