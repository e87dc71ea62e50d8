package io.bindery.itests.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The standalone broker in a process of its own, from its jar. One thread uses it. */
public final class BrokerProcess implements AutoCloseable {
  private static final Pattern READY =
      Pattern.compile("is ready after (\\d+) ms: AMQP on port (\\d+)");
  private static final long LIMIT_NS = TimeUnit.MINUTES.toNanos(3);
  private static final long STEP_NS = TimeUnit.MILLISECONDS.toNanos(20);

  private final Path work;
  private final List<String> settings;
  private Process process;
  private int port;
  private int starts;

  /**
   * One that is not started.
   *
   * @param name of its folder below the build's target, which is emptied
   * @param settings what else it is told, as flags
   */
  public BrokerProcess(String name, String... settings) throws IOException {
    this.settings = List.of(settings);
    work = Path.of(System.getProperty("bindery.target"), "interop", name);
    if (Files.exists(work)) {
      try (var all = Files.walk(work)) {
        for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
    Files.createDirectories(work);
    Runtime.getRuntime().addShutdownHook(new Thread(this::close));
  }

  /** Gives it who may do what, in the form of RabbitMQ's definitions, before it is started. */
  public void access(Path definitions) throws IOException {
    Path data = Files.createDirectories(work.resolve("data"));
    Files.copy(definitions, data.resolve("access.json"));
  }

  /** Starts it on the port that it had before, or any; returns when it serves. */
  public void start() throws IOException {
    Path log = work.resolve("console-" + ++starts + ".log");
    Path jar =
        Path.of(System.getProperty("bindery.root"), "provider/server/target/bindery-server.jar");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-jar",
                jar.toString(),
                "serve",
                "--data=" + work.resolve("data"),
                "--amqp.host=127.0.0.1",
                "--amqp.port=" + port,
                "--http.port=0",
                "--segment=1m"));
    command.addAll(settings);
    process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    long endNs = System.nanoTime() + LIMIT_NS;
    Matcher ready = READY.matcher(text(log));
    while (!ready.find()) {
      if (!process.isAlive() || System.nanoTime() - endNs > 0) {
        throw new AssertionError("the broker did not get ready:\n" + text(log));
      }
      LockSupport.parkNanos(STEP_NS);
      ready = READY.matcher(text(log));
    }
    port = Integer.parseInt(ready.group(2));
  }

  private static String text(Path log) {
    try {
      return Files.readString(log, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where it listens, once it is started. */
  public int port() {
    return port;
  }

  /** How clients name it. */
  public String url() {
    return "amqp://guest:guest@127.0.0.1:" + port + "/%2F";
  }

  /** SIGKILL. */
  public void kill() {
    process.destroyForcibly();
    process.onExit().orTimeout(1, TimeUnit.MINUTES).join();
  }

  /** SIGTERM, to the last line of its log; answers the exit code. */
  public int stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(1, TimeUnit.MINUTES)) {
      throw new AssertionError("the broker did not stop within a minute of SIGTERM");
    }
    Path log = work.resolve("console-" + starts + ".log");
    if (!text(log).contains(": stopped after ")) {
      throw new AssertionError("the broker did not say that it stopped:\n" + text(log));
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    if (process != null) {
      kill();
    }
  }
}
