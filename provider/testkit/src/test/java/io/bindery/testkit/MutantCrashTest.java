package io.bindery.testkit;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The crash test of the broker finds out each {@link Mutant}. */
class MutantCrashTest {
  private static final int SEEDS = 40;
  private static final Logger LOG = Logger.getLogger("io.bindery.broker");

  @TempDir Path directory;

  @BeforeAll
  static void silence() {
    LOG.setLevel(Level.OFF);
  }

  @AfterAll
  static void speak() {
    LOG.setLevel(null);
  }

  @ParameterizedTest
  @EnumSource
  void isFoundOut(Mutant mutant) throws IOException, ReflectiveOperationException {
    LongConsumer run = mutant.crashRun(directory);
    AssertionError caught = null;
    for (long seed = 1; caught == null && seed <= SEEDS; seed++) {
      try {
        run.accept(seed);
      } catch (AssertionError e) {
        caught = e;
      }
    }
    assertNotNull(caught, mutant + " was not found out");
    System.out.println("mutant " + mutant + ": " + reason(caught));
    CrashFigures.add("broker", "mutants caught", 1);
  }

  /** Or whatever runs there would be found out, and no mutant would say anything. */
  @Test
  void withoutAMistakeNothingIsFoundOut() throws IOException, ReflectiveOperationException {
    LongConsumer run = Mutant.crashRunOf(directory);
    for (long seed = 1; seed <= SEEDS; seed++) {
      run.accept(seed);
    }
  }

  private static String reason(Throwable caught) {
    StringBuilder reason = new StringBuilder(caught.getMessage());
    for (Throwable each = caught.getCause(); each != null; each = each.getCause()) {
      reason.append(": ").append(each.getMessage());
    }
    return reason.toString();
  }
}
