package io.bindery.benchmarks;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * RabbitMQ's load generator against brokers that speak AMQP 0-9-1, each in a process of its own, in
 * turns: rates, latencies, and the processor time that server and client take for each message.
 */
public final class Wire {
  private static final int SECONDS = Integer.getInteger("seconds", 6);
  private static final int ROUNDS = Integer.getInteger("rounds", 3);
  private static final Pattern RECEIVED = Pattern.compile("receiving rate avg: (\\d+) msg/s");
  private static final Pattern LATENCY =
      Pattern.compile(" time (\\d+).*consumer latency: \\d+/(\\d+)/\\d+/\\d+/(\\d+) ([^\\s,]+)");

  /** The load generator is slow for so long: what waits then waits for it. */
  private static final int COLD_S = 2;

  private static final List<Row> ROWS =
      List.of(
          new Row("1 to 1, auto-ack, 256 B", "-x 1 -y 1 -s 256 -a"),
          new Row("1 to 1, prefetch 100, 256 B", "-x 1 -y 1 -s 256 -q 100"),
          new Row("1 to 1, auto-ack, 4 KiB", "-x 1 -y 1 -s 4096 -a"),
          new Row("1 to 1, prefetch 100, 4 KiB", "-x 1 -y 1 -s 4096 -q 100"),
          new Row("10 to 10, auto-ack, 256 B", "-x 10 -y 10 -s 256 -a"),
          new Row("10 to 10, prefetch 100, 256 B", "-x 10 -y 10 -s 256 -q 100"),
          new Row("1 to 1, prefetch 100, 1 confirm in flight", "-x 1 -y 1 -s 256 -q 100 -c 1"),
          new Row("1 to 1, prefetch 100, 100 confirms", "-x 1 -y 1 -s 256 -q 100 -c 100"),
          new Row("persistent, 1 confirm", "-x 1 -y 1 -s 256 -q 100 -c 1 -f persistent"),
          new Row("persistent, 100 confirms", "-x 1 -y 1 -s 256 -q 100 -c 100 -f persistent"),
          new Row(
              "persistent, 100 confirms, 4 KiB", "-x 1 -y 1 -s 4096 -q 100 -c 100 -f persistent"),
          new Row("persistent, 10 to 10", "-x 10 -y 10 -s 256 -q 100 -c 100 -f persistent"),
          new Row("at 5,000 a second", "-x 1 -y 1 -s 256 -q 100 -r 5000"));

  /** One of each kind, before what counts: servers run for longer than their first seconds. */
  private static final List<Row> WARM_UP =
      List.of(ROWS.get(0), ROWS.get(5), ROWS.get(8), ROWS.get(11));

  /**
   * How often. A virtual machine compiles for as long as that: a third of a server's processor time
   * at first, next to nothing then.
   */
  private static final int WARM_UPS = 3;

  private final String generator;
  private final File log;
  private int runs;

  private Wire(String generator, File log) {
    this.generator = generator;
    this.log = log;
  }

  private record Row(String name, String options) {}

  /** What a run showed: microseconds, but for the rate. */
  private record Result(double rate, double server, double client, double p50, double p99) {
    /** Of each figure the one in the middle. */
    static Result middle(List<Result> all) {
      return new Result(
          median(all, Result::rate),
          median(all, Result::server),
          median(all, Result::client),
          median(all, Result::p50),
          median(all, Result::p99));
    }
  }

  /**
   * Measures.
   *
   * @param args where brokers keep their data, a log, the command of the load generator, then the
   *     brokers as {@link WireBroker#start} takes them, the first being ours
   */
  public static void main(String[] args) throws IOException, Child.FailedException {
    if (SECONDS <= COLD_S) {
      throw new IllegalArgumentException(
          "SECONDS_EACH=" + SECONDS + ": latencies count from the third second on, so at least 3");
    }
    Wire wire = new Wire(args[2], new File(args[1]));
    List<WireBroker> brokers = new ArrayList<>();
    try {
      for (String each : Arrays.copyOfRange(args, 3, args.length)) {
        brokers.add(WireBroker.start(each, new File(args[0]), wire.log));
      }
      wire.table(brokers);
    } finally {
      brokers.forEach(WireBroker::close);
    }
  }

