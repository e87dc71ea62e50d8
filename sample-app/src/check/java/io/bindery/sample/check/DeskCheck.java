package io.bindery.sample.check;

import static io.bindery.sample.check.DeskClient.counts;
import static io.bindery.sample.check.DeskClient.number;
import static io.bindery.sample.check.DeskClient.sum;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Checks a running order desk from outside: uploads a file, breaks off in the middle and goes on,
 * waits until the beans are done, and compares what each bean recorded, the bad lines and the dead
 * letters with an expectation that it computes from the file by itself. It shares no code with the
 * desk. Each run has its own upload, so it can be repeated. Exits 0 if all agree, 1 on a
 * difference, 2 if the desk cannot be checked.
 *
 * <p>Arguments: the desk's address, the file, and optionally {@code --prove-it-can-fail}, which
 * expects one order too many of each bean and so must end with 1.
 */
final class DeskCheck {
  private static final Duration READY_WITHIN = Duration.ofSeconds(120);
  private static final Duration DRAINED_WITHIN = Duration.ofSeconds(600);
  private static final Duration STILL = Duration.ofSeconds(1);
  private static final int ATTEMPTS_BEFORE_DEAD = 10;

  private final DeskClient desk;
  private final List<String> differences = new ArrayList<>();

  private DeskCheck(String address) {
    this.desk = new DeskClient(address);
  }

  public static void main(String[] arguments) throws InterruptedException {
    try {
      byte[] file = Files.readAllBytes(Path.of(arguments[1]));
      boolean canFail = Arrays.asList(arguments).contains("--prove-it-can-fail");
      System.exit(new DeskCheck(arguments[0]).run(file, canFail) ? 0 : 1);
    } catch (IOException | IllegalStateException e) {
      System.err.println("cannot check the desk: " + e.getMessage());
      System.exit(2);
    }
  }

  private boolean run(byte[] file, boolean canFail) throws IOException, InterruptedException {
    Expected expected = Expected.of(file);
    waitFor("the desk is ready", READY_WITHIN, desk::ready);
    desk.repair(false);
    long startedNs = System.nanoTime();
    Map<?, ?> upload = upload(file);
    double uploadS = (System.nanoTime() - startedNs) / 1e9;
    String run = (String) upload.get("id");
    compareBadLines(upload, expected);
    waitQuietly("the beans are done", () -> drained(run, expected));
    double doneS = (System.nanoTime() - startedNs) / 1e9;
    if (canFail) {
      expected.beans().values().forEach(orders -> orders.put("never-sent", 1));
    }
    table(run, expected, "after the upload");
    expected.beans().values().forEach(orders -> orders.remove("never-sent"));
    compareDead(run, expected);
    sendAgain(run, expected);
    System.out.printf(
        "%nupload %s: %d orders published in %.1f s, all done after %.1f s%n",
        run, expected.published(), uploadS, doneS);
    differences.forEach(difference -> System.out.println("DIFFERENCE  " + difference));
    System.out.println(differences.isEmpty() ? "all agrees" : differences.size() + " differences");
    return differences.isEmpty();
  }

  /** Sends a part that ends in the middle of a line, then goes on where the desk says. */
  private Map<?, ?> upload(byte[] file) throws IOException, InterruptedException {
    Map<?, ?> opened =
        desk.json("POST", "api/uploads", "{\"name\":\"check\",\"size\":" + file.length + "}");
    String path = "api/uploads/" + opened.get("id");
    int cut = file.length / 2;
    while (file[cut] == '\n' || file[cut - 1] == '\n') {
      cut++;
    }
    desk.csv(path + "?offset=0", file, 0, cut);
    Map<?, ?> half = desk.json("GET", path, null);
    int confirmed = number(half, "confirmedByte");
    differ("the desk confirmed part of a line", confirmed > cut || file[confirmed - 1] != '\n');
    Map<?, ?> done = desk.csv(path + "?offset=" + confirmed, file, confirmed, file.length);
    System.out.printf(
        "upload %s: broke off at byte %d, went on at byte %d (line %d)%n",
        opened.get("id"), cut, confirmed, number(half, "confirmedLine") + 1);
    return done;
  }

  private void compareBadLines(Map<?, ?> upload, Expected expected) {
    differ(
        "the upload is not complete but " + upload.get("state"),
        !"complete".equals(upload.get("state")));
    differ(
        "published " + number(upload, "published") + " orders, expected " + expected.published(),
        number(upload, "published") != expected.published());
    Set<Integer> found = new TreeSet<>();
    ((List<?>) upload.get("badLines")).forEach(bad -> found.add(number((Map<?, ?>) bad, "line")));
    differ(
        "bad lines: found "
            + minus(found, expected.bad())
            + " more and missed "
            + minus(expected.bad(), found),
        !found.equals(expected.bad()));
    System.out.printf(
        "lines: %d published, %d bad and reported (expected %d)%n",
        number(upload, "published"), found.size(), expected.bad().size());
  }

