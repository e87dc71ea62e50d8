package io.bindery.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Writes {@code target/coverage.md}, and fails on an empty row. */
class CoverageTest {
  @Test
  void everyClauseIsCovered() throws IOException {
    Coverage coverage = new Coverage();
    Files.writeString(Path.of("target", "coverage.md"), coverage.markdown());
    assertEquals(List.of(), coverage.uncovered());
  }

  @Test
  void everyContractRunsOnTheEmbeddedEngine() {
    Set<Class<?>> run =
        Arrays.stream(EmbeddedEngineTest.class.getDeclaredClasses())
            .map(Class::getSuperclass)
            .collect(Collectors.toSet());
    assertEquals(Set.copyOf(Coverage.CONTRACTS), run);
  }

  @Test
  void everyTestOfTheSuiteNamesItsClauses() {
    List<Method> silent =
        Coverage.CONTRACTS.stream()
            .flatMap(contract -> Arrays.stream(contract.getDeclaredMethods()))
            .filter(
                method ->
                    method.isAnnotationPresent(Test.class)
                        && !method.isAnnotationPresent(Covers.class))
            .toList();
    assertEquals(List.of(), silent);
  }
}
