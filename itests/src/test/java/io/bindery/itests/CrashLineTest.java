package io.bindery.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class CrashLineTest {
  @Test
  void figuresAreAdded() {
    assertEquals(
        "5 crash points, 4 kills, 1 mutants caught, 0 lost, 7 redelivered",
        CrashLine.line(
            List.of(
                "journal\tcrash points\t2",
                "broker\tcrash points\t3",
                "broker\tmutants caught\t1",
                "kill\tkills\t4",
                "kill\tlost\t0",
                "kill\tredelivered\t7")));
  }

  @Test
  void aFigureThatIsMissingFails() {
    assertThrows(IllegalStateException.class, () -> CrashLine.line(List.of("kill\tkills\t4")));
  }
}