  private boolean drained(String run, Expected expected) throws IOException, InterruptedException {
    Map<String, Map<?, ?>> beans = desk.recorded(run);
    for (Map.Entry<String, Map<String, Integer>> bean : expected.beans().entrySet()) {
      Map<?, ?> found = beans.getOrDefault(bean.getKey(), Map.of());
      if (!found.containsKey("done") || sum(counts(found, "done")) < sum(bean.getValue())) {
        return false;
      }
    }
    return sum(desk.deadLetters(run)) >= sum(expected.poison());
  }

  private void table(String run, Expected expected, String when)
      throws IOException, InterruptedException {
    System.out.printf(
        "%n%-14s %9s %9s %8s %8s %8s %8s   %s%n",
        "bean", "expected", "recorded", "missing", "foreign", "twice", "redeliv.", when);
    Map<String, Map<?, ?>> beans = desk.recorded(run);
    for (Map.Entry<String, Map<String, Integer>> entry : expected.beans().entrySet()) {
      Map<?, ?> bean = beans.getOrDefault(entry.getKey(), Map.of());
      Map<String, Integer> found = counts(bean, "done");
      Map<String, Integer> wanted = entry.getValue();
      Set<String> missing = minus(wanted.keySet(), found.keySet());
      Set<String> foreign = minus(found.keySet(), wanted.keySet());
      System.out.printf(
          "%-14s %9d %9d %8d %8d %8d %8d%n",
          entry.getKey(),
          wanted.size(),
          found.size(),
          missing.size(),
          foreign.size(),
          sum(found) - found.size(),
          bean.isEmpty() ? 0 : number(bean, "redelivered"));
      String where = entry.getKey() + " " + when + ": ";
      differ(where + "orders missing: " + some(missing), !missing.isEmpty());
      differ(where + "orders that are not its own: " + some(foreign), !foreign.isEmpty());
      Set<String> often = new TreeSet<>(wanted.keySet());
      often.retainAll(found.keySet());
      often.removeIf(id -> wanted.get(id).equals(found.get(id)));
      differ(where + "orders done more or less often than sent: " + some(often), !often.isEmpty());
    }
  }

  private void compareDead(String run, Expected expected) throws IOException, InterruptedException {
    Map<String, Integer> dead = desk.deadLetters(run);
    Map<String, Integer> failed =
        counts(desk.recorded(run).getOrDefault("billing", Map.of()), "failed");
    System.out.printf(
        "%ndead letters of billing: %d (expected %d), after %d failed deliveries%n",
        sum(dead), sum(expected.poison()), sum(failed));
    differ(
        "dead letters are "
            + some(dead.keySet())
            + ", expected "
            + some(expected.poison().keySet()),
        !dead.equals(expected.poison()));
    Map<String, Integer> attempts = new TreeMap<>();
    expected.poison().forEach((id, times) -> attempts.put(id, times * ATTEMPTS_BEFORE_DEAD));
    differ(
        "poison was not shown " + ATTEMPTS_BEFORE_DEAD + " times before it died: " + failed,
        !failed.equals(attempts));
  }

  /** With billing repaired, what is sent again must be done, once, by billing alone. */
  private void sendAgain(String run, Expected expected) throws IOException, InterruptedException {
    desk.repair(true);
    try {
      Map<?, ?> sent =
          desk.json(
              "POST",
              "api/dead-letters/resend",
              "{\"queue\":\"" + DeskClient.BILLING_DEAD + "\",\"run\":\"" + run + "\"}");
      differ(
          "sent " + sent.get("resent") + " dead letters again, expected " + sum(expected.poison()),
          number(sent, "resent") != sum(expected.poison()));
      Map<String, Integer> billing = expected.beans().get("billing");
      expected.poison().forEach((id, times) -> billing.merge(id, times, Integer::sum));
      expected.poison().clear();
      waitQuietly("the dead letters are done", () -> drained(run, expected));
      table(run, expected, "after sending the dead letters again");
      differ(
          "dead letters are left: " + some(desk.deadLetters(run).keySet()),
          !desk.deadLetters(run).isEmpty());
    } finally {
      desk.repair(false);
    }
  }

  private static void waitFor(String what, Duration within, Looks.Condition condition)
      throws IOException, InterruptedException {
    if (!Looks.until(within, () -> holds(condition))) {
      throw new IllegalStateException(
          "after " + within.toSeconds() + " s it is not so that " + what);
    }
  }

  /**
   * The comparison behind it says what is missing; whatever comes too much comes while it waits.
   */
  private void waitQuietly(String what, Looks.Condition condition)
      throws IOException, InterruptedException {
    differ(
        "after " + DRAINED_WITHIN.toSeconds() + " s it is not so that " + what,
        !Looks.until(DRAINED_WITHIN, Looks.stays(STILL, () -> holds(condition))));
  }

  private static boolean holds(Looks.Condition condition) throws InterruptedException {
    try {
      return condition.holds();
    } catch (IOException e) {
      System.err.println("waiting: " + e.getMessage());
      return false;
    }
  }

  private void differ(String what, boolean different) {
    if (different) {
      differences.add(what);
    }
  }

  private static <T> Set<T> minus(Set<T> from, Set<T> what) {
    Set<T> rest = new TreeSet<>(from);
    rest.removeAll(what);
    return rest;
  }

  private static String some(Set<String> ids) {
    return ids.size() + " " + ids.stream().limit(10).toList() + (ids.size() > 10 ? " …" : "");
  }
}
