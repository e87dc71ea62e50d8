import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Checks a running order desk from outside: uploads a file, breaks off in the middle and goes on,
 * waits until the beans are done, and compares what each bean recorded, the bad lines and the dead
 * letters with an expectation that it computes from the file by itself. It shares no code with the
 * desk. Each run has its own upload, so it can be repeated. Exits 0 if all agree, 1 on a difference,
 * 2 if the desk cannot be checked.
 *
 * <p>Arguments: the desk's address, the file, and optionally {@code --prove-it-can-fail}, which
 * expects one order too many of each bean and so must end with 1.
 */
final class DeskCheck {
  private static final Duration READY_WITHIN = Duration.ofSeconds(120);
  private static final Duration DRAINED_WITHIN = Duration.ofSeconds(180);
  private static final int ATTEMPTS_BEFORE_DEAD = 10;
  private static final String BILLING_DEAD = "bindery.dead.sub/billing";

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final String base;
  private final List<String> differences = new ArrayList<>();

  private DeskCheck(String base) {
    this.base = base.endsWith("/") ? base : base + "/";
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
    waitFor("the desk is ready", READY_WITHIN, () -> Boolean.TRUE.equals(state().get("ready")));
    repair(false);
    long startedNs = System.nanoTime();
    Map<?, ?> upload = upload(file);
    double uploadS = (System.nanoTime() - startedNs) / 1e9;
    String run = (String) upload.get("id");
    compareBadLines(upload, expected);
    waitQuietly("the beans are done", () -> drained(run, expected));
    double doneS = (System.nanoTime() - startedNs) / 1e9;
    if (canFail) {
      expected.beans.values().forEach(orders -> orders.put("never-sent", 1));
    }
    table(run, expected, "after the upload");
    expected.beans.values().forEach(orders -> orders.remove("never-sent"));
    compareDead(run, expected);
    sendAgain(run, expected);
    System.out.printf(
        "%nupload %s: %d orders published in %.1f s, all done after %.1f s%n",
        run, expected.published, uploadS, doneS);
    differences.forEach(difference -> System.out.println("DIFFERENCE  " + difference));
    System.out.println(
        differences.isEmpty() ? "all agrees" : differences.size() + " differences");
    return differences.isEmpty();
  }

  /** Sends a part that ends in the middle of a line, then goes on where the desk says. */
  private Map<?, ?> upload(byte[] file) throws IOException, InterruptedException {
    Map<?, ?> opened = json("POST", "api/uploads", "{\"name\":\"check\",\"size\":" + file.length + "}");
    String path = "api/uploads/" + opened.get("id");
    int cut = file.length / 2;
    while (file[cut] == '\n' || file[cut - 1] == '\n') {
      cut++;
    }
    csv(path + "?offset=0", file, 0, cut);
    Map<?, ?> half = json("GET", path, null);
    int confirmed = number(half, "confirmedByte");
    differ("the desk confirmed part of a line", confirmed > cut || file[confirmed - 1] != '\n');
    Map<?, ?> done = csv(path + "?offset=" + confirmed, file, confirmed, file.length);
    System.out.printf(
        "upload %s: broke off at byte %d, went on at byte %d (line %d)%n",
        opened.get("id"), cut, confirmed, number(half, "confirmedLine") + 1);
    return done;
  }

  private void compareBadLines(Map<?, ?> upload, Expected expected) {
    differ("the upload is not complete but " + upload.get("state"),
        !"complete".equals(upload.get("state")));
    differ("published " + number(upload, "published") + " orders, expected " + expected.published,
        number(upload, "published") != expected.published);
    Set<Integer> found = new TreeSet<>();
    ((List<?>) upload.get("badLines")).forEach(bad -> found.add(number((Map<?, ?>) bad, "line")));
    differ("bad lines: found " + minus(found, expected.bad) + " more and missed "
        + minus(expected.bad, found), !found.equals(expected.bad));
    System.out.printf(
        "lines: %d published, %d bad and reported (expected %d)%n",
        number(upload, "published"), found.size(), expected.bad.size());
  }

  private boolean drained(String run, Expected expected) throws IOException, InterruptedException {
    Map<String, Map<?, ?>> beans = recorded(run);
    for (Map.Entry<String, Map<String, Integer>> bean : expected.beans.entrySet()) {
      Map<?, ?> found = beans.getOrDefault(bean.getKey(), Map.of());
      if (!found.containsKey("done") || sum(counts(found, "done")) < sum(bean.getValue())) {
        return false;
      }
    }
    return sum(deadLetters(run)) >= sum(expected.poison);
  }

