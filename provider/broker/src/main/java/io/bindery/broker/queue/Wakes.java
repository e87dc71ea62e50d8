package io.bindery.broker.queue;

import java.util.ArrayDeque;
import java.util.List;

/**
 * Whom a publisher has to wake. It wakes the first itself; each consumer's thread that was really
 * asleep wakes the next before it looks at its own messages, while the publisher goes on. So a
 * publish to a hundred subscribers costs its publisher one wake-up, and the further the threads are
 * behind, the more messages each finds. Thread-safe.
 */
public final class Wakes implements Runnable {
  private final ArrayDeque<QueueConsumer> due = new ArrayDeque<>(2);
  private boolean carried;

  /** Wakes a consumer, now or soon. No lock of a queue may be held. */
  void wake(QueueConsumer consumer) {
    synchronized (due) {
      if (carried) {
        due.add(consumer);
        return;
      }
      carried = true;
    }
    wakeFrom(consumer);
  }

  /**
   * Wakes consumers for what became visible, all of which they find. No queue's lock may be held.
   */
  public void wakeAll(List<QueueConsumer> consumers) {
    consumers.forEach(this::wake);
  }

  private void wakeFrom(QueueConsumer first) {
    QueueConsumer next = first;
    while (next != null && !next.signalAnd(this)) {
      next = next();
    }
  }

  /** The next one; when there is none, nobody carries this on. */
  private QueueConsumer next() {
    synchronized (due) {
      QueueConsumer next = due.poll();
      carried = next != null;
      return next;
    }
  }

  /** A thread that was woken carries on. */
  @Override
  public void run() {
    wakeFrom(next());
  }
}
