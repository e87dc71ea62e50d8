package io.bindery.jms;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets deliveries to the application through, and lets another thread hold them back and wait until
 * none is on its way. Entering and leaving take no lock. Begins stopped, as the connection.
 * Thread-safe.
 */
final class Gate {
  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicInteger holds = new AtomicInteger();
  private volatile boolean stopped = true;

  /** Enters, unless it is held or stopped; who entered must leave. */
  boolean enter() {
    inside.incrementAndGet();
    if (!held()) {
      return true;
    }
    leave();
    return false;
  }

  /** The same for a listener that still runs: what is only stopped it may enter. */
  boolean enterThoughStopped() {
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
    if (inside.decrementAndGet() == 0 && held()) {
      synchronized (this) {
        notifyAll();
      }
    }
  }

  /** Whether nobody may enter now. */
  boolean held() {
    return stopped || holds.get() > 0;
  }

  /** Lets nobody enter but who still listens, or ends that. */
  void stopped(boolean value) {
    stopped = value;
    tellIfOpen();
  }

  private void tellIfOpen() {
    if (!held()) {
      synchronized (this) {
        notifyAll();
      }
    }
  }

  /** Lets nobody enter until {@link #release}. */
  void hold() {
    holds.incrementAndGet();
  }

  /** Ends one hold. */
  void release() {
    holds.decrementAndGet();
    tellIfOpen();
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

  /**
   * Waits until nobody is inside, as long as it is held; not for a thread that is. The interrupt
   * flag is kept.
   */
  void awaitEmpty() {
    boolean interrupted = false;
    synchronized (this) {
      while (inside.get() > 0 && held()) {
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
