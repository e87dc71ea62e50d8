package io.bindery.sample.orders.web;

import java.util.HashMap;
import java.util.Map;

/**
 * Turns counters into rates per second, over the time between two samples that are at least {@link
 * #MIN_SAMPLE_NS} apart. Thread-safe.
 */
final class Rates {
  static final long MIN_SAMPLE_NS = 200_000_000;

  private static final double NS_PER_SECOND = 1e9;

  private Map<String, Long> last = Map.of();
  private Map<String, Double> rates = Map.of();
  private long lastNs;

  /** The rates of these counters now; a counter that is new or went back has rate 0. */
  synchronized Map<String, Double> update(long nowNs, Map<String, Long> counters) {
    long elapsedNs = nowNs - lastNs;
    if (!last.isEmpty() && elapsedNs < MIN_SAMPLE_NS) {
      return rates;
    }
    Map<String, Double> next = new HashMap<>();
    Map<String, Long> before = last;
    counters.forEach(
        (name, count) -> {
          long more = Math.max(0, count - before.getOrDefault(name, count));
          next.put(name, more * NS_PER_SECOND / Math.max(1, elapsedNs));
        });
    last = Map.copyOf(counters);
    lastNs = nowNs;
    rates = Map.copyOf(next);
    return rates;
  }
}
