package io.bindery.itests.kill;

import io.bindery.sample.check.DeskClient;
import io.bindery.sample.check.Expected;
import io.bindery.sample.check.Looks;
import io.bindery.testkit.CrashFigures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Kills the server of the order desk in the middle of an upload, again and again, lets the upload
 * go on where the desk says that it is confirmed, and compares what the beans recorded in the
 * database with an expectation computed from the file. Exits 0 if all adds up, 1 on a difference, 2
 * if it could not be tried.
 *
 * <p>Arguments: the project's folder, then {@code --kills N} (4), {@code --seed N}, and {@code
 * --prove-it-can-fail}, which gives the desk a broker in memory and so must end with 1.
 */
final class DeskKill {
  private static final int SLICE_BYTES = 12_000;
  private static final int MOST_KILLS = 20;

  /** A kill comes within this times what the last request took, so that most hit one. */
  private static final double KILL_WITHIN = 1.2;

  private static final Duration DONE_WITHIN = Duration.ofSeconds(900);
  private static final Duration STILL = Duration.ofSeconds(5);

  private final byte[] file;
  private final Expected expected;
  private final Random random;
  private final int kills;
  private final KilledDesk desk;
  private final long startedNs = System.nanoTime();
  private final List<String> differences = new ArrayList<>();
  private Map<String, Integer> seen = Map.of();
  private String upload;
  private int confirmedByte;
  private long requestMs;
  private int lost;
  private int inDoubt;

  private DeskKill(byte[] file, int kills, long seed, KilledDesk desk) {
    this.file = file;
    this.expected = Expected.of(file);
    this.kills = kills;
    this.random = new Random(seed);
    this.desk = desk;
  }

  public static void main(String[] arguments) throws InterruptedException {
    try {
      System.exit(run(Path.of(arguments[0]), Arrays.asList(arguments)) ? 0 : 1);
    } catch (IOException | IllegalStateException | IllegalArgumentException e) {
      System.err.println("cannot kill the desk: " + e.getMessage());
      System.exit(2);
    }
  }

  private static boolean run(Path root, List<String> arguments)
      throws IOException, InterruptedException {
    boolean canFail = arguments.contains("--prove-it-can-fail");
    long kills = option(arguments, "--kills", canFail ? 1 : 4);
    long seed = option(arguments, "--seed", System.nanoTime());
    if (kills < 1 || kills > MOST_KILLS) {
      throw new IllegalArgumentException("--kills must be from 1 to " + MOST_KILLS);
    }
    Path folder = Files.createDirectories(root.resolve("itests/target/desk-kill"));
    Path data = Files.createTempDirectory(folder, "run-");
    Map<String, String> settings = canFail ? Map.of("BROKER", "vm://desk") : Map.of();
    KilledDesk desk = new KilledDesk(root.resolve("sample-app/run"), data, settings);
    byte[] file = Files.readAllBytes(root.resolve("sample-app/src/main/webapp/orders.csv"));
    System.out.printf("seed %d, %d kills; logs and data are in %s%n", seed, kills, data);
    if (canFail) {
      System.out.println("the broker keeps nothing, so this must fail");
    }
    Runtime.getRuntime().addShutdownHook(new Thread(desk::abandon));
    DeskKill run = new DeskKill(file, (int) kills, seed, desk);
    try {
      run.upload();
      run.awaitBeans();
      boolean good = run.compare();
      CrashFigures.add("desk", "kills", kills);
      if (canFail) {
        CrashFigures.add("desk", "mutants caught", good ? 0 : 1);
      } else {
        CrashFigures.add("desk", "lost", run.lost);
      }
      desk.stop();
      if (good) {
        desk.deleteData();
      }
      return good;
    } finally {
      desk.stop();
    }
  }

  private static long option(List<String> arguments, String name, long otherwise) {
    int at = arguments.indexOf(name);
    return at < 0 ? otherwise : Long.parseLong(arguments.get(at + 1));
  }

  private void say(String what) {
    System.out.printf("%5d s  %s%n", (System.nanoTime() - startedNs) / 1_000_000_000L, what);
  }

  /** The whole file, with a kill somewhere in each of as many parts as there are kills. */
  private void upload() throws IOException, InterruptedException {
    desk.start();
    say("the desk is open");
    String request = "{\"name\":\"kill\",\"size\":" + file.length + "}";
    upload = (String) desk.client().json("POST", "api/uploads", request).get("id");
    int part = file.length / (kills + 1);
    for (int kill = 1; kill <= kills; kill++) {
      sendUntil(kill * part + random.nextInt(part));
      killInARequest(kill);
      int found = desk.start();
      inDoubt += found;
      Map<?, ?> status = status();
      int before = confirmedByte;
      confirmedByte = DeskClient.number(status, "confirmedByte");
      differ(
          confirmedByte < before,
          "what was confirmed up to byte %d is so up to %d only".formatted(before, confirmedByte));
      say(
          "started again, %d transactions in doubt; the upload goes on behind line %d, at byte %d"
              .formatted(found, DeskClient.number(status, "confirmedLine"), confirmedByte));
    }
    sendUntil(file.length);
    if (status().get("state").equals("waiting")) {
      send(); // nothing more: what was killed may have confirmed the last line and not said so
    }
    Map<?, ?> status = status();
    say(
        "the upload is %s: %d orders, %d bad lines"
            .formatted(
                status.get("state"),
                DeskClient.number(status, "published"),
                DeskClient.number(status, "bad")));
  }

