package io.bindery.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Repeats the contract suite, and what repeats it can fail. */
class RepetitionsTest {
  /** Not a test of the build: it fails the third time. */
  static class FailsTheThirdTime {
    private static int times;

    @Test
    void fails() {
      times++;
      assertNotEquals(3, times);
    }
  }

  @Test
  void theContractHolds() {
    Repetitions contract =
        Repetitions.of("io.bindery.testkit", "(Embedded|Durable)EngineTest", RepetitionsTest.class);
    assertEquals(List.of(), contract.run(Repetitions.wanted() - 1));
  }

  @Test
  void aFailureIsFound() {
    Repetitions sometimes =
        Repetitions.of("io.bindery.testkit", ".*FailsTheThirdTime", RepetitionsTest.class);
    List<String> failures = sometimes.run(4);
    assertEquals(4, sometimes.tests());
    assertEquals(1, failures.size());
    assertTrue(failures.get(0).startsWith("round 3: "), failures.get(0));
    assertTrue(failures.get(0).contains("fails()"), failures.get(0));
  }

  @Test
  void whatRepeatsNothingFails() {
    Repetitions nothing = Repetitions.of("io.bindery.testkit", "None", RepetitionsTest.class);
    assertThrows(IllegalStateException.class, () -> nothing.run(1));
  }
}
