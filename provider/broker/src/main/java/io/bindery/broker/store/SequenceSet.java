package io.bindery.broker.store;

import java.util.Map;
import java.util.TreeMap;

/** A set of numbers that are mostly consecutive. One thread. */
public final class SequenceSet {
  private final TreeMap<Long, Long> lastByFirst = new TreeMap<>();

  /** Whether it is empty. */
  public boolean isEmpty() {
    return lastByFirst.isEmpty();
  }

  /** Adds a range, both ends included. */
  public void add(long first, long last) {
    long from = first;
    long to = last;
    Map.Entry<Long, Long> before = lastByFirst.floorEntry(from);
    if (before != null && before.getValue() >= from - 1) {
      from = before.getKey();
      to = Math.max(to, before.getValue());
    }
    Map.Entry<Long, Long> next = lastByFirst.higherEntry(from);
    while (next != null && next.getKey() <= to + 1) {
      to = Math.max(to, next.getValue());
      lastByFirst.remove(next.getKey());
      next = lastByFirst.higherEntry(from);
    }
    lastByFirst.put(from, to);
  }

  /** Its ranges: pairs of first and last number, ascending. */
  long[] toArray() {
    long[] ranges = new long[lastByFirst.size() * 2];
    int at = 0;
    for (Map.Entry<Long, Long> range : lastByFirst.entrySet()) {
      ranges[at++] = range.getKey();
      ranges[at++] = range.getValue();
    }
    return ranges;
  }

  /** Whether a number is in it. */
  public boolean contains(long number) {
    Map.Entry<Long, Long> range = lastByFirst.floorEntry(number);
    return range != null && range.getValue() >= number;
  }

  /** Whether a number of a range, both ends included, is in it. */
  public boolean intersects(long first, long last) {
    Map.Entry<Long, Long> range = lastByFirst.floorEntry(last);
    return range != null && range.getValue() >= first;
  }
}
