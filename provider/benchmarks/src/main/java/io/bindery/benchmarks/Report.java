package io.bindery.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * A table of {@link Measure}'s rows: our rate, each peer's as a part of ours, and how many times
 * the faster peer's ours is; what is allocated and how much processor time a delivery takes, ours
 * and the best peer's.
 */
public final class Report {
  private static final String OURS = "bindery";

  private Report() {}

  private record Row(double rate, double slowest, double fastest, double bytes, double cpuUs) {
    static Row of(String[] cells) {
      return new Row(
          Double.parseDouble(cells[2]),
          Double.parseDouble(cells[3]),
          Double.parseDouble(cells[4]),
          Double.parseDouble(cells[5]),
          Double.parseDouble(cells[6]));
    }
  }

  /** Argument: the file of rows. */
  public static void main(String[] arguments) throws IOException {
    Map<String, Map<String, Row>> loads = new LinkedHashMap<>();
    TreeSet<String> peers = new TreeSet<>();
    for (String line : Files.readAllLines(Path.of(arguments[0]))) {
      String[] cells = line.split("\t");
      loads.computeIfAbsent(cells[0], load -> new LinkedHashMap<>()).put(cells[1], Row.of(cells));
      peers.add(cells[1]);
    }
    peers.remove(OURS);
    System.out.printf("%n%-16s %26s", "load", "bindery deliveries/s");
    peers.forEach(peer -> System.out.printf(" %10s", peer));
    System.out.printf(
        " %11s %10s %8s %10s %8s%n", "x the best", "B each", "peer's", "CPU us each", "peer's");
    loads.forEach((load, rows) -> print(load, rows, List.copyOf(peers)));
  }

  private static void print(String load, Map<String, Row> rows, List<String> peers) {
    Row ours = rows.get(OURS);
    System.out.printf(
        "%-16s %,12.0f (%.2f to %.2f)",
        load, ours.rate, ours.slowest / ours.rate, ours.fastest / ours.rate);
    double best = 0;
    double bytes = Double.POSITIVE_INFINITY;
    double cpuUs = Double.POSITIVE_INFINITY;
    for (String peer : peers) {
      Row row = rows.get(peer);
      if (row == null) {
        System.out.printf(" %10s", "failed");
        continue;
      }
      System.out.printf(" %10.2f", row.rate / ours.rate);
      best = Math.max(best, row.rate);
      bytes = Math.min(bytes, row.bytes);
      cpuUs = Math.min(cpuUs, row.cpuUs);
    }
    System.out.printf(
        " %11.1f %10.0f %8.0f %10.2f %8.2f%n",
        ours.rate / best, ours.bytes, bytes, ours.cpuUs, cpuUs);
  }
}
