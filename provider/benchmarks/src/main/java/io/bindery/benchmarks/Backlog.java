package io.bindery.benchmarks;

import io.bindery.benchmarks.Child.Answer;
import io.bindery.benchmarks.Child.FailedException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A backlog of persistent messages: how fast it is sent in transactions, what it takes of heap and
 * disk, how long a new virtual machine (for RabbitMQ: a new server and a client) takes from its
 * start to the first message after {@code kill -9} of the first at the full depth, and how fast all
 * of it is received and acknowledged; with the rates of the slowest and the fastest tenth. Every
 * message is counted, and the order of each producer's checked.
 */
public final class Backlog {
  private static final int MESSAGES = Integer.getInteger("messages", 1_000_000);
  private static final int BYTES = Integer.getInteger("bytes", 1 << 10);
  private static final int PRODUCERS = 4;
  private static final int BATCH = 100;
  private static final long MEMORY_BYTES = 128 << 20;
  private static final double MIB = 1 << 20;

  private final Path directory;
  private final File log;

  private Backlog(Path directory, File log) {
    this.directory = directory;
    this.log = log;
  }

  /** What was measured; the heap is not a number for what is no virtual machine. */
  private record Row(
      Answer sent, Answer received, double firstMs, double heapMib, double diskMib) {}

  /**
   * Arguments: a directory on the disk to measure, a log, and {@link Child.Spec}s; for a broker
   * that is a process of its own, followed by {@code |} and what {@link WireBroker#start} takes
   * after the label.
   */
  public static void main(String[] arguments) throws IOException {
    Backlog backlog = new Backlog(Path.of(arguments[0]), new File(arguments[1]));
    System.out.printf(
        "%nA backlog of %,d x %,d bytes: %d producers, %d messages a commit; one consumer,"
            + " AUTO_ACKNOWLEDGE%n",
        MESSAGES, BYTES, PRODUCERS, BATCH);
    System.out.printf(
        "%-10s %10s %19s %10s %19s %24s %14s %10s%n",
        "",
        "in/s",
        "of its tenths",
        "out/s",
        "of its tenths",
        "first after kill -9, ms",
        "live heap, MiB",
        "disk, MiB");
    List<Row> rows = new ArrayList<>();
    for (int i = 2; i < arguments.length; i++) {
      Child.Spec spec = Child.Spec.of(arguments[i]);
      try {
        Row row = backlog.measure(spec, arguments[i]);
        rows.add(row);
        System.out.printf(
            "%-10s %,10.0f %19s %,10.0f %19s %,24.0f %14s %,10.0f%n",
            spec.label(),
            row.sent.rate(),
            tenths(row.sent),
            row.received.rate(),
            tenths(row.received),
            row.firstMs,
            Double.isNaN(row.heapMib) ? "-" : String.format("%,.0f", row.heapMib),
            row.diskMib);
      } catch (FailedException e) {
        System.out.printf("%-10s failed: %s%n", spec.label(), e.getMessage());
      }
    }
    if (rows.size() > 1) {
      ratios(rows.get(0), rows.subList(1, rows.size()));
    }
  }

  private static String tenths(Answer of) {
    return String.format("%,.0f-%,.0f", of.slowest(), of.fastest());
  }

  /** Ours to the best of the others in each; above 1 is ahead. */
  private static void ratios(Row ours, List<Row> others) {
    System.out.printf(
        "%-10s %9.1fx %19s %9.1fx %19s %23.1fx %13.1fx %9.1fx  (ahead of the best of the others)%n",
        "",
        ours.sent.rate() / others.stream().mapToDouble(r -> r.sent.rate()).max().orElseThrow(),
        "",
        ours.received.rate()
            / others.stream().mapToDouble(r -> r.received.rate()).max().orElseThrow(),
        "",
        others.stream().mapToDouble(Row::firstMs).min().orElseThrow() / ours.firstMs,
        others.stream().mapToDouble(Row::heapMib).filter(mib -> mib > 0).min().orElse(Double.NaN)
            / ours.heapMib,
        others.stream().mapToDouble(Row::diskMib).min().orElseThrow() / ours.diskMib);
  }

  private Row measure(Child.Spec spec, String argument) throws IOException, FailedException {
    Path own = Files.createDirectories(directory.resolve(spec.label()));
    Answer sent;
    double heapMib;
    double diskMib;
    try (WireBroker broker = broker(spec, argument);
        Child child = Child.start(spec, own.toString(), MEMORY_BYTES, log)) {
      child.awaitReady();
      sent = child.ask("fill " + PRODUCERS + " " + BYTES + " " + BATCH + " " + MESSAGES);
      diskMib = bytes(own) / MIB;
      heapMib = broker == null ? child.ask("heap").count() / MIB : Double.NaN;
      child.kill();
    }
    long startNs = System.nanoTime();
    try (WireBroker broker = broker(spec, argument);
        Child child = Child.start(spec, own.toString(), MEMORY_BYTES, log)) {
      child.tell("drain " + PRODUCERS + " " + MESSAGES);
      child.awaitReady();
      double firstMs = (child.awaitLine() - startNs) / 1e6;
      Answer received = child.answer();
      return new Row(sent, received, firstMs, heapMib, diskMib);
    } finally {
      delete(own);
    }
  }

  /** A broker in a process of its own, if it is one; closing it is {@code kill -9}. */
  private WireBroker broker(Child.Spec spec, String argument) throws IOException, FailedException {
    return spec.isNetworked()
        ? WireBroker.start(
            spec.label() + '|' + argument.split("\\|", 4)[3], directory.toFile(), log)
        : null;
  }

  private static long bytes(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).mapToLong(Backlog::size).sum();
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return 0; // gone meanwhile
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(directory)) {
      files = all.sorted((a, b) -> b.compareTo(a)).toList();
    }
    for (Path each : files) {
      Files.delete(each);
    }
  }
}