  private void table(String run, Expected expected, String when)
      throws IOException, InterruptedException {
    System.out.printf("%n%-14s %9s %9s %8s %8s %8s %8s   %s%n",
        "bean", "expected", "recorded", "missing", "foreign", "twice", "redeliv.", when);
    Map<String, Map<?, ?>> beans = recorded(run);
    for (Map.Entry<String, Map<String, Integer>> entry : expected.beans.entrySet()) {
      Map<?, ?> bean = beans.getOrDefault(entry.getKey(), Map.of());
      Map<String, Integer> found = counts(bean, "done");
      Map<String, Integer> wanted = entry.getValue();
      Set<String> missing = minus(wanted.keySet(), found.keySet());
      Set<String> foreign = minus(found.keySet(), wanted.keySet());
      System.out.printf("%-14s %9d %9d %8d %8d %8d %8d%n",
          entry.getKey(), wanted.size(), found.size(), missing.size(), foreign.size(),
          sum(found) - found.size(), bean.isEmpty() ? 0 : number(bean, "redelivered"));
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
    Map<String, Integer> dead = deadLetters(run);
    Map<String, Integer> failed = counts(recorded(run).getOrDefault("billing", Map.of()), "failed");
    System.out.printf("%ndead letters of billing: %d (expected %d), after %d failed deliveries%n",
        sum(dead), sum(expected.poison), sum(failed));
    differ("dead letters are " + some(dead.keySet()) + ", expected "
        + some(expected.poison.keySet()), !dead.equals(expected.poison));
    Map<String, Integer> attempts = new TreeMap<>();
    expected.poison.forEach((id, times) -> attempts.put(id, times * ATTEMPTS_BEFORE_DEAD));
    differ("poison was not shown " + ATTEMPTS_BEFORE_DEAD + " times before it died: " + failed,
        !failed.equals(attempts));
  }

  /** With billing repaired, what is sent again must be done, once, by billing alone. */
  private void sendAgain(String run, Expected expected) throws IOException, InterruptedException {
    repair(true);
    try {
      Map<?, ?> sent = json("POST", "api/dead-letters/resend",
          "{\"queue\":\"" + BILLING_DEAD + "\",\"run\":\"" + run + "\"}");
      differ("sent " + sent.get("resent") + " dead letters again, expected " + sum(expected.poison),
          number(sent, "resent") != sum(expected.poison));
      Map<String, Integer> billing = expected.beans.get("billing");
      expected.poison.forEach((id, times) -> billing.merge(id, times, Integer::sum));
      expected.poison.clear();
      waitQuietly("the dead letters are done", () -> drained(run, expected));
      table(run, expected, "after sending the dead letters again");
      differ("dead letters are left: " + some(deadLetters(run).keySet()), !deadLetters(run).isEmpty());
    } finally {
      repair(false);
    }
  }

  // ---- the desk

  private Map<?, ?> state() throws IOException, InterruptedException {
    return json("GET", "api/state", null);
  }

  private void repair(boolean repaired) throws IOException, InterruptedException {
    json("PUT", "api/dead-letters/repair", "{\"repaired\":" + repaired + "}");
  }

  private Map<String, Map<?, ?>> recorded(String run) throws IOException, InterruptedException {
    Map<String, Map<?, ?>> beans = new HashMap<>();
    for (Object bean : (List<?>) json("GET", "api/recorded?run=" + run, null).get("beans")) {
      beans.put((String) ((Map<?, ?>) bean).get("name"), (Map<?, ?>) bean);
    }
    return beans;
  }

  private Map<String, Integer> deadLetters(String run) throws IOException, InterruptedException {
    Map<String, Integer> found = new TreeMap<>();
    for (Object queue : (List<?>) json("GET", "api/dead-letters", null).get("queues")) {
      for (Object letter : (List<?>) ((Map<?, ?>) queue).get("letters")) {
        Map<?, ?> fields = (Map<?, ?>) letter;
        if (run.equals(fields.get("run"))) {
          boolean own = BILLING_DEAD.equals(((Map<?, ?>) queue).get("queue"));
          String from = own ? "" : " in " + ((Map<?, ?>) queue).get("queue");
          found.merge(fields.get("orderId") + from, 1, Integer::sum);
        }
      }
    }
    return found;
  }

  private Map<?, ?> json(String method, String path, String body)
      throws IOException, InterruptedException {
    BodyPublisher sent = body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
    return send(method, path, sent, "application/json");
  }

  private Map<?, ?> csv(String path, byte[] file, int from, int to)
      throws IOException, InterruptedException {
    return send("PUT", path, BodyPublishers.ofByteArray(file, from, to - from), "text/csv");
  }

  private Map<?, ?> send(String method, String path, BodyPublisher body, String type)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(Duration.ofSeconds(120))
            .header("Content-Type", type)
            .method(method, body)
            .build();
    HttpResponse<String> response =
        http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    if (response.statusCode() / 100 != 2) {
      throw new IOException(method + " " + path + " answered " + response.statusCode() + " "
          + response.body());
    }
    return (Map<?, ?>) new JsonText(response.body()).value();
  }

