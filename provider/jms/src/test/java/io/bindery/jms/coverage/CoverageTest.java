package io.bindery.jms.coverage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Writes {@code target/coverage.md}, and fails on an empty row. */
class CoverageTest {
  private static Coverage coverage() throws IOException {
    return new Coverage(
        Path.of("target", "test-classes", "sections.txt"), Path.of("target", "test-classes"));
  }

  @Test
  void everySectionIsTestedAndEveryMethodCalled() throws IOException {
    Coverage coverage = coverage();
    Files.writeString(Path.of("target", "coverage.md"), coverage.markdown());
    assertEquals(List.of(), coverage.uncoveredSections());
    assertEquals(List.of(), coverage.uncoveredMethods());
  }

  @Test
  void everyCitedSectionExists() throws IOException {
    assertEquals(Set.of(), coverage().misnumbered());
  }
}
