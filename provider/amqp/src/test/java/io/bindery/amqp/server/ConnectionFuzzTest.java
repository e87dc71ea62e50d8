package io.bindery.amqp.server;

import io.bindery.amqp.FuzzSeeds;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The fuzzer's target on inputs of every build: some that stay, and some that are new. */
@Timeout(120)
class ConnectionFuzzTest {
  private static void tried(long seed) {
    List<byte[]> inputs = FuzzSeeds.of(seed, 150);
    for (int i = 0; i < inputs.size(); i++) {
      try {
        ConnectionFuzz.fuzzerTestOneInput(inputs.get(i));
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("input " + i + " of seed " + seed + ": " + e, e);
      }
    }
  }

  @Test
  void whatStays() {
    tried(1);
  }

  @Test
  void whatIsNew() {
    long seed = System.nanoTime();
    System.out.println("ConnectionFuzzTest seed " + seed);
    tried(seed);
  }
}
