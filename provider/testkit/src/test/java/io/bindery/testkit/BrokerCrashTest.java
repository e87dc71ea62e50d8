package io.bindery.testkit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.testkit.BrokerLife.Disks;
import io.bindery.testkit.BrokerLife.OverException;
import io.bindery.testkit.FaultyDirectory.Sabotage;
import java.util.List;
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
 * A broker with a store, crashed at steps of a workload, of its orderly end and of each recovery,
 * by loss of power and by a kill. Seeds are printed; {@code -Dcrash.seed=N} runs one again.
 */
class BrokerCrashTest {
  private static final int OPERATIONS = 150;
  private static final int POINTS = Integer.getInteger("crash.points", 250);
  private static final int MUTANT_SEEDS = 200;

  /** Many stores say here that they failed; kept, or the level would be forgotten. */
  private static final List<Logger> LOGS =
      List.of(Logger.getLogger("io.bindery.broker.journal"), Logger.getLogger("io.bindery.broker"));

  private long points;
  private long redelivered;

  @BeforeAll
  static void silence() {
    LOGS.forEach(each -> each.setLevel(Level.OFF));
  }

  @AfterAll
  static void speak() {
    LOGS.forEach(each -> each.setLevel(null));
  }

  @Test
  void whatWasPromisedIsKeptAtAnyStep() {
    long untilNs = CrashFigures.untilNanos();
    long seed = Long.getLong("crash.seed", new Random().nextLong());
    System.out.println("broker: crash.seed=" + seed);
    Random seeds = new Random(seed);
    for (int i = 0; points < POINTS || System.nanoTime() < untilNs; i++) {
      crashOnce(i == 0 ? seed : seeds.nextLong(), Set.of());
    }
    CrashFigures.add("broker", "crash points", points);
    CrashFigures.add("broker", "redelivered", redelivered);
    System.out.println("broker: " + points + " crash points, " + redelivered + " redelivered");
    assertTrue(redelivered > 0);
  }

  @ParameterizedTest
  @EnumSource(names = {"NO_FILE_SYNC", "NO_DIRECTORY_SYNC"})
  void theTestFindsOut(Sabotage sabotage) {
    AssertionError caught = null;
    for (long seed = 1; seed <= MUTANT_SEEDS && caught == null; seed++) {
      try {
        crashOnce(seed, Set.of(sabotage));
      } catch (AssertionError e) {
        caught = e;
      }
    }
    assertTrue(caught != null, sabotage + " was not found out");
    CrashFigures.add("broker", "mutants caught", 1);
  }

  private void crashOnce(long seed, Set<Sabotage> sabotage) {
    try {
      crash(seed, sabotage);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("crash.seed=" + seed, e);
    }
  }

  /** A life that is cut short, a few recoveries that are too, and a life that ends in order. */
  private void crash(long seed, Set<Sabotage> sabotage) {
    Random random = new Random(seed);
    BrokerWorkload workload = new BrokerWorkload(seed);
    Disks disks = Disks.empty(seed, sabotage);
    for (int lives = 3; lives > 0; lives--) {
      long lasts = random.nextInt(random.nextBoolean() ? 40 : 600);
      disks.journal().crashAt(disks.journal().steps() + 1 + lasts);
      lived(workload, disks);
      disks = recovered(workload, random.nextBoolean() ? disks.afterKill() : disks.afterCrash());
    }
    workload.start(disks);
    workload.work(OPERATIONS);
    workload.close();
    workload.start(disks.afterCrash());
    redelivered += workload.redelivered();
  }

  private static void lived(BrokerWorkload workload, Disks disks) {
    try {
      workload.start(disks);
      workload.work(OPERATIONS);
      workload.close();
    } catch (OverException e) {
      assertTrue(disks.journal().hasCrashed());
    }
  }

  /** Each recovery goes one or some steps further than the one before. */
  private Disks recovered(BrokerWorkload workload, Disks start) {
    points++;
    Disks disks = start;
    for (int i = 1; i <= 3; i++) {
      disks.journal().crashAt(i * (1 + points % 3));
      try {
        workload.start(disks);
      } catch (OverException e) {
        assertTrue(disks.journal().hasCrashed());
      }
      points++;
      disks = points % 2 == 0 ? disks.afterCrash() : disks.afterKill();
    }
    return disks;
  }
}
