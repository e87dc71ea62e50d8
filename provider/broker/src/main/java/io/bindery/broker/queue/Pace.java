package io.bindery.broker.queue;

import io.bindery.broker.runtime.Environment;

/**
 * Whether consumers take fast and are behind all the same: then what comes waits, and who sends it
 * takes processor time from them. Told under the queue's lock; asked by any thread.
 */
final class Pace {
  /** So many may wait without anybody being held back. */
  static final long AHEAD = 2_000;

  /**
   * Nobody is held back when what waits is not taken within this time: consumers that are slow of
   * themselves gain nothing by it. So no sender is made slower than {@code AHEAD} messages in this
   * time.
   */
  static final long MOMENT_MS = 100;

  private static final long SPAN_MS = 10;

  private final Environment environment;
  private long sinceMs;
  private long before;
  private double takenPerMs;
  private double msEach;

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
    if (ms >= SPAN_MS || ms < 0) {
      takenPerMs = (taken - before) / (double) Math.max(SPAN_MS, ms);
      sinceMs = nowMs;
      before = taken;
    }
    boolean outrun = waiting > AHEAD && waiting < takenPerMs * MOMENT_MS;
    if (outrun) {
      msEach = 1 / takenPerMs;
      untilMs = nowMs + (long) Math.ceil((waiting - AHEAD) * msEach);
    } else if (untilMs != 0) {
      untilMs = 0;
    }
  }

  /** How long consumers take for one message that comes now; 0 when they are not behind. */
  double restMsEach() {
    long until = untilMs;
    if (until == 0) {
      return 0;
    }
    long leftMs = until - environment.nowMs();
    // A clock that is put back makes nobody wait.
    return leftMs > 0 && leftMs <= MOMENT_MS ? msEach : 0;
  }
}
