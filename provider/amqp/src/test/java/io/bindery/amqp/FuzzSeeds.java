package io.bindery.amqp;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** What a fuzzer begins with, and what the tests of every build try: the same for the same seed. */
public final class FuzzSeeds {
  private static final int LONGEST = 300;

  /** The steps of a script are small numbers, so they come more often than chance has it. */
  private static final int SMALL = 20;

  private FuzzSeeds() {}

  /** So many inputs. */
  public static List<byte[]> of(long seed, int count) {
    Random random = new Random(seed);
    List<byte[]> inputs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] input = new byte[1 + random.nextInt(LONGEST)];
      random.nextBytes(input);
      for (int at = 0; at < input.length; at++) {
        if (random.nextInt(5) < 3) {
          input[at] = (byte) random.nextInt(SMALL);
        }
      }
      if (random.nextInt(8) > 0) {
        input[0] &= ~1; // behind the handshake
      }
      inputs.add(input);
    }
    return inputs;
  }

  /** Gives a fuzzer's target so many inputs; what fails says which one it was. */
  public static void tried(long seed, int count, Consumer<byte[]> target) {
    List<byte[]> inputs = of(seed, count);
    for (int i = 0; i < inputs.size(); i++) {
      try {
        target.accept(inputs.get(i));
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("input " + i + " of seed " + seed + ": " + e, e);
      }
    }
  }

  /** The same with inputs that nobody has seen; prints the seed. */
  public static void triedAnew(String name, int count, Consumer<byte[]> target) {
    long seed = Long.getLong("bindery.seed", System.nanoTime());
    System.out.println(name + " seed " + seed);
    tried(seed, count, target);
  }
}
