package io.bindery.broker.queue;

import java.util.Arrays;

/** Numbers, mostly consecutive, as ranges. Under the lock of whoever has it. */
final class Ranges {
  private static final int FIRST_PAIRS = 8;

  private static final long[] NONE = {};

  private long[] pairs = NONE;
  private int used;

  boolean isEmpty() {
    return used == 0;
  }

  void add(long number) {
    if (used > 0 && pairs[used - 1] + 1 == number) {
      pairs[used - 1] = number;
      return;
    }
    if (used == pairs.length) {
      pairs = Arrays.copyOf(pairs, Math.max(FIRST_PAIRS * 2, used * 2));
    }
    pairs[used++] = number;
    pairs[used++] = number;
  }

  /** What was added since the last call: pairs of first and last number, in no order. */
  long[] take() {
    long[] taken = Arrays.copyOf(pairs, used);
    used = 0;
    if (pairs.length > FIRST_PAIRS * 64) {
      pairs = NONE;
    }
    return taken;
  }
}
