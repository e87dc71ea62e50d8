package io.bindery.jms.coverage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Writes {@code target/coverage.md}, and fails on an empty row. What chapter 3 and the message
 * types demand is in the table, but not demanded here: that is the room of the messages.
 */
class CoverageTest {
  private static final Pattern MESSAGES =
      Pattern.compile("3(\\.\\d+)* .*|jakarta\\.jms\\.(Bytes|Map|Object|Stream|Text)?Message\\..*");

  private static Coverage coverage() throws IOException {
    return new Coverage(
        Path.of("target", "test-classes", "sections.txt"), Path.of("target", "test-classes"));
  }

  @Test
  void everySectionIsTestedAndEveryMethodCalled() throws IOException {
    Coverage coverage = coverage();
    Files.writeString(Path.of("target", "coverage.md"), coverage.markdown());
    assertEquals(List.of(), others(coverage.uncoveredSections()));
    assertEquals(List.of(), others(coverage.uncoveredMethods()));
  }

  private static List<String> others(List<String> rows) {
    return rows.stream().filter(row -> !MESSAGES.matcher(row).matches()).toList();
  }

  @Test
  void everyCitedSectionExists() throws IOException {
    assertEquals(Set.of(), coverage().misnumbered());
  }
}
