package io.bindery.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.broker.journal.JournalException;
import io.bindery.testkit.FaultyDirectory.Sabotage;
import java.util.Random;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The journal, crashed at each step of a workload and of each recovery, by loss of power and by a
 * kill, and with each step failing. Seeds are printed; {@code -Dcrash.seed=N} runs one again.
 */
class JournalCrashTest {
  private static final int OPERATIONS = 120;
  private static final int SEEDS = 2;
  private static final int MUTANT_SEEDS = 20;
  private static final int FULL_DISKS = Integer.getInteger("crash.seeds", 30);

  /** Thousands of journals say here that they failed; kept, or the level would be forgotten. */
  private static final Logger LOG = Logger.getLogger("io.bindery.broker.journal");

  private long points;

  @BeforeAll
  static void silence() {
    LOG.setLevel(Level.OFF);
  }

  @AfterAll
  static void speak() {
    LOG.setLevel(null);
  }

  /** How the process ends at a step. */
  private enum End {
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

    FaultyDirectory after(FaultyDirectory directory) {
      return isKill() ? directory.afterKill() : directory.afterCrash();
    }

    /** What was recovered after the one is met by the other. */
    FaultyDirectory thenTheOther(FaultyDirectory directory) {
      return isKill() ? directory.afterCrash() : directory.afterKill();
    }
  }

  @Test
  void nothingDurableIsLostAtAnyStep() {
    long untilNs = CrashFigures.untilNanos();
    long seed = Long.getLong("crash.seed", new Random().nextLong());
    Random seeds = new Random(seed);
    int rounds = 0;
    for (; rounds < SEEDS || System.nanoTime() < untilNs; rounds++) {
      long one = rounds == 0 ? seed : seeds.nextLong();
      System.out.println("journal: crash.seed=" + one);
      crashEverywhere(one, Set.of());
    }
    CrashFigures.add("journal", "crash points", points);
    System.out.println("journal: " + points + " crash points, " + rounds + " seeds");
    assertTrue(points > 2_000);
  }

  @ParameterizedTest
  @EnumSource
  void theTestFindsOut(Sabotage sabotage) {
    AssertionError caught = null;
    for (long seed = 1; seed <= MUTANT_SEEDS && caught == null; seed++) {
      try {
        crashEverywhere(seed, Set.of(sabotage));
      } catch (AssertionError e) {
        caught = e;
      }
    }
    assertTrue(caught != null, sabotage + " was not found out");
    CrashFigures.add("journal", "mutants caught", 1);
  }

  private void crashEverywhere(long seed, Set<Sabotage> sabotage) {
    for (End end : End.values()) {
      boolean more = true;
      for (long step = 1; more; step++) {
        try {
          more = crashAt(seed, step, end, sabotage);
        } catch (AssertionError | JournalException | RuntimeException e) {
          throw new AssertionError("crash.seed=" + seed + ", step " + step + ", " + end, e);
        }
      }
    }
  }

  /** Answers false when the workload ends before the step. */
  private boolean crashAt(long seed, long step, End end, Set<Sabotage> sabotage)
      throws JournalException {
    FaultyDirectory directory = new FaultyDirectory(seed, sabotage);
    JournalWorkload workload = new JournalWorkload(seed);
    if (end.isFailure()) {
      directory.failAt(step);
    } else {
      directory.crashAt(step);
    }
    boolean reached = !workedThrough(directory, workload);
    FaultyDirectory found = crashedInRecovery(directory, workload, end);
    workload.open(found);
    workload.work(10);
    found.crashAt(found.steps() + 1 + seed % 7 + step % 7);
    workload.work(10);
    workload.open(found.afterCrash());
    workload.close();
    return reached;
  }

  private static boolean workedThrough(FaultyDirectory directory, JournalWorkload workload) {
    try {
      workload.open(directory);
      workload.work(OPERATIONS);
      workload.close();
    } catch (JournalException e) {
      assertTrue(
          directory.hasCrashed() || directory.hasFailed(), () -> "failed without a fault: " + e);
    }
    return !directory.hasCrashed() && !directory.hasFailed();
  }

  /** Each recovery goes one step further than the one before, and the last one is whole. */
  private FaultyDirectory crashedInRecovery(
      FaultyDirectory start, JournalWorkload workload, End end) throws JournalException {
    FaultyDirectory directory = start;
    for (int step = 1; ; step++) {
      directory = end.after(directory);
      points++;
      directory.crashAt(step);
      try {
        workload.open(directory);
        return end.thenTheOther(directory);
      } catch (JournalException e) {
        if (!directory.hasCrashed()) {
          throw e;
        }
      }
    }
  }

  @Test
  void aFullDiskOnlyHolds() throws JournalException {
    int full = 0;
    for (long seed = 1; seed <= FULL_DISKS; seed++) {
      FaultyDirectory directory = new FaultyDirectory(seed, Set.of());
      JournalWorkload workload = new JournalWorkload(seed);
      workload.open(directory);
      directory.capacityBytes(30_000);
      workload.work(150);
      workload.advance(5_000);
      assertFalse(workload.hasFailed());
      // For some there is room enough.
      full += workload.durable() < workload.appended() ? 1 : 0;
      directory.capacityBytes(Long.MAX_VALUE);
      workload.advance(5_000);
      assertEquals(workload.appended(), workload.durable(), "seed " + seed);
      workload.close();
      workload.open(directory.afterCrash());
      workload.close();
      assertFalse(workload.hasFailed());
    }
    assertTrue(full > FULL_DISKS / 2, full + " disks were full");
  }

  @Test
  void theSameSeedIsTheSameRun() throws JournalException {
    long[] steps = new long[2];
    for (int i = 0; i < 2; i++) {
      FaultyDirectory directory = new FaultyDirectory(5, Set.of());
      JournalWorkload workload = new JournalWorkload(5);
      workload.open(directory);
      workload.work(OPERATIONS);
      workload.close();
      steps[i] = directory.steps();
    }
    assertEquals(steps[0], steps[1]);
  }
}
