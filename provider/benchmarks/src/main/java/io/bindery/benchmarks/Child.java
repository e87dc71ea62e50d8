package io.bindery.benchmarks;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A {@link Node} in its own virtual machine, as its parent sees it. For one thread. */
final class Child implements AutoCloseable {
  private static final long PATIENCE_S = 180;

  private final Spec spec;
  private final Process process;
  private final PrintStream out;
  private final LinkedBlockingQueue<Line> lines = new LinkedBlockingQueue<>();

  /**
   * What to start.
   *
   * @param label what it is called
   * @param command the virtual machine with its options, main class and the class of the factory
   * @param url of the provider, without a directory
   */
  record Spec(String label, List<String> command, String url) {
    /** Of an argument {@code LABEL|COMMAND|URL}, the command's parts being separated by blanks. */
    static Spec of(String argument) {
      String[] parts = argument.split("\\|");
      return new Spec(parts[0], List.of(parts[1].split(" ")), parts[2]);
    }

    /** What it is started with, for a provider that keeps a directory, if it is in it. */
    private List<String> command(String directory, long memoryBytes) {
      List<String> all = new ArrayList<>(command);
      if (label.equals(Node.LIMIT)) {
        all.add(directory);
      } else if (isNetworked()) {
        all.add(url);
      } else {
        all.add(url + "?dir=" + directory + "&memory=" + memoryBytes);
      }
      return all;
    }

    /** Whether its broker is a process of its own. */
    boolean isNetworked() {
      return !url.startsWith("vm:");
    }
  }

  /** A node cannot do what it was asked for. */
  static final class FailedException extends Exception {
    private static final long serialVersionUID = 1;

    FailedException(String why) {
      super(why);
    }
  }

  /** What was asked for: a count, and nanoseconds, also of its slowest and its fastest tenth. */
  record Answer(long count, long ns, long slowestNs, long fastestNs) {
    double rate() {
      return ns == 0 ? count : count * 1e9 / ns;
    }

    double slowest() {
      return count * 1e8 / slowestNs;
    }

    double fastest() {
      return count * 1e8 / fastestNs;
    }
  }

  private record Line(String text, long atNs) {}

  private Child(Spec spec, Process process) {
    this.spec = spec;
    this.process = process;
    out = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    Thread reader = new Thread(this::read, spec.label());
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Starts one.
   *
   * @param directory what it keeps there
   * @param memoryBytes how much of the heap messages may take, 0 for the limit, which has none
   * @param log where its errors go
   */
  static Child start(Spec spec, String directory, long memoryBytes, File log) throws IOException {
    Process process =
        new ProcessBuilder(spec.command(directory, memoryBytes))
            .redirectError(ProcessBuilder.Redirect.appendTo(log))
            .start();
    return new Child(spec, process);
  }

  String label() {
    return spec.label();
  }

  private void read() {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.startsWith(Node.ANSWER)) {
          lines.add(new Line(line.substring(Node.ANSWER.length()), System.nanoTime()));
        }
      }
    } catch (IOException e) {
      lines.add(new Line("failed " + e, System.nanoTime()));
    }
    lines.add(new Line("failed: its virtual machine has ended", System.nanoTime()));
  }

  /** Waits until it is ready. */
  void awaitReady() throws FailedException {
    next();
  }

  /** Waits for a line; answers when it came. */
  long awaitLine() throws FailedException {
    return next().atNs();
  }

  /** Has it do something. */
  Answer ask(String what) throws FailedException {
    tell(what);
    return answer();
  }

  /** Has it do something whose answers are awaited later. */
  void tell(String what) {
    out.println(what);
  }

  /** Waits for what it was told to do. */
  Answer answer() throws FailedException {
    long[] parts = Arrays.stream(next().text().split(" ")).mapToLong(Long::parseLong).toArray();
    return parts.length == 2
        ? new Answer(parts[0], parts[1], 0, 0)
        : new Answer(parts[0], parts[1], parts[2], parts[3]);
  }

  private Line next() throws FailedException {
    Line line;
    try {
      line = lines.poll(PATIENCE_S, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    if (line == null || line.text().startsWith("failed")) {
      String why = line == null ? "no answer within " + PATIENCE_S + " s" : line.text();
      kill();
      throw new FailedException(spec.label() + ": " + why);
    }
    return line;
  }

  /** As {@code kill -9} does. */
  void kill() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    kill();
  }
}
