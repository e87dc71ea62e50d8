package io.bindery.jms;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets deliveries to the application through, and lets another thread hold them back and wait until
 * none is on its way. Entering and leaving take no lock. Begins with one hold: the connection is
 * stopped. Thread-safe.
 */
final class Gate {
  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicInteger holds = new AtomicInteger(1);

  /** Enters, unless it is held; who entered must leave. */
  boolean enter() {
    inside.incrementAndGet();
    if (holds.get() == 0) {
      return true;
    }
    leave();
    return false;
  }

  /** Leaves. */
  void leave() {
    // The order matters: a holder counts itself before it looks inside, so one of the two sees the
    // other.
    if (inside.decrementAndGet() == 0 && holds.get() > 0) {
      synchronized (this) {
        notifyAll();
      }
    }
  }

  /** Whether nobody may enter now. */
  boolean held() {
    return holds.get() > 0;
  }

  /** Lets nobody enter until {@link #release}. */
  void hold() {
    holds.incrementAndGet();
  }

  /** Ends one hold. */
  void release() {
    holds.decrementAndGet();
  }

  /** Waits for an end that is near. The interrupt flag is kept. */
  static void await(CountDownLatch end) {
    boolean interrupted = false;
    boolean over = false;
    while (!over) {
      try {
        end.await();
        over = true;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until nobody is inside; not for a thread that is. The interrupt flag is kept. */
  void awaitEmpty() {
    boolean interrupted = false;
    synchronized (this) {
      while (inside.get() > 0) {
        try {
          wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
