package io.bindery.broker;

import java.util.Random;
import java.util.stream.LongStream;

/**
 * Seeds of random tests that have many: {@code -Dbindery.runs=N} has them try N, {@code
 * -Dbindery.seed=N} a printed one again.
 */
public final class Seeds {
  private Seeds() {}

  /** Seeds that nobody has tried, or the one that was asked for. */
  public static LongStream anew(int count) {
    Long given = Long.getLong("bindery.seed");
    return given == null
        ? new Random().longs(Integer.getInteger("bindery.runs", count))
        : LongStream.of(given);
  }
}
