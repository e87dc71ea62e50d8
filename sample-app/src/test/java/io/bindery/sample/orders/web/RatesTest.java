package io.bindery.sample.orders.web;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;

class RatesTest {
  private static final long SECOND_NS = 1_000_000_000;

  private final Rates rates = new Rates();

  @Test
  void theFirstSampleHasNoRate() {
    assertEquals(Map.of("q", 0.0), rates.update(5 * SECOND_NS, Map.of("q", 100L)));
  }

  @Test
  void aRateIsPerSecond() {
    rates.update(0, Map.of("q", 100L));
    assertEquals(Map.of("q", 50.0), rates.update(2 * SECOND_NS, Map.of("q", 200L)));
  }

  @Test
  void askingTooSoonGivesTheLastRates() {
    rates.update(0, Map.of("q", 0L));
    rates.update(SECOND_NS, Map.of("q", 10L));
    long soonNs = SECOND_NS + Rates.MIN_SAMPLE_NS - 1;
    assertEquals(Map.of("q", 10.0), rates.update(soonNs, Map.of("q", 900L)));
    assertEquals(Map.of("q", 10.0), rates.update(2 * SECOND_NS, Map.of("q", 20L)));
  }

  @Test
  void aCounterThatStartedAgainHasRateZeroAndNotLess() {
    rates.update(0, Map.of("q", 1_000L));
    assertEquals(Map.of("q", 0.0, "new", 0.0), rates.update(SECOND_NS, Map.of("q", 3L, "new", 8L)));
  }
}
