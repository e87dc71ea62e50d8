package io.bindery.itests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Prints what the suites of this build did, and says which of those expected did nothing. */
public final class SuiteTable {
  /** What a suite counted. A suite that ran in several JVMs has several rows, which are added. */
  private record Row(int tests, int failed, long seconds) {
    static Row read(String[] cells) {
      return new Row(
          Integer.parseInt(cells[1]), Integer.parseInt(cells[2]), Long.parseLong(cells[3]));
    }

    Row plus(Row other) {
      return new Row(tests + other.tests, failed + other.failed, seconds + other.seconds);
    }
  }

  private SuiteTable() {}

  /**
   * Prints the table.
   *
   * @param arguments the file of rows, then the names of the suites that must be in it, in one
   *     argument, with blanks between
   * @throws IllegalStateException if an expected suite has no row
   */
  public static void main(String[] arguments) throws IOException {
    List<String> expected = List.of(arguments[1].trim().split("\\s+"));
    Path file = Path.of(arguments[0]);
    List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
    System.out.print(table(expected, lines));
    List<String> missing = missing(expected, lines);
    if (!missing.isEmpty()) {
      throw new IllegalStateException("no test ran of these suites: " + missing);
    }
  }

  /** The table of all rows, with a line for each expected suite that has none. */
  static String table(List<String> expected, List<String> lines) {
    Map<String, Row> rows = rows(lines);
    StringBuilder text = new StringBuilder();
    text.append("%n%-14s %7s %7s %9s%n".formatted("suite", "tests", "failed", "seconds"));
    rows.forEach(
        (suite, row) ->
            text.append(
                "%-14s %7d %7d %9d%n".formatted(suite, row.tests, row.failed, row.seconds)));
    missing(expected, lines)
        .forEach(suite -> text.append("%-14s %7s%n".formatted(suite, "did not run")));
    return text.append(System.lineSeparator()).toString();
  }

  /** The expected suites without a row. */
  static List<String> missing(List<String> expected, List<String> lines) {
    List<String> missing = new ArrayList<>(expected);
    missing.removeAll(rows(lines).keySet());
    return missing;
  }

  /** How many tests a suite ran, 0 if it has no row. */
  static int tests(String suite, List<String> lines) {
    Row row = rows(lines).get(suite);
    return row == null ? 0 : row.tests;
  }

  private static Map<String, Row> rows(List<String> lines) {
    Map<String, Row> rows = new LinkedHashMap<>();
    lines.stream()
        .map(line -> line.split("\t"))
        .filter(cells -> cells.length == 4)
        .forEach(cells -> rows.merge(cells[0], Row.read(cells), Row::plus));
    return rows;
  }
}
