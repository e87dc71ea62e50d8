package io.bindery.itests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Prints in one line what the crash tests of this build counted. */
public final class CrashLine {
  private static final List<String> FIGURES =
      List.of("crash points", "kills", "mutants caught", "lost", "redelivered");

  private CrashLine() {}

  /**
   * Prints the line.
   *
   * @param arguments the files of rows: suite, what, how many
   * @throws IllegalStateException if a figure is missing
   */
  public static void main(String[] arguments) throws IOException {
    List<String> rows = new ArrayList<>();
    for (String file : arguments) {
      rows.addAll(Files.readAllLines(Path.of(file)));
    }
    System.out.println(line(rows));
  }

  /** The line of some rows. */
  static String line(List<String> rows) {
    Map<String, Long> sums = new TreeMap<>();
    rows.stream()
        .map(row -> row.split("\t"))
        .forEach(cells -> sums.merge(cells[1], Long.parseLong(cells[2]), Long::sum));
    List<String> missing = FIGURES.stream().filter(each -> !sums.containsKey(each)).toList();
    if (!missing.isEmpty()) {
      throw new IllegalStateException("nobody counted: " + missing);
    }
    return FIGURES.stream()
        .map(each -> sums.get(each) + " " + each)
        .collect(Collectors.joining(", "));
  }
}