  private Map<?, ?> status() throws IOException, InterruptedException {
    return desk.client().json("GET", "api/uploads/" + upload, null);
  }

  private void sendUntil(int target) throws IOException, InterruptedException {
    while (confirmedByte < target) {
      confirmedByte = send();
    }
  }

  /** Sends the next slice; where the upload is confirmed then. */
  private int send() throws IOException, InterruptedException {
    int to = Math.min(file.length, confirmedByte + SLICE_BYTES);
    String path = "api/uploads/" + upload + "?offset=" + confirmedByte;
    long sentNs = System.nanoTime();
    Map<?, ?> status = desk.client().csv(path, file, confirmedByte, to);
    requestMs = (System.nanoTime() - sentNs) / 1_000_000;
    return DeskClient.number(status, "confirmedByte");
  }

  private void killInARequest(int kill) throws InterruptedException {
    long afterMs = Math.round(random.nextDouble() * KILL_WITHIN * requestMs);
    CompletableFuture<String> request = CompletableFuture.supplyAsync(this::lastRequest);
    try {
      request.get(afterMs, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      // it is under way
    }
    desk.kill();
    say(
        "kill %d of %d, %d ms into the request at byte %d: %s"
            .formatted(kill, kills, afterMs, confirmedByte, request.join()));
  }

  private String lastRequest() {
    try {
      return "it was answered, confirmed up to byte " + send();
    } catch (IOException e) {
      return "no answer";
    } catch (InterruptedException e) {
      throw new CompletionException(e);
    }
  }

  /** Until they have done all, or nothing is left for them and nothing changes. */
  private void awaitBeans() throws IOException, InterruptedException {
    if (!Looks.until(DONE_WITHIN, Looks.stays(STILL, this::nothingChanges))) {
      say("after " + DONE_WITHIN.toSeconds() + " s " + waiting() + " messages still wait");
    }
  }

  private boolean nothingChanges() throws IOException, InterruptedException {
    Map<String, Integer> before = seen;
    seen = recorded();
    return seen.equals(before) && waiting() == 0;
  }

  private Map<String, Integer> recorded() throws IOException, InterruptedException {
    Map<String, Integer> sums = new TreeMap<>();
    desk.client()
        .recorded(upload)
        .forEach(
            (bean, fields) -> sums.put(bean, DeskClient.sum(DeskClient.counts(fields, "done"))));
    return sums;
  }

  /** What is in the queues of the beans. */
  private int waiting() throws IOException, InterruptedException {
    int waiting = 0;
    for (Object each : (List<?>) desk.client().state().get("queues")) {
      Map<?, ?> queue = (Map<?, ?>) each;
      if (!queue.get("name").toString().startsWith("bindery.dead.")) {
        waiting += DeskClient.number(queue, "ready") + DeskClient.number(queue, "unacknowledged");
      }
    }
    return waiting;
  }

  private boolean compare() throws IOException, InterruptedException {
    Map<?, ?> status = status();
    int published = DeskClient.number(status, "published");
    int bad = DeskClient.number(status, "bad");
    differ(
        published != expected.published() || bad != expected.bad().size(),
        "the desk counted %d orders and %d bad lines, the file has %d and %d"
            .formatted(published, bad, expected.published(), expected.bad().size()));
    Tally all = new Tally();
    Map<String, Map<?, ?>> recorded = desk.client().recorded(upload);
    expected
        .beans()
        .forEach(
            (bean, wanted) -> {
              Tally tally =
                  Tally.of(
                      wanted, DeskClient.counts(recorded.getOrDefault(bean, Map.of()), "done"));
              say(
                  "%-14s expected %6d, recorded %6d"
                      .formatted(bean, DeskClient.sum(wanted), tally.found));
              all.add(tally);
            });
    Tally dead = Tally.of(expected.poison(), desk.client().deadLetters(upload));
    say(
        "%-14s expected %6d, found    %6d"
            .formatted("dead letters", DeskClient.sum(expected.poison()), dead.found));
    lost = all.lost + dead.lost;
    int twice = all.twice + dead.twice;
    differences.forEach(difference -> System.out.println("DIFFERENCE  " + difference));
    System.out.printf(
        "%d kills, %d transactions in doubt, %d orders uploaded, %d recorded by %d beans,"
            + " %d dead letters, %d lost, %d twice%n",
        kills, inDoubt, published, all.found, expected.beans().size(), dead.found, lost, twice);
    return differences.isEmpty() && lost == 0 && twice == 0;
  }

  private void differ(boolean different, String what) {
    if (different) {
      differences.add(what);
    }
  }

  /** How often orders were found, and how often too seldom or too often. */
  private static final class Tally {
    private int found;
    private int lost;
    private int twice;

    static Tally of(Map<String, Integer> wanted, Map<String, Integer> found) {
      Tally tally = new Tally();
      tally.found = DeskClient.sum(found);
      Map<String, Integer> more = new TreeMap<>(found);
      wanted.forEach((id, times) -> more.merge(id, -times, Integer::sum));
      for (int difference : more.values()) {
        tally.lost += Math.max(0, -difference);
        tally.twice += Math.max(0, difference);
      }
      return tally;
    }

    void add(Tally other) {
      found += other.found;
      lost += other.lost;
      twice += other.twice;
    }
  }
}
