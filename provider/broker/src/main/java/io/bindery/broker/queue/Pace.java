package io.bindery.broker.queue;

/**
 * Whether consumers take fast and are behind all the same: then what comes waits, and who sends it
 * takes processor time from them. Under the queue's lock.
 */
final class Pace {
  /** So many may wait without anybody being held back. */
  static final long AHEAD = 2_000;

  /**
   * Nobody is held back when what waits is not taken within this time: consumers that are slow of
   * themselves gain nothing by it. So senders are never made slower than {@code AHEAD} messages in
   * this time.
   */
  static final long MOMENT_MS = 100;

  private static final long SPAN_MS = 10;

  private long sinceMs;
  private long before;
  private double takenPerMs;

  /**
   * A message has come.
   *
   * @param waiting how many wait
   * @param taken how many were ever taken
   * @return how long consumers take to catch up; 0 when nobody is to be held back
   */
  int restMs(long waiting, long taken, long nowMs) {
    long ms = nowMs - sinceMs;
    if (ms >= SPAN_MS || ms < 0) {
      takenPerMs = (taken - before) / (double) Math.max(SPAN_MS, ms);
      sinceMs = nowMs;
      before = taken;
    }
    return waiting > AHEAD && waiting < takenPerMs * MOMENT_MS
        ? (int) Math.ceil((waiting - AHEAD) / takenPerMs)
        : 0;
  }
}
