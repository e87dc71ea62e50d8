package io.bindery.itests.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A server's process with all that it starts; its output goes to a file. One thread uses it. */
final class ServerProcess implements AutoCloseable {
  private static final long LIMIT_NS = TimeUnit.MINUTES.toNanos(5);
  private static final long STEP_NS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final int SHOWN_CHARACTERS = 10_000;

  private final Process process;
  private final Path log;

  /**
   * Starts it.
   *
   * @param work its folder; the output goes to {@code console.log} there
   * @param environment added to that of the test
   */
  ServerProcess(Path work, Map<String, String> environment, List<String> command)
      throws IOException {
    log = work.resolve("console.log");
    ProcessBuilder builder = new ProcessBuilder(command).directory(work.toFile());
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    process = builder.start();
    // A build that is stopped leaves no server behind.
    Runtime.getRuntime().addShutdownHook(new Thread(this::close));
  }

  /** The virtual machine: the process itself, or what its script has started. */
  ProcessHandle virtualMachine() {
    return tree()
        .filter(each -> each.info().command().orElse("").endsWith("java"))
        .findFirst()
        .orElseThrow(() -> failure("there is no virtual machine"));
  }

  private Stream<ProcessHandle> tree() {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants());
  }

  /** All that it has printed. */
  String output() {
    try {
      return Files.readString(log, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for the condition; fails with the text when it has not come in five minutes. */
  void await(String what, BooleanSupplier condition) {
    long endNs = System.nanoTime() + LIMIT_NS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - endNs > 0) {
        throw failure("waited in vain until " + what);
      }
      if (!process.isAlive()) {
        throw failure("ended before " + what);
      }
      LockSupport.parkNanos(STEP_NS);
    }
  }

  /** Waits until it has ended by itself, at most five minutes. */
  void awaitEnd() {
    try {
      if (!process.waitFor(LIMIT_NS, TimeUnit.NANOSECONDS)) {
        throw failure("does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure("interrupted while it ends");
    }
  }

  /** What is wrong, with the last that the server has printed. */
  AssertionError failure(String what) {
    String all = output();
    return new AssertionError(
        what
            + "; "
            + log
            + " ends with\n"
            + all.substring(Math.max(0, all.length() - SHOWN_CHARACTERS)));
  }

  /** Ends it at once. */
  @Override
  public void close() {
    List<ProcessHandle> all = tree().toList();
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(each -> each.onExit().orTimeout(1, TimeUnit.MINUTES).join());
  }
}
