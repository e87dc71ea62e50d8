package io.bindery.benchmarks;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** When each tenth of so many messages was done: whether a rate holds. For any threads. */
final class Tenths {
  private static final int TENTHS = 10;

  private final long messages;
  private final AtomicLong done = new AtomicLong();
  private final AtomicLongArray doneNs = new AtomicLongArray(TENTHS + 1);

  /** The first one begins now. */
  Tenths(long messages) {
    this.messages = messages;
    doneNs.set(0, System.nanoTime());
  }

  /** So many more are done. */
  void done(int more) {
    long after = done.addAndGet(more);
    for (long i = passed(after); i > passed(after - more); i--) {
      doneNs.set((int) i, System.nanoTime());
    }
  }

  private long passed(long after) {
    return after * TENTHS / messages;
  }

  /** What the slowest tenth took; all must be done. */
  long slowestNs() {
    long slowest = 0;
    for (int i = 1; i <= TENTHS; i++) {
      slowest = Math.max(slowest, doneNs.get(i) - doneNs.get(i - 1));
    }
    return slowest;
  }

  /** What the fastest tenth took; all must be done. */
  long fastestNs() {
    long fastest = Long.MAX_VALUE;
    for (int i = 1; i <= TENTHS; i++) {
      fastest = Math.min(fastest, doneNs.get(i) - doneNs.get(i - 1));
    }
    return fastest;
  }
}
