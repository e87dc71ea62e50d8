package io.bindery.amqp.codec;

import io.bindery.amqp.FuzzSeeds;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The fuzzer's target on inputs of every build: some that stay, and some that are new. */
@Timeout(120)
class CodecFuzzTest {
  private static void tried(long seed) {
    List<byte[]> inputs = FuzzSeeds.of(seed, 2_000);
    for (int i = 0; i < inputs.size(); i++) {
      try {
        CodecFuzz.fuzzerTestOneInput(inputs.get(i));
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
    System.out.println("CodecFuzzTest seed " + seed);
    tried(seed);
  }
}
