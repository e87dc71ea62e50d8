package io.bindery.itests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Prints what the suite of foreign clients counted: a line each, the ledger's the last. */
public final class InteropLines {
  private static final List<String> EXPECTED =
      List.of(
          "pika: ",
          "kombu: ",
          "amqp-tools: ",
          "amqplib: ",
          "perftest: ",
          "fuzz: ",
          "sequences: ",
          "confirmed ");

  /** Begins the line that says which broker tested the wire tests. */
  private static final String PEER = "peer: ";

  private InteropLines() {}

  /**
   * Prints them.
   *
   * @param arguments the file, that of the suites' rows, and that of the fuzzer's line
   * @throws IllegalStateException if something expected has no line
   */
  public static void main(String[] arguments) throws IOException {
    List<String> lines = new ArrayList<>(lines(arguments[0]));
    lines.addAll(lines(arguments[2]));
    System.out.println();
    lines.stream()
        .filter(line -> !isLedger(line) && !line.startsWith(PEER))
        .forEach(System.out::println);
    System.out.println(wire(lines, lines(arguments[1])));
    lines.stream().filter(InteropLines::isLedger).forEach(System.out::println);
    List<String> missing = missing(lines);
    if (!missing.isEmpty()) {
      throw new IllegalStateException("nothing was counted of: " + missing);
    }
  }

  private static List<String> lines(String file) throws IOException {
    Path path = Path.of(file);
    return Files.exists(path) ? Files.readAllLines(path) : List.of();
  }

  /** The line of the wire suite. */
  static String wire(List<String> lines, List<String> rows) {
    String peer =
        lines.stream()
            .filter(line -> line.startsWith(PEER))
            .reduce((first, last) -> last)
            .map(line -> line.substring(PEER.length()))
            .orElse("nobody");
    return "wire: %d tests against bindery, %d against %s"
        .formatted(
            SuiteTable.tests("wire-bindery", rows), SuiteTable.tests("wire-rabbitmq", rows), peer);
  }

  private static boolean isLedger(String line) {
    return line.contains("confirmed ");
  }

  /** What has no line. */
  static List<String> missing(List<String> lines) {
    return EXPECTED.stream()
        .filter(each -> lines.stream().noneMatch(line -> line.contains(each)))
        .toList();
  }
}
