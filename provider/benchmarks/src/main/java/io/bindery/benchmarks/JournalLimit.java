package io.bindery.benchmarks;

import io.bindery.broker.journal.JournalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;

/**
 * Durable appends a second through the journal, beside what the disk and the threads allow: one
 * thread that does nothing but write what waits into a warm file, sync, and wake those who wait.
 * Both roll over to the next file of 64 MiB. They run in turn; the table has the median of the
 * rounds, and of the rounds' ratios.
 */
public final class JournalLimit {
  private static final int[] PRODUCERS = {1, 4, 16, 64};
  private static final int[] BYTES = {256, 4 << 10};
  private static final int ROUNDS = Integer.getInteger("rounds", 15);
  private static final long ROUND_NS = Long.getLong("round.ms", 500L) * 1_000_000;

  private JournalLimit() {}

  /** What appends, and waits until it is on disk. */
  interface Log extends AutoCloseable {
    void append(byte[] record) throws IOException, JournalException;

    @Override
    void close() throws IOException;
  }

  /** Argument: a directory on the disk to measure. */
  public static void main(String[] arguments) throws IOException, JournalException {
    Path directory = Files.createDirectories(Path.of(arguments[0]));
    System.out.printf(
        "%9s %6s %14s %14s %8s %21s%n",
        "producers", "bytes", "limit/s", "journal/s", "ratio", "(least to greatest)");
    try (Log limit = new PlainLog(directory.resolve("limit"));
        Log journal = new JournalLog(directory.resolve("journal"))) {
      for (int bytes : BYTES) {
        for (int producers : PRODUCERS) {
          compare(limit, journal, producers, bytes);
        }
      }
    }
  }

  private static void compare(Log limit, Log journal, int producers, int bytes) {
    double[] limits = new double[ROUNDS];
    double[] journals = new double[ROUNDS];
    double[] ratios = new double[ROUNDS];
    rate(limit, producers, bytes);
    rate(journal, producers, bytes);
    for (int i = 0; i < ROUNDS; i++) {
      limits[i] = rate(limit, producers, bytes);
      journals[i] = rate(journal, producers, bytes);
      ratios[i] = journals[i] / limits[i];
    }
    Arrays.sort(limits);
    Arrays.sort(journals);
    Arrays.sort(ratios);
    System.out.printf(
        "%9d %6d %,14.0f %,14.0f %8.2f %12.2f to %.2f%n",
        producers,
        bytes,
        limits[ROUNDS / 2],
        journals[ROUNDS / 2],
        ratios[ROUNDS / 2],
        ratios[0],
        ratios[ROUNDS - 1]);
  }

  private static double rate(Log log, int producers, int bytes) {
    Taken taken = measured(log, producers, bytes, ROUND_NS);
    return taken.records * 1e9 / taken.ns;
  }

  /** What was appended, and the time that it took. */
  record Taken(long records, long ns) {}

  /** Has so many threads append for so long. */
  static Taken measured(Log log, int producers, int bytes, long ns) {
    LongAdder appended = new LongAdder();
    CountDownLatch ended = new CountDownLatch(producers);
    long start = System.nanoTime();
    for (int i = 0; i < producers; i++) {
      new Thread(
              () -> {
                produce(log, bytes, start + ns, appended);
                ended.countDown();
              })
          .start();
    }
    await(ended);
    return new Taken(appended.sum(), System.nanoTime() - start);
  }

  private static void produce(Log log, int bytes, long untilNs, LongAdder appended) {
    byte[] record = new byte[bytes];
    Arrays.fill(record, (byte) 'x');
    try {
      while (System.nanoTime() < untilNs) {
        log.append(record);
        appended.increment();
      }
    } catch (IOException | JournalException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void await(CountDownLatch ended) {
    try {
      ended.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
