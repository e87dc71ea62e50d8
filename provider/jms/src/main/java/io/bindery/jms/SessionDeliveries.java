package io.bindery.jms;

import io.bindery.engine.Delivery;
import jakarta.jms.JMSException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What a session delivers to the application: its consumers, the thread of its listeners, and the
 * {@link Gate} that every delivery passes, so that stopping and closing can wait until none is on
 * its way. Thread-safe.
 */
final class SessionDeliveries {
  private final String threadName;
  private final Gate gate = new Gate();
  private final AssignedMessages assigned = new AssignedMessages(gate);
  private final List<JmsConsumer> consumers = new CopyOnWriteArrayList<>();
  private boolean started;
  private boolean shut;
  private volatile SessionThread thread;

  SessionDeliveries(String threadName) {
    this.threadName = threadName;
  }

  Gate gate() {
    return gate;
  }

  /** What connection consumers give the session. */
  AssignedMessages assigned() {
    return assigned;
  }

  List<JmsConsumer> consumers() {
    return consumers;
  }

  void add(JmsConsumer consumer) {
    consumers.add(consumer);
  }

  void forget(JmsConsumer consumer) {
    consumers.remove(consumer);
  }

  /**
   * A session whose messages go to listeners cannot also be used to receive (Jakarta Messaging
   * 6.2.5).
   */
  void checkReceive() throws JMSException {
    for (JmsConsumer consumer : consumers) {
      if (consumer.listens()) {
        throw JmsExceptions.illegalState("receive: the session has a message listener");
      }
    }
  }

  /** Takes what all consumers have drained and not shown, and what was assigned and not shown. */
  List<Delivery> takeUnseen() {
    List<Delivery> unseen = new ArrayList<>(assigned.take());
    for (JmsConsumer consumer : consumers) {
      unseen.addAll(consumer.takeUnseen());
    }
    return unseen;
  }

  /** Whether the caller is one of the session's listeners. */
  boolean isListening() {
    SessionThread own = thread;
    return (own != null && own.isCurrent()) || assigned.isCurrent();
  }

  /** Does something while no delivery is on its way, but for the one whose listener calls this. */
  void quietly(Runnable action) {
    gate.hold();
    try {
      if (!isListening()) {
        gate.awaitEmpty();
      }
      action.run();
    } finally {
      gate.release();
      wakeAll();
    }
  }

  /** The connection was started. */
  synchronized void start() {
    if (!started && !shut) {
      started = true;
      gate.stopped(false);
      startThread();
      wakeAll();
    }
  }

  /** Lets no new delivery begin; the second half of stopping is {@link #awaitStopped}. */
  synchronized void stop() {
    if (started && !shut) {
      started = false;
      gate.stopped(true);
    }
  }

  /** After the running listener: gives back what nobody has seen. */
  void awaitStopped() {
    // Held here too: the connection may be started again before the running listener returns.
    quietly(() -> consumers.forEach(JmsConsumer::suspend));
  }

  /** Starts the thread for listeners when there is one to call; wakes it otherwise. */
  synchronized void startThread() {
    if (thread == null && started && consumers.stream().anyMatch(JmsConsumer::listens)) {
      thread = new SessionThread(this, threadName);
      thread.start();
    }
    wakeThread();
  }

  void wakeThread() {
    SessionThread own = thread;
    if (own != null) {
      own.wake();
    }
  }

  boolean wakeThreadAnd(Runnable errand) {
    SessionThread own = thread;
    return own != null && own.wakeAnd(errand);
  }

  void wakeAll() {
    consumers.forEach(JmsConsumer::work);
    wakeThread();
  }

  /**
   * Ends all deliveries: waits for the running listener, to whom everything stays open so long
   * (6.1.8), and blocked receives return null.
   */
  void shut() {
    synchronized (this) {
      shut = true;
      gate.hold();
    }
    gate.awaitEmpty();
    assigned.shut();
    consumers.forEach(JmsConsumer::shut);
  }

  /** After {@link #shut}: ends what the engine has of the consumers, and the thread. */
  void end() {
    consumers.forEach(JmsConsumer::detach);
    consumers.clear();
    SessionThread own = thread;
    if (own != null) {
      own.end();
    }
  }
}
