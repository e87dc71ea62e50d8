package io.bindery.itests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Prints what the suite of foreign clients counted: a line each, the ledger's the last. */
public final class InteropLines {
  private static final List<String> EXPECTED =
      List.of("pika: ", "kombu: ", "amqp-tools: ", "amqplib: ", "confirmed ");

  /** Begins the line that says which broker tested the wire tests. */
  private static final String PEER = "peer: ";

  private InteropLines() {}

  /**
   * Prints them.
   *
   * @param arguments the file, and that of the suites' rows
   * @throws IllegalStateException if something expected has no line
   */
  public static void main(String[] arguments) throws IOException {
    Path file = Path.of(arguments[0]);
    List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
    System.out.println();
    lines.stream()
        .filter(line -> !isLedger(line) && !line.startsWith(PEER))
        .forEach(System.out::println);
    System.out.println(wire(lines, Files.readAllLines(Path.of(arguments[1]))));
    lines.stream().filter(InteropLines::isLedger).forEach(System.out::println);
    List<String> missing = missing(lines);
    if (!missing.isEmpty()) {
      throw new IllegalStateException("nothing was counted of: " + missing);
    }
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