  private interface Condition {
    boolean holds() throws IOException, InterruptedException;
  }

  private static void waitFor(String what, Duration within, Condition condition)
      throws InterruptedException {
    if (!holdsWithin(within, condition)) {
      throw new IllegalStateException("after " + within.toSeconds() + " s it is not so that " + what);
    }
  }

  /** The comparison behind it says what is missing. */
  private void waitQuietly(String what, Condition condition) throws InterruptedException {
    differ("after " + DRAINED_WITHIN.toSeconds() + " s it is not so that " + what,
        !holdsWithin(DRAINED_WITHIN, condition));
    Thread.sleep(1_000); // whatever comes too much comes now
  }

  private static boolean holdsWithin(Duration within, Condition condition)
      throws InterruptedException {
    long endNs = System.nanoTime() + within.toNanos();
    while (System.nanoTime() < endNs) {
      try {
        if (condition.holds()) {
          return true;
        }
      } catch (IOException e) {
        System.err.println("waiting: " + e.getMessage());
      }
      Thread.sleep(500);
    }
    return false;
  }

  private void differ(String what, boolean different) {
    if (different) {
      differences.add(what);
    }
  }

  private static int number(Map<?, ?> object, String key) {
    return object.get(key) instanceof Double number ? number.intValue() : -1;
  }

  private static Map<String, Integer> counts(Map<?, ?> bean, String key) {
    Map<String, Integer> counts = new TreeMap<>();
    if (bean.get(key) instanceof Map<?, ?> found) {
      found.forEach((id, times) -> counts.put((String) id, ((Double) times).intValue()));
    }
    return counts;
  }

  private static int sum(Map<String, Integer> counts) {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }

  private static <T> Set<T> minus(Set<T> from, Set<T> what) {
    Set<T> rest = new TreeSet<>(from);
    rest.removeAll(what);
    return rest;
  }

  private static String some(Set<String> ids) {
    return ids.size() + " " + ids.stream().limit(10).toList() + (ids.size() > 10 ? " …" : "");
  }

  /** What must come of a file, read by rules written down here a second time. */
  private static final class Expected {
    private final Map<String, Map<String, Integer>> beans = new LinkedHashMap<>();
    private final Map<String, Integer> poison = new TreeMap<>();
    private final Set<Integer> bad = new TreeSet<>();
    private int published;

    static Expected of(byte[] file) {
      Expected expected = new Expected();
      for (String bean : List.of(
          "billing", "shipping-eu", "shipping-us", "shipping-asia", "express", "audit")) {
        expected.beans.put(bean, new TreeMap<>());
      }
      int lineNumber = 0;
      int start = 0;
      while (start < file.length) {
        int end = start;
        while (end < file.length && file[end] != '\n') {
          end++;
        }
        lineNumber++;
        int last = end > start && file[end - 1] == '\r' ? end - 1 : end;
        if (lineNumber > 1) {
          expected.line(lineNumber, Arrays.copyOfRange(file, start, last));
        }
        start = end + 1;
      }
      return expected;
    }

    private void line(int lineNumber, byte[] bytes) {
      String[] f = good(bytes);
      if (f == null) {
        bad.add(lineNumber);
        return;
      }
      published++;
      boolean isPoison = f[4].equals("poison");
      (isPoison ? poison : beans.get("billing")).merge(f[0], 1, Integer::sum);
      count("shipping-" + f[1], f[0], true);
      count("express", f[0], f[2].equals("express"));
      count("audit", f[0], Double.parseDouble(f[6]) > 1000);
    }