  private void table(List<WireBroker> brokers) throws IOException, Child.FailedException {
    for (WireBroker broker : brokers) {
      for (int i = 0; i < WARM_UPS; i++) {
        for (Row row : WARM_UP) {
          run(broker, row);
        }
      }
    }
    System.out.printf(
        "%nRabbitMQ's PerfTest, %d rounds of %d s, of each figure the one in the middle; the servers are warm%n",
        ROUNDS, SECONDS);
    System.out.printf(
        Locale.ROOT,
        "%-42s %-9s %10s %7s %12s %12s %9s %9s%n",
        "",
        "",
        "messages/s",
        "x",
        "server us",
        "client us",
        "p50 us",
        "p99 us");
    for (Row row : ROWS) {
      Map<WireBroker, List<Result>> results = new LinkedHashMap<>();
      for (int round = 0; round < ROUNDS; round++) {
        for (WireBroker broker : brokers) {
          results.computeIfAbsent(broker, any -> new ArrayList<>()).add(run(broker, row));
        }
      }
      print(row, results);
    }
    System.out.println(
        "x: how many times as much as this one the first does; server, client: processor time for each message;"
            + " p50, p99: of each second but the first "
            + COLD_S
            + "; limit: what network, disk, threads and PerfTest allow");
  }

  private static void print(Row row, Map<WireBroker, List<Result>> results) {
    double ours = Result.middle(results.values().iterator().next()).rate();
    String name = row.name();
    for (Map.Entry<WireBroker, List<Result>> each : results.entrySet()) {
      Result result = Result.middle(each.getValue());
      System.out.printf(
          Locale.ROOT,
          "%-42s %-9s %,10.0f %7.1f %12.1f %12.1f %,9.0f %,9.0f%n",
          name,
          each.getKey().label(),
          result.rate(),
          ours / result.rate(),
          result.server(),
          result.client(),
          result.p50(),
          result.p99());
      name = "";
    }
  }

  private Result run(WireBroker broker, Row row) throws IOException, Child.FailedException {
    runs++;
    List<String> command = new ArrayList<>(List.of(generator.split(" ")));
    command.addAll(List.of("--uri", broker.uri(), "-u", "q" + runs, "-z", "" + SECONDS));
    command.addAll(List.of(row.options().split(" ")));
    long beforeNs = broker.cpuNs();
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output;
    long clientNs = 0;
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      StringBuilder all = new StringBuilder();
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        all.append(line).append('\n');
        // The last line comes just before the end.
        clientNs = Math.max(clientNs, WireBroker.cpuNs(process.toHandle()));
      }
      output = all.toString();
    }
    Matcher received = RECEIVED.matcher(output);
    List<double[]> latencies =
        LATENCY
            .matcher(output)
            .results()
            .filter(each -> Integer.parseInt(each.group(1)) > COLD_S)
            .map(Wire::latency)
            .toList();
    if (!received.find() || Long.parseLong(received.group(1)) == 0 || latencies.isEmpty()) {
      throw new Child.FailedException(
          broker.label() + ", " + row.name() + ": no result in\n" + output);
    }
    double rate = Double.parseDouble(received.group(1));
    double messages = rate * SECONDS;
    return new Result(
        rate,
        (broker.cpuNs() - beforeNs) / 1e3 / messages,
        clientNs / 1e3 / messages,
        median(latencies, each -> each[0]),
        median(latencies, each -> each[1]));
  }

  private static double[] latency(MatchResult second) {
    double unit = second.group(4).equals("ms") ? 1_000 : 1;
    return new double[] {
      Double.parseDouble(second.group(2)) * unit, Double.parseDouble(second.group(3)) * unit
    };
  }

  private static <T> double median(List<T> all, ToDoubleFunction<T> figure) {
    return all.stream().mapToDouble(figure).sorted().skip(all.size() / 2).findFirst().orElseThrow();
  }
}
