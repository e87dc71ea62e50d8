package io.bindery.benchmarks;

import io.bindery.benchmarks.Child.Answer;
import io.bindery.benchmarks.Child.FailedException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Durable sends through JMS beside what the disk and its threads allow, and beside peers: all are
 * running, and take turns in slices, because disks have moods. What was sent in a slice is received
 * afterwards and checked. Then the same for sends with a consumer alongside, for transactions, and
 * for what consumers acknowledge. The tables have medians of slices, and of the ratios of slices
 * that were neighbours.
 */
public final class Durable {
  private static final int[] PRODUCERS = {1, 4, 16, 64};
  private static final int[] BYTES = {256, 4 << 10};
  private static final int[] BATCHES = {1, 10, 100};

  /** What part of the limit it should reach, and how many times the faster peer. */
  private record Aim(double limit, double peers) {
    static final Aim NONE = new Aim(0, 0);

    static Aim of(int producers) {
      return new Aim(producers < 4 ? 0.8 : producers < 16 ? 0 : 0.7, producers < 16 ? 2 : 3);
    }
  }

  private static final int ROUNDS = Integer.getInteger("rounds", 5);
  private static final int SLICE_MS = Integer.getInteger("slice.ms", 300);
  private static final int WARM_UP_S = Integer.getInteger("warm.s", 12);
  private static final long MEMORY_BYTES = 256 << 20;
  private static final String OURS = "bindery";

  private final List<Child> nodes = new ArrayList<>();
  private final Map<String, Integer> lastRate = new LinkedHashMap<>();

  private Durable() {}

  /** Arguments: a directory on the disk to measure, a log, and {@link Child.Spec}s. */
  public static void main(String[] arguments) throws IOException {
    Path directory = Path.of(arguments[0]);
    Durable durable = new Durable();
    try {
      for (int i = 2; i < arguments.length; i++) {
        durable.start(Child.Spec.of(arguments[i]), directory, new File(arguments[1]));
      }
      durable.warmUp();
      durable.sends();
      durable.transactions();
      durable.acknowledgements();
    } finally {
      durable.nodes.forEach(Child::close);
    }
  }

  private void start(Child.Spec spec, Path directory, File log) throws IOException {
    Path own = Files.createDirectories(directory.resolve(spec.label()));
    Child child = Child.start(spec, own.toString(), MEMORY_BYTES, log);
    try {
      child.awaitReady();
      nodes.add(child);
    } catch (FailedException e) {
      System.out.println(e.getMessage());
    }
  }

  /** Each for so long, because compilers have a share of two processors for many seconds. */
  private void warmUp() {
    int turns = Math.max(1, WARM_UP_S * 1000 / (8 * SLICE_MS));
    for (int turn = 0; turn < turns; turn++) {
      for (int consumed = 0; consumed <= 1; consumed++) {
        String alongside = " 0 " + consumed + " " + SLICE_MS;
        for (String load : List.of("64 256", "64 4096", "4 256", "4 4096")) {
          new Slices(1).turn(0, node -> "send " + load + alongside);
        }
      }
    }
    for (int batch : BATCHES) {
      new Slices(1).turn(0, node -> receive(node, 1, 1));
      new Slices(1).turn(0, node -> receive(node, 0, batch));
    }
  }

  // --- what is measured ---

  private void sends() {
    for (int bytes : BYTES) {
      System.out.printf("%nDurable sends, %d bytes: a send that returned is on disk%n", bytes);
      System.out.printf("%-34s", "producers");
      heads();
      for (int consumed = 0; consumed <= 1; consumed++) {
        for (int producers : PRODUCERS) {
          String ask = "send " + producers + " " + bytes + " 0 " + consumed + " " + SLICE_MS;
          row(
              producers + (consumed == 1 ? ", and a consumer acknowledging" : ""),
              rounds(node -> ask),
              Aim.of(producers));
        }
      }
    }
  }

  private void transactions() {
    System.out.printf("%nDurable sends in transactions, 256 bytes, messages a second%n");
    System.out.printf("%-34s", "producers, messages a commit");
    heads();
    for (int producers : new int[] {1, 16}) {
      for (int batch : BATCHES) {
        String ask = "send " + producers + " 256 " + batch + " 0 " + SLICE_MS;
        row(
            producers + ", " + batch,
            rounds(node -> node.label().equals(Node.LIMIT) ? null : ask),
            Aim.NONE);
      }
    }
  }