    private void count(String bean, String id, boolean its) {
      if (its) {
        beans.get(bean).merge(id, 1, Integer::sum);
      }
    }

    private static String[] good(byte[] bytes) {
      String[] f = bytes.length > 4096 ? null : fields(bytes);
      if (f == null || f.length != 7) {
        return null;
      }
      List<Predicate<String>> rules = List.of(
          id -> id.matches("[A-Za-z0-9][-A-Za-z0-9._]{0,39}"),
          region -> Set.of("eu", "us", "asia").contains(region),
          speed -> Set.of("standard", "express").contains(speed),
          customer -> !customer.isBlank() && customer.length() <= 100,
          item -> !item.isBlank() && item.length() <= 60,
          quantity -> quantity.matches("\\d{1,4}") && in(quantity, 1, 1000),
          amount -> amount.matches("\\d{1,7}(\\.\\d\\d?)?") && in(amount, 0.01, 1_000_000));
      for (int i = 0; i < f.length; i++) {
        if (!rules.get(i).test(f[i])) {
          return null;
        }
      }
      return f;
    }

    private static boolean in(String number, double least, double most) {
      return Double.parseDouble(number) >= least && Double.parseDouble(number) <= most;
    }

    private static String[] fields(byte[] bytes) {
      String text;
      try {
        text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      } catch (CharacterCodingException e) {
        return null;
      }
      List<String> fields = new ArrayList<>();
      int at = 0;
      while (at <= text.length()) {
        StringBuilder field = new StringBuilder();
        if (at < text.length() && text.charAt(at) == '"') {
          at = quoted(text, at + 1, field);
          if (at < 0 || at < text.length() && text.charAt(at) != ',') {
            return null;
          }
        } else {
          int comma = text.indexOf(',', at);
          int end = comma < 0 ? text.length() : comma;
          field.append(text, at, end);
          at = end;
        }
        fields.add(field.toString());
        at++;
      }
      return fields.toArray(String[]::new);
    }

    private static int quoted(String text, int from, StringBuilder field) {
      int at = from;
      while (at < text.length()) {
        boolean quote = text.charAt(at) == '"';
        if (quote && !text.startsWith("\"\"", at)) {
          return at + 1;
        }
        field.append(text.charAt(at));
        at += quote ? 2 : 1;
      }
      return -1;
    }
  }

  /** Just enough JSON: objects, arrays, texts, numbers as Double, booleans, null. */
  private static final class JsonText {
    private final String text;
    private int at;

    JsonText(String text) {
      this.text = text;
    }

    Object value() {
      char c = next();
      switch (c) {
        case '{':
          return object();
        case '[':
          return array();
        case '"':
          return string();
        default:
          return word();
      }
    }

    private Map<String, Object> object() {
      Map<String, Object> object = new LinkedHashMap<>();
      at++;
      while (next() != '}') {
        next();
        String key = string();
        next();
        at++;
        object.put(key, value());
        skipComma();
      }
      at++;
      return object;
    }

    private List<Object> array() {
      List<Object> array = new ArrayList<>();
      at++;
      while (next() != ']') {
        array.add(value());
        skipComma();
      }
      at++;
      return array;
    }

    private String string() {
      StringBuilder string = new StringBuilder();
      for (at++; text.charAt(at) != '"'; at++) {
        char c = text.charAt(at);
        if (c == '\\') {
          c = text.charAt(++at);
          if (c == 'u') {
            c = (char) Integer.parseInt(text.substring(at + 1, at + 5), 16);
            at += 4;
          } else {
            int escape = "bfnrt".indexOf(c);
            c = escape < 0 ? c : "\b\f\n\r\t".charAt(escape);
          }
        }
        string.append(c);
      }
      at++;
      return string.toString();
    }

    private Object word() {
      int start = at;
      while (at < text.length() && ",]} \n\r\t".indexOf(text.charAt(at)) < 0) {
        at++;
      }
      String word = text.substring(start, at);
      return switch (word) {
        case "true" -> Boolean.TRUE;
        case "false" -> Boolean.FALSE;
        case "null" -> null;
        default -> Double.valueOf(word);
      };
    }

    private void skipComma() {
      if (next() == ',') {
        at++;
      }
    }

    private char next() {
      while (Character.isWhitespace(text.charAt(at))) {
        at++;
      }
      return text.charAt(at);
    }
  }
}
