package io.bindery.testkit;

import static org.junit.jupiter.api.Assertions.assertTrue;

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
 * A broker with a store, cut short at each step of a short workload and at some steps of longer
 * ones, of their orderly ends and of recoveries: by loss of power, by a kill, and by an error of
 * the disk. Seeds are printed; {@code -Dcrash.seed=N} runs one again.
 */
class BrokerCrashTest {
  private static final int MUTANT_SEEDS = 200;

  /** Many stores say here that they failed; kept, or the level would be forgotten. */
  private static final List<Logger> LOGS =
      List.of(Logger.getLogger("io.bindery.broker.journal"), Logger.getLogger("io.bindery.broker"));

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
    long untilNs = CrashFigures.untilNanosAtLeast();
    long seed = Long.getLong("crash.seed", new Random().nextLong());
    System.out.println("broker: crash.seed=" + seed);
    CrashRun run = new CrashRun();
    Random seeds = new Random(seed);
    for (long each = seed; System.nanoTime() < untilNs || each == seed; each = seeds.nextLong()) {
      run.atEachStep(each, untilNs);
      run.atSomeSteps(each);
    }
    CrashFigures.add("broker", "crash points", run.points());
    CrashFigures.add("broker", "redelivered", run.redelivered());
    System.out.println(
        "broker: " + run.points() + " crash points, " + run.redelivered() + " redelivered");
    assertTrue(run.redelivered() > 0);
  }

  @ParameterizedTest
  @EnumSource(names = {"NO_FILE_SYNC", "NO_DIRECTORY_SYNC"})
  void theTestFindsOut(Sabotage sabotage) {
    CrashRun run = new CrashRun(Set.of(sabotage));
    AssertionError caught = null;
    for (long seed = 1; seed <= MUTANT_SEEDS && caught == null; seed++) {
      try {
        run.accept(seed);
      } catch (AssertionError e) {
        caught = e;
      }
    }
    assertTrue(caught != null, sabotage + " was not found out");
    CrashFigures.add("broker", "mutants caught", 1);
  }
}
