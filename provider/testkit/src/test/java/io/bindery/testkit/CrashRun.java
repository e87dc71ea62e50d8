package io.bindery.testkit;

import io.bindery.testkit.BrokerLife.OverException;
import io.bindery.testkit.FaultyDirectory.Sabotage;
import java.util.Random;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * Lives of a broker that are cut short, and what comes after them. Whoever runs it counts on an
 * {@link AssertionError} when a promise was broken. One thread.
 */
final class CrashRun implements LongConsumer {
  private static final int FEW_OPERATIONS = 30;
  private static final int OPERATIONS = 150;
  private static final int LATER_OPERATIONS = 12;
  private static final int LIVES = 3;
  private static final int SOME_STEPS = 20;
  private static final int MOST_STEPS = 100;

  private final Set<Sabotage> sabotage;
  private long points;
  private long redelivered;

  CrashRun() {
    this(Set.of());
  }

  CrashRun(Set<Sabotage> sabotage) {
    this.sabotage = sabotage;
  }

  /** How a life ends at a step. */
  enum End {
    FAILURE_THEN_KILL,
    FAILURE_THEN_POWER,
    KILL,
    POWER;

    boolean isFailure() {
      return this == FAILURE_THEN_POWER || this == FAILURE_THEN_KILL;
    }

    private boolean isKill() {
      return this == KILL || this == FAILURE_THEN_KILL;
    }

    void plan(Disks disks, long step) {
      if (isFailure()) {
        disks.journal().failAt(step);
      } else {
        disks.journal().crashAt(step);
      }
    }

    Disks after(Disks disks) {
      return isKill() ? disks.afterKill() : disks.afterCrash();
    }

    /** What was recovered after the one is met by the other. */
    Disks thenTheOther(Disks disks) {
      return isKill() ? disks.afterCrash() : disks.afterKill();
    }
  }

  /** How many times power or disk failed or a process was killed. */
  long points() {
    return points;
  }

  /** How many messages came again. */
  long redelivered() {
    return redelivered;
  }

  /** A long workload, and some steps of a short one. */
  @Override
  public void accept(long seed) {
    atSomeSteps(seed);
    Random random = new Random(seed);
    for (int i = 0; i < SOME_STEPS; i++) {
      cut(seed, 1 + random.nextInt(MOST_STEPS), End.values()[i % End.values().length]);
    }
  }

  /** A short workload and its orderly end, cut short at each step in each way. */
  void atEachStep(long seed, long untilNs) {
    for (End end : End.values()) {
      boolean more = true;
      for (long step = 1; more && System.nanoTime() < untilNs; step++) {
        more = cut(seed, step, end);
      }
    }
  }

  private boolean cut(long seed, long step, End end) {
    try {
      return cutAt(seed, step, end);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("crash.seed=" + seed + ", step " + step + ", " + end, e);
    }
  }

  /** Answers false when the workload ends before the step. */
  private boolean cutAt(long seed, long step, End end) {
    BrokerWorkload workload = new BrokerWorkload(seed);
    Disks disks = Disks.empty(seed, sabotage);
    end.plan(disks, step);
    boolean reached = !livedThrough(workload, disks, FEW_OPERATIONS);
    Disks found = crashedInRecovery(workload, end.after(disks), end, step);
    end.plan(found, found.journal().steps() + 20 + step % 13);
    livedThrough(workload, found, LATER_OPERATIONS);
    points++;
    workload.start(end.thenTheOther(found));
    redelivered += workload.redelivered();
    return reached;
  }

  /** A few long lives that are cut short, with recoveries that are too, and one that ends well. */
  void atSomeSteps(long seed) {
    try {
      Random random = new Random(seed);
      BrokerWorkload workload = new BrokerWorkload(seed);
      Disks disks = Disks.empty(seed, sabotage);
      for (int lives = LIVES; lives > 0; lives--) {
        End end = End.values()[random.nextInt(End.values().length)];
        end.plan(disks, disks.journal().steps() + 1 + random.nextInt(lives == 1 ? 40 : 600));
        livedThrough(workload, disks, OPERATIONS);
        disks = crashedInRecovery(workload, end.after(disks), end, random.nextInt(3));
      }
      workload.start(disks);
      workload.work(OPERATIONS);
      workload.close();
      workload.start(disks.afterCrash());
      redelivered += workload.redelivered();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("crash.seed=" + seed, e);
    }
  }

  /** Answers whether it came to its end. */
  private static boolean livedThrough(BrokerWorkload workload, Disks disks, int operations) {
    boolean started = false;
    try {
      workload.start(disks);
      started = true;
      workload.work(operations);
      workload.close();
      return true;
    } catch (OverException e) {
      BrokerModel.verify(disks.areFaulty(), "it ended without a fault: " + e);
      if (started && !disks.journal().hasCrashed()) {
        workload.mustEnd();
      }
      return false;
    }
  }

  /** Each recovery goes some steps further than the one before, three times. */
  private Disks crashedInRecovery(BrokerWorkload workload, Disks start, End end, long offset) {
    points++;
    Disks disks = start;
    for (int i = 1; i <= 3; i++) {
      disks.journal().crashAt(disks.journal().steps() + i * (1 + offset % 3));
      try {
        workload.start(disks);
      } catch (OverException e) {
        BrokerModel.verify(disks.journal().hasCrashed(), "a recovery ended without a fault: " + e);
      }
      points++;
      disks = i % 2 == 0 ? end.after(disks) : end.thenTheOther(disks);
    }
    return disks;
  }
}
