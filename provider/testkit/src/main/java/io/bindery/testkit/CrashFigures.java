package io.bindery.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What crash tests count, a line each in {@code target/crash.tsv}: suite, what, how many. Whoever
 * reads it adds up.
 */
public final class CrashFigures {
  private static final Path FILE = Path.of("target", "crash.tsv");
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long MINUTE_NS = 60 * SECOND_NS;
  private static final int SECONDS = 5;

  private CrashFigures() {}

  /** Adds a line. */
  public static void add(String suite, String what, long count) {
    try {
      Files.createDirectories(FILE.getParent());
      Files.writeString(
          FILE,
          suite + "\t" + what + "\t" + count + "\n",
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Until when, by {@link System#nanoTime}, a crash test goes on: {@code -Dcrash.minutes}. */
  public static long untilNanos() {
    return System.nanoTime() + Long.getLong("crash.minutes", 0L) * MINUTE_NS;
  }

  /**
   * The same for a test that has no end of its own: at least {@code -Dcrash.seconds}, which the
   * profile {@code crash} sets.
   */
  public static long untilNanosAtLeast() {
    long leastNs = System.nanoTime() + Integer.getInteger("crash.seconds", SECONDS) * SECOND_NS;
    return Math.max(untilNanos(), leastNs);
  }
}
