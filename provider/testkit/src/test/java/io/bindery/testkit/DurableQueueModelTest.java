package io.bindery.testkit;

import io.bindery.testkit.QueueRun.Kind;
import io.bindery.testkit.QueueRun.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Random operations on a durable queue against a plain list, over restarts and crashes. A list of
 * operations that fails is made shorter as long as it does, and printed; {@code -Dmodel.seed=N}
 * runs a printed seed again.
 */
class DurableQueueModelTest {
  private static final int RUNS = Integer.getInteger("model.runs", 1_000);
  private static final int OPERATIONS = 160;
  private static final int MOST_ATTEMPTS = 1_500;
  private static final Logger LOG = Logger.getLogger("io.bindery.broker");

  /** How often each is done, as weights. */
  private static final Kind[] DICE = dice();

  private static Kind[] dice() {
    List<Kind> dice = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      int weight =
          switch (kind) {
            case PUBLISH -> 12;
            case GET, CONSUME, ADVANCE -> 4;
            case SETTLE -> 10;
            case PUBLISH_IN, ACCEPT_IN, GET_ODD, CONSUME_ODD, CRASH -> 2;
            default -> 1;
          };
      for (int i = 0; i < weight; i++) {
        dice.add(kind);
      }
    }
    return dice.toArray(new Kind[0]);
  }

  @BeforeAll
  static void silence() {
    LOG.setLevel(Level.OFF);
  }

  @AfterAll
  static void speak() {
    LOG.setLevel(null);
  }

  @Test
  void theQueueDoesWhatAListDoes() {
    Long given = Long.getLong("model.seed");
    long first = given == null ? new Random().nextLong() : given;
    System.out.println("queue model: model.seed=" + first);
    Random seeds = new Random(first);
    for (int i = 0; i < (given == null ? RUNS : 1); i++) {
      long seed = i == 0 ? first : seeds.nextLong();
      List<Operation> operations = operations(new Random(seed));
      Throwable failure = failure(seed, operations);
      if (failure != null) {
        List<Operation> few = shrunk(seed, operations);
        throw new AssertionError("model.seed=" + seed + "\n" + lines(few), failure(seed, few));
      }
    }
  }

  private static List<Operation> operations(Random random) {
    List<Operation> operations = new ArrayList<>();
    for (int i = 0; i < OPERATIONS; i++) {
      Kind kind = DICE[random.nextInt(DICE.length)];
      operations.add(
          new Operation(kind, random.nextInt(1_000), random.nextInt(1_000), random.nextInt(1_000)));
    }
    return operations;
  }

  /** Why a new broker fails on them, or null. */
  private static Throwable failure(long seed, List<Operation> operations) {
    try {
      new QueueRun(seed).run(operations);
      return null;
    } catch (AssertionError | RuntimeException e) {
      return e;
    }
  }

  /** Leaves out what the failure does not need: halves first, then ever smaller parts. */
  private static List<Operation> shrunk(long seed, List<Operation> failing) {
    List<Operation> few = failing;
    int attempts = 0;
    for (int part = few.size() / 2; part > 0; part /= 2) {
      for (int from = 0; from < few.size() && attempts < MOST_ATTEMPTS; attempts++) {
        List<Operation> fewer = new ArrayList<>(few);
        fewer.subList(from, Math.min(few.size(), from + part)).clear();
        if (failure(seed, fewer) == null) {
          from += part;
        } else {
          few = fewer;
        }
      }
    }
    return few;
  }

  private static String lines(List<Operation> operations) {
    StringBuilder lines = new StringBuilder();
    operations.forEach(each -> lines.append("  ").append(each).append('\n'));
    return lines.toString();
  }
}
