package io.bindery.itests.kill;

import io.bindery.sample.check.DeskClient;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The order desk as {@code sample-app/run} starts it, on a free port, with data of its own that
 * stay over its restarts. Of one thread.
 */
final class KilledDesk {
  private static final Duration START = Duration.ofSeconds(600);
  private static final long STOP_S = 60;
  private static final long POLL_MS = 300;
  private static final Pattern IN_DOUBT = Pattern.compile("([0-9,]+) branches in doubt");

  private final Path run;
  private final Path folder;
  private final Map<String, String> settings;
  private final int port;
  private final DeskClient client;
  private volatile Process process;
  private int starts;

  /**
   * A desk that does not run yet.
   *
   * @param run the script
   * @param folder for its data and what it logs
   * @param settings environment variables of the script
   */
  KilledDesk(Path run, Path folder, Map<String, String> settings) throws IOException {
    this.run = run;
    this.folder = folder;
    this.settings = settings;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      this.port = socket.getLocalPort();
    }
    this.client = new DeskClient("http://127.0.0.1:" + port + "/order-desk/");
  }

  DeskClient client() {
    return client;
  }

  /**
   * Starts it, and returns when its beans are ready.
   *
   * @return how many transactions the broker found between prepare and commit
   */
  int start() throws IOException, InterruptedException {
    File log = folder.resolve("server-" + ++starts + ".log").toFile();
    ProcessBuilder builder =
        new ProcessBuilder(run.toString()).redirectErrorStream(true).redirectOutput(log);
    builder.environment().put("PORT", Integer.toString(port));
    builder.environment().put("DATA", folder.resolve("data").toString());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(settings);
    process = builder.start();
    long giveUpNs = System.nanoTime() + START.toNanos();
    while (!ready()) {
      if (process.waitFor(POLL_MS, TimeUnit.MILLISECONDS) || System.nanoTime() > giveUpNs) {
        stop();
        throw new IllegalStateException("the order desk did not open; see " + log);
      }
    }
    Matcher found = IN_DOUBT.matcher(Files.readString(log.toPath()));
    return found.find() ? Integer.parseInt(found.group(1).replace(",", "")) : 0;
  }

  private boolean ready() throws InterruptedException {
    try {
      return client.ready();
    } catch (IOException e) {
      return false; // not listening yet, or not deployed
    }
  }

  /** Kills the server itself, as {@code kill -9} does, and returns when it is dead. */
  void kill() throws InterruptedException {
    String command = process.info().command().orElse("?");
    if (!command.endsWith("java")) {
      throw new IllegalStateException(
          "process " + process.pid() + " is not the server: " + command);
    }
    process.destroyForcibly().waitFor();
  }

  /** Kills it when this program is ended. */
  void abandon() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  /** Deletes what it kept. */
  void deleteData() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("data"))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Ends it; without a process there is nothing to do. */
  void stop() throws InterruptedException {
    if (process != null) {
      process.destroy();
      if (!process.waitFor(STOP_S, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
  }
}
