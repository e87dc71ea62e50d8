package io.bindery.rabbitmq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {
  @Test
  void pausesGrowToALimitAndDiffer() {
    long seed = Long.getLong("bindery.seed", new Random().nextLong());
    Random random = new Random(seed);
    Backoff backoff = new Backoff(random::nextDouble);
    long whole = Backoff.FIRST_MS;
    boolean differ = false;
    for (int i = 0; i < 100; i++) {
      long pause = backoff.nextMs();
      assertTrue(pause >= whole / 2 && pause <= whole, "seed " + seed + ": " + pause);
      differ |= pause != whole;
      whole = Math.min(2 * whole, Backoff.MAX_MS);
    }
    assertTrue(differ, "seed " + seed);
    assertEquals(Backoff.MAX_MS, whole);
  }
}