  private void acknowledgements() {
    System.out.printf("%nDurable consuming, one consumer, 256 bytes, messages a second%n");
    System.out.printf("%-34s", "");
    heads();
    row("AUTO_ACKNOWLEDGE", rounds(node -> receive(node, 1, 1)), Aim.NONE);
    for (int batch : new int[] {1, 100}) {
      row("CLIENT_ACKNOWLEDGE of " + batch, rounds(node -> receive(node, 2, batch)), Aim.NONE);
    }
    for (int batch : BATCHES) {
      row("transactions of " + batch, rounds(node -> receive(node, 0, batch)), Aim.NONE);
    }
  }

  /** As many as it received in a slice the last time. */
  private String receive(Child node, int mode, int batch) {
    if (node.label().equals(Node.LIMIT)) {
      return null;
    }
    int rate = lastRate.getOrDefault(node.label() + mode + "/" + batch, 2_000);
    int messages = Math.max(200, Math.min(40_000, (int) ((long) rate * SLICE_MS / 1000)));
    return "receive " + mode + " " + batch + " " + (messages / 100 * 100) + " 256";
  }

  // --- turns ---

  /** What a node is asked for; null to leave it out. */
  private interface Asking {
    String of(Child node);
  }

  /** Rates by node and round. */
  private final class Slices {
    private final Map<String, double[]> rates = new LinkedHashMap<>();

    private Slices(int rounds) {
      nodes.forEach(node -> rates.put(node.label(), new double[rounds]));
    }

    private void turn(int round, Asking asking) {
      List<Child> order = List.copyOf(nodes);
      for (int i = 0; i < order.size(); i++) {
        Child node = order.get((i + round) % order.size());
        String asked = asking.of(node);
        try {
          if (asked != null) {
            Answer answer = node.ask(asked);
            rates.get(node.label())[round] = answer.rate();
            remember(node, asked, (int) answer.rate());
          }
        } catch (FailedException e) {
          System.out.println("    failed: " + e.getMessage() + " (" + asked + ")");
          nodes.remove(node);
          rates.remove(node.label());
        }
      }
    }

    private double[] of(String label) {
      return rates.get(label);
    }
  }

  private void remember(Child node, String asked, int rate) {
    String[] parts = asked.split(" ");
    if (parts[0].equals("receive")) {
      lastRate.put(node.label() + parts[1] + "/" + parts[2], rate);
    }
  }

  private Slices rounds(Asking asking) {
    new Slices(1).turn(0, asking);
    Slices slices = new Slices(ROUNDS);
    for (int round = 0; round < ROUNDS; round++) {
      slices.turn(round, asking);
    }
    return slices;
  }

  // --- tables ---

  private List<String> peers() {
    return nodes.stream()
        .map(Child::label)
        .filter(label -> !label.equals(OURS) && !label.equals(Node.LIMIT))
        .toList();
  }

  private void heads() {
    nodes.forEach(node -> System.out.printf(" %10s", node.label() + "/s"));
    System.out.printf(
        "  %-20s  %s%n", "of the limit (aim)", "x the faster (aim), least to greatest");
  }

  private void row(String what, Slices slices, Aim aim) {
    System.out.printf("%-34s", what);
    for (Child node : nodes) {
      double rate = median(slices.of(node.label()));
      System.out.printf(rate == 0 ? "           " : " %,10.0f", rate);
    }
    double[] ours = slices.of(OURS);
    double[] limit = slices.of(Node.LIMIT);
    boolean limited = ours != null && limit != null && limit[0] > 0;
    System.out.printf("  %-20s", limited ? ofLimit(median(ratios(ours, limit)), aim) : "");
    double[] faster = new double[ROUNDS];
    for (String peer : peers()) {
      double[] rates = slices.of(peer);
      Arrays.setAll(faster, i -> Math.max(faster[i], rates[i]));
    }
    System.out.println(ours == null || peers().isEmpty() ? "" : times(ratios(ours, faster), aim));
  }

  private static String ofLimit(double ratio, Aim aim) {
    String wanted = aim.limit == 0 ? "" : String.format(" (%.0f)", 100 * aim.limit);
    return String.format("%4.0f %%%s", 100 * ratio, wanted);
  }

  private static String times(double[] ratios, Aim aim) {
    Arrays.sort(ratios);
    String wanted = aim.peers == 0 ? "" : String.format(" (%.0f)", aim.peers);
    return String.format(
        "  %5.1f%s, %.1f to %.1f", median(ratios), wanted, ratios[0], ratios[ROUNDS - 1]);
  }

  private static double[] ratios(double[] ours, double[] others) {
    double[] ratios = new double[ours.length];
    Arrays.setAll(ratios, i -> ours[i] / others[i]);
    return ratios;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
