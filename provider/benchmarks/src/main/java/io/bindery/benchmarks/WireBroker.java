package io.bindery.benchmarks;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A broker that speaks AMQP 0-9-1, in a process of its own. For one thread. */
final class WireBroker implements AutoCloseable {
  private static final long PATIENCE_S = 60;
  private static final int CONNECT_MS = 1_000;
  private static final int LOOK_MS = 50;
  private static final Pattern USED = Pattern.compile("used (\\d+)K");
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s*(\\d+) kB");

  private final String label;
  private final int port;
  private final String virtualHost;
  private final Process process;

  private WireBroker(String label, int port, String virtualHost, Process process) {
    this.label = label;
    this.port = port;
    this.virtualHost = virtualHost;
    this.process = process;
  }

  /**
   * Starts what an argument {@code LABEL|PORT|VIRTUAL HOST|COMMAND} says, the command's parts being
   * separated by blanks; answers when it listens.
   *
   * @param directory where it starts
   * @param log where its output goes
   */
  static WireBroker start(String argument, File directory, File log)
      throws IOException, Child.FailedException {
    String[] parts = argument.split("\\|");
    File own = new File(directory, parts[0]);
    if (!own.isDirectory() && !own.mkdirs()) {
      throw new IOException(own + " cannot be made");
    }
    Process process =
        new ProcessBuilder(List.of(parts[3].split(" ")))
            .directory(own)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
            .start();
    WireBroker broker = new WireBroker(parts[0], Integer.parseInt(parts[1]), parts[2], process);
    broker.awaitListening();
    return broker;
  }

  private void awaitListening() throws Child.FailedException {
    long startNs = System.nanoTime();
    while (!listens()) {
      boolean late = System.nanoTime() - startNs > TimeUnit.SECONDS.toNanos(PATIENCE_S);
      if (late || hasEndedWithin(LOOK_MS)) {
        close();
        throw new Child.FailedException(
            label + (late ? " does not listen after " + PATIENCE_S + " s" : " has ended"));
      }
    }
  }

  private boolean hasEndedWithin(long ms) {
    try {
      return process.waitFor(ms, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean listens() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), CONNECT_MS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  String label() {
    return label;
  }

  String uri() {
    return "amqp://guest:guest@127.0.0.1:" + port + "/" + virtualHost;
  }

  int port() {
    return port;
  }

  String virtualHost() {
    return URLDecoder.decode(virtualHost, StandardCharsets.UTF_8);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** The processor time that it has taken, with its children. */
  long cpuNs() {
    return all().mapToLong(WireBroker::cpuNs).sum();
  }

  static long cpuNs(ProcessHandle process) {
    return process.info().totalCpuDuration().map(Duration::toNanos).orElse(0L);
  }

  /** What is live on its heap, after a collection; nothing for a process that is no Java. */
  String heapMegabytes() throws IOException {
    jcmd("GC.run");
    Matcher used = USED.matcher(jcmd("GC.heap_info"));
    return used.find() ? Long.toString(Long.parseLong(used.group(1)) / 1024) : "";
  }

  private String jcmd(String command) throws IOException {
    Process asked =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/jcmd",
                Long.toString(process.pid()),
                command)
            .redirectErrorStream(true)
            .start();
    return new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /** The memory that it has, with its children. */
  String residentMegabytes() throws IOException {
    long kib = 0;
    for (ProcessHandle each : all().toList()) {
      Matcher resident =
          RESIDENT.matcher(Files.readString(Path.of("/proc", Long.toString(each.pid()), "status")));
      kib += resident.find() ? Long.parseLong(resident.group(1)) : 0;
    }
    return Long.toString(kib / 1024);
  }

  /** Tells it to stop, and waits until it has. */
  void stop() throws Child.FailedException {
    process.destroy();
    if (!hasEndedWithin(TimeUnit.SECONDS.toMillis(PATIENCE_S))) {
      throw new Child.FailedException(label + " does not stop in " + PATIENCE_S + " s");
    }
  }

  private Stream<ProcessHandle> all() {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants());
  }

  @Override
  public void close() {
    List<ProcessHandle> handles = all().toList();
    handles.forEach(ProcessHandle::destroyForcibly);
    handles.forEach(each -> each.onExit().join());
  }
}
