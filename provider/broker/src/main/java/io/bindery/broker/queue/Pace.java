package io.bindery.broker.queue;

import io.bindery.broker.runtime.Environment;

/**
 * Whether consumers take fast and are behind all the same: then what comes waits, and who sends it
 * takes processor time from them. Told under the queue's lock; asked by any thread.
 */
final class Pace {
  /**
   * What consumers take in so long may wait without anybody being held back: it keeps them busy,
   * and more would only wait longer.
   */
  static final long AHEAD_MS = 5;

  /** Consumers that take less are slow of themselves, and gain nothing when somebody rests. */
  static final int FAST_PER_MS = 20;

  /** What takes them longer is a backlog, for which nobody is held back. */
  static final long MOMENT_MS = 1_000;

  static final long SPAN_MS = 10;

  /** So small that who sends one message at a time beside many others hardly rests. */
  static final int MOST_SENDERS = 16;

  private final Environment environment;
  private long sinceMs;
  private long before;
  private double takenPerMs;
  private double msEach;

  /** How many seem to send as much as this one: what waits shrinks when each rests for all. */
  private int senders = 1;

  private long waitingBefore;

  /** When consumers have caught up, if nothing comes; 0 when they are not behind. Guards msEach. */
  private volatile long untilMs;

  Pace(Environment environment) {
    this.environment = environment;
  }

  /**
   * A message has come.
   *
   * @param waiting how many wait that any consumer takes
   * @param taken how many were ever taken
   */
  void came(long waiting, long taken, long nowMs) {
    long ms = nowMs - sinceMs;
    // What comes a little late by another thread is no clock that was put back.
    if (ms >= SPAN_MS || ms < -MOMENT_MS) {
      takenPerMs = (taken - before) / (double) Math.max(SPAN_MS, ms);
      sinceMs = nowMs;
      before = taken;
      guess(waiting);
    }
    boolean outrun = isMany(waiting) && waiting < takenPerMs * MOMENT_MS;
    if (outrun) {
      msEach = senders / takenPerMs;
      untilMs = nowMs + (long) Math.ceil(waiting / takenPerMs - AHEAD_MS);
    } else if (untilMs != 0) {
      untilMs = 0;
    }
  }

  private boolean isMany(long waiting) {
    return takenPerMs >= FAST_PER_MS && waiting > takenPerMs * AHEAD_MS;
  }

  private void guess(long waiting) {
    if (!isMany(waiting)) {
      senders = Math.max(1, senders / 2);
    } else if (waiting > waitingBefore) {
      senders = Math.min(MOST_SENDERS, senders * 2);
    }
    waitingBefore = waiting;
  }

  /**
   * How long who has sent one more message is to rest, who was to rest so long before it: by its
   * share longer, but not longer than until consumers have caught up.
   */
  double restMs(double beforeMs) {
    long until = untilMs;
    if (until == 0) {
      return beforeMs;
    }
    long leftMs = until - environment.nowMs();
    // A clock that is put back makes nobody wait.
    return leftMs <= MOMENT_MS ? Math.max(beforeMs, Math.min(beforeMs + msEach, leftMs)) : beforeMs;
  }
}
