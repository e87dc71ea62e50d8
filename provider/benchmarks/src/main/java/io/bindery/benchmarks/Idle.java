package io.bindery.benchmarks;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What a broker takes that has many connections and queues and nothing to do: memory, processor
 * time, and how long it needs to make them and to come back with them. Each connection has a
 * channel, its share of the queues, which are durable, and a consumer on the first of them.
 */
public final class Idle {
  private static final int CONNECTIONS = Integer.getInteger("connections", 10_000);
  private static final int QUEUES = Integer.getInteger("queues", 100_000);
  private static final int SECONDS = Integer.getInteger("seconds", 60);

  /** So many ask at the same time. */
  private static final int AT_ONCE = 500;

  /** Half the interval that brokers propose. */
  private static final int HEARTBEAT_S = 30;

  private final String argument;
  private final File directory;
  private final File log;
  private final List<QuietConnection> connections = new ArrayList<>();
  private WireBroker broker;

  private Idle(String argument, File directory, File log) {
    this.argument = argument;
    this.directory = directory;
    this.log = log;
  }

  /**
   * Measures.
   *
   * @param args where brokers keep their data, a log, then the brokers as {@link WireBroker#start}
   *     takes them
   */
  public static void main(String[] args) throws IOException, Child.FailedException {
    System.out.printf(
        Locale.ROOT,
        "%n%-34s %-9s %9s %9s %9s %9s %8s%n",
        "",
        "",
        "s",
        "a second",
        "heap MB",
        "RSS MB",
        "CPU %");
    for (String each : Arrays.copyOfRange(args, 2, args.length)) {
      new Idle(each, new File(args[0]), new File(args[1])).measure();
    }
  }

  private interface Step {
    void run() throws IOException, Child.FailedException;
  }

  private void measure() throws IOException, Child.FailedException {
    try {
      timed("started", 0, () -> broker = WireBroker.start(argument, directory, log));
      timed(number(CONNECTIONS) + " connections", CONNECTIONS, this::connect);
      timed(number(QUEUES) + " queues", QUEUES, this::declare);
      timed(number(CONNECTIONS) + " consumers", CONNECTIONS, this::consume);
      timed("nothing, with heartbeats", 0, this::idle);
      timed("stopped", 0, broker::stop);
      disconnect();
      timed("started again", 0, () -> broker = WireBroker.start(argument, directory, log));
      timed("found " + number(QUEUES) + " queues", QUEUES, this::find);
    } finally {
      disconnect();
      if (broker != null) {
        broker.close();
      }
    }
  }

  private static String number(int of) {
    return String.format(Locale.ROOT, "%,d", of);
  }

  private void timed(String what, int count, Step step) throws IOException, Child.FailedException {
    long startNs = System.nanoTime();
    long cpuNs = broker == null ? 0 : broker.cpuNs();
    step.run();
    double ns = System.nanoTime() - startNs;
    boolean runs = broker.isAlive();
    double load = runs ? (broker.cpuNs() - cpuNs) * 100 / ns : 0;
    System.out.printf(
        Locale.ROOT,
        "%-34s %-9s %9.1f %9s %9s %9s %8s%n",
        what,
        broker.label(),
        ns / 1e9,
        count == 0 ? "" : String.format(Locale.ROOT, "%,.0f", count * 1e9 / ns),
        runs ? broker.heapMegabytes() : "",
        runs ? broker.residentMegabytes() : "",
        runs ? String.format(Locale.ROOT, "%.1f", load) : "");
  }

  private void connect() throws IOException {
    for (int i = 0; i < CONNECTIONS; i++) {
      connections.add(QuietConnection.open(broker.port(), broker.virtualHost()));
    }
  }

  private void declare() throws IOException {
    inGroups(QuietConnection::declare);
  }

  private void find() throws IOException {
    connections.add(QuietConnection.open(broker.port(), broker.virtualHost()));
    inGroups(QuietConnection::find);
  }

  private interface Question {
    void ask(QuietConnection of, String queue) throws IOException;
  }

  /** Asks about each queue, by connections in turn, of which some ask at the same time. */
  private void inGroups(Question question) throws IOException {
    for (int from = 0; from < QUEUES; from += AT_ONCE) {
      int to = Math.min(QUEUES, from + AT_ONCE);
      for (int i = from; i < to; i++) {
        question.ask(connections.get(i % connections.size()), "idle-" + i);
      }
      for (int i = from; i < to; i++) {
        connections.get(i % connections.size()).awaitDeclared();
      }
    }
  }

  private void consume() throws IOException {
    for (int i = 0; i < connections.size(); i++) {
      connections.get(i).consume("idle-" + i % QUEUES);
    }
  }

  /** Each connection beats in its turn. */
  private void idle() throws IOException {
    long startNs = System.nanoTime();
    long endNs = startNs + TimeUnit.SECONDS.toNanos(SECONDS);
    long periodNs = TimeUnit.SECONDS.toNanos(HEARTBEAT_S) / connections.size();
    long nextNs = startNs;
    for (int i = 0; nextNs < endNs; i++) {
      connections.get(i % connections.size()).heartbeat();
      nextNs += periodNs;
      while (System.nanoTime() < nextNs) {
        LockSupport.parkNanos(nextNs - System.nanoTime());
      }
    }
  }

  private void disconnect() throws IOException {
    for (QuietConnection each : connections) {
      each.close();
    }
    connections.clear();
  }
}
