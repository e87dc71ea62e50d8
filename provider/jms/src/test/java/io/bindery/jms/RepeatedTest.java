package io.bindery.jms;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bindery.testkit.Repetitions;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The suite as often as the build is asked to run it. */
class RepeatedTest {
  @Test
  void theSuiteHolds() {
    Repetitions suite = Repetitions.of("io.bindery.jms", ".*Test", RepeatedTest.class);
    assertEquals(List.of(), suite.run(Repetitions.wanted() - 1));
  }
}
