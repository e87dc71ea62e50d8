package io.bindery.broker.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PlacesTest {
  /** Compared with a sorted set. */
  @Test
  void itIsASortedSet() {
    long seed = Long.getLong("bindery.seed", new Random().nextLong());
    System.getLogger("seeds")
        .log(System.Logger.Level.INFO, "places: seed {0}", Long.toString(seed));
    Random random = new Random(seed);
    Places places = new Places();
    TreeSet<Long> expected = new TreeSet<>();
    for (int i = 0; i < 50_000; i++) {
      boolean growing = i / 5_000 % 2 == 0;
      if (expected.isEmpty() || random.nextInt(10) < (growing ? 7 : 2)) {
        long index = random.nextInt(4) == 0 ? random.nextInt(i + 1) : i;
        places.add(index);
        expected.add(index);
      } else {
        places.removeFirst();
        expected.pollFirst();
      }
      assertEquals(expected.size(), places.size(), "seed " + seed);
      assertEquals(expected.isEmpty(), places.isEmpty());
      if (!expected.isEmpty()) {
        assertEquals(expected.first(), places.first(), "seed " + seed);
        assertEquals(expected.last(), places.last(), "seed " + seed);
      }
    }
    while (!places.isEmpty()) {
      assertEquals(expected.pollFirst(), places.first(), "seed " + seed);
      places.removeFirst();
    }
    assertEquals(0, expected.size());
  }
}
