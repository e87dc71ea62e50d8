package io.bindery.benchmarks;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A broker that speaks AMQP 0-9-1, in a process of its own. For one thread. */
final class WireBroker implements AutoCloseable {
  private static final long PATIENCE_S = 60;
  private static final int CONNECT_MS = 1_000;
  private static final int LOOK_MS = 50;

  private final String label;
  private final int port;
  private final String uri;
  private final Process process;

  private WireBroker(String label, int port, String uri, Process process) {
    this.label = label;
    this.port = port;
    this.uri = uri;
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
    if (!own.mkdirs()) {
      throw new IOException(own + " cannot be made");
    }
    Process process =
        new ProcessBuilder(List.of(parts[3].split(" ")))
            .directory(own)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
            .start();
    String uri = "amqp://guest:guest@127.0.0.1:" + parts[1] + "/" + parts[2];
    WireBroker broker = new WireBroker(parts[0], Integer.parseInt(parts[1]), uri, process);
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
    return uri;
  }

  /** The processor time that it has taken, with its children. */
  long cpuNs() {
    return all().mapToLong(WireBroker::cpuNs).sum();
  }

  static long cpuNs(ProcessHandle process) {
    return process.info().totalCpuDuration().map(Duration::toNanos).orElse(0L);
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
