package io.bindery.itests.desk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The order desk on Payara Micro, in a process and on a port of its own: by hand, all in memory, or
 * as {@code sample-app/run} starts it, with data that outlive it. What the server says is in {@code
 * target/desk}.
 */
final class DeskServer implements AutoCloseable {
  private static final long START_S = 240;
  private static final long STOP_S = 30;

  private final Process process;
  private final URI page;
  private final HttpClient client = HttpClient.newHttpClient();

  private DeskServer(Process process, URI page) {
    this.process = process;
    this.page = page;
  }

  /** Where the files of this suite are. */
  static Path folder() {
    return target().resolve("desk");
  }

  static Path target() {
    return Path.of(System.getProperty("bindery.target"));
  }

  /** The page's address, with a slash at its end. */
  URI page() {
    return page;
  }

  /** Starts it by hand, and returns when its beans are ready. */
  static DeskServer start() {
    try {
      int port = freePort();
      return started(new ProcessBuilder(command(port)), port, "server.log");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Starts it by the script, and returns when its beans are ready.
   *
   * @param data where all that it keeps is; a server that is killed can be followed by another
   */
  static DeskServer startKept(int port, Path data, String log) {
    return startKept(port, data, log, Map.of());
  }

  /**
   * The same with further settings.
   *
   * @param settings environment variables of the script
   */
  static DeskServer startKept(int port, Path data, String log, Map<String, String> settings) {
    Path script = Path.of(System.getProperty("bindery.root"), "sample-app", "run");
    ProcessBuilder builder = new ProcessBuilder(script.toString());
    builder.environment().put("PORT", Integer.toString(port));
    builder.environment().put("DATA", data.toString());
    builder.environment().putAll(settings);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    try {
      return started(builder, port, log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static DeskServer started(ProcessBuilder builder, int port, String logName)
      throws IOException {
    Path log = Files.createDirectories(folder()).resolve(logName);
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    DeskServer server =
        new DeskServer(process, URI.create("http://127.0.0.1:" + port + "/order-desk/"));
    server.awaitReady(log);
    return server;
  }

  /** As {@code kill -9} does. */
  void kill() {
    process.destroyForcibly();
    if (!ended(STOP_S, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the server outlived a kill");
    }
  }

  private static List<String> command(int port) {
    Path target = target();
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx512m",
        "-jar",
        target.resolve("payara/payara-micro.jar").toString(),
        "--port",
        Integer.toString(port),
        "--nohazelcast",
        "--disablephonehome",
        "--prebootcommandfile",
        target.resolve("test-classes/payara/pre-boot.txt").toString(),
        "--deploy",
        target.resolve("deploy/bindery.rar").toString(),
        "--deploy",
        target.resolve("deploy/order-desk.war").toString());
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitReady(Path log) {
    long giveUpNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_S);
    while (!ready()) {
      if (ended(500, TimeUnit.MILLISECONDS) || System.nanoTime() > giveUpNs) {
        close();
        throw new IllegalStateException("the order desk did not open; see " + log);
      }
    }
  }

  private boolean ready() {
    HttpRequest state =
        HttpRequest.newBuilder(page.resolve("api/state")).timeout(Duration.ofSeconds(5)).build();
    try {
      return client
          .send(state, HttpResponse.BodyHandlers.ofString())
          .body()
          .contains("\"ready\":true");
    } catch (IOException e) {
      return false; // not listening yet
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the order desk starts", e);
    }
  }

  private boolean ended(long time, TimeUnit unit) {
    try {
      return process.waitFor(time, unit);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  @Override
  public void close() {
    process.destroy();
    if (!ended(STOP_S, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}
