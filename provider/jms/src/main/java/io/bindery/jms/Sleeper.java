package io.bindery.jms;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Where one thread sleeps until others wake it. Who wakes it may leave it an errand, which it runs
 * as soon as it is up. Thread-safe.
 */
final class Sleeper {
  private static final long FOR_EVER_NS = Long.MAX_VALUE;

  private final AtomicReference<Thread> asleep = new AtomicReference<>();
  private final AtomicReference<Runnable> errand = new AtomicReference<>();

  /** Whether the sleeper has something to do. */
  @FunctionalInterface
  interface Work {
    boolean isThere();
  }

  /** Wakes the thread when it sleeps. */
  void wake() {
    Thread thread = asleep.get();
    if (thread != null && asleep.compareAndSet(thread, null)) {
      LockSupport.unpark(thread);
    }
  }

  /**
   * Wakes the thread and gives it an errand.
   *
   * @return false when it did not sleep, or has one already: then the errand is still the caller's
   */
  boolean wakeAnd(Runnable task) {
    Thread thread = asleep.get();
    if (thread == null) {
      return false;
    }
    if (!errand.compareAndSet(null, task)) {
      wake();
      return false;
    }
    if (asleep.compareAndSet(thread, null)) {
      LockSupport.unpark(thread);
      return true;
    }
    // It got up by itself meanwhile, and may have found the errand.
    return !errand.compareAndSet(task, null);
  }

  /** Sleeps until somebody wakes it, unless there is work. May return early. */
  void sleep(Work work) {
    sleep(work, FOR_EVER_NS);
  }

  /** The same, for a time. */
  void sleep(Work work, long timeoutNs) {
    asleep.set(Thread.currentThread());
    // Whoever makes work after this look finds us asleep and wakes us.
    if (!work.isThere()) {
      if (timeoutNs == FOR_EVER_NS) {
        LockSupport.park(this);
      } else {
        LockSupport.parkNanos(this, timeoutNs);
      }
    }
    asleep.set(null);
    Runnable task = errand.getAndSet(null);
    if (task != null) {
      task.run();
    }
  }
}
