package io.bindery.sample.check;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The desk's interface, seen from outside. Thread-safe. */
public final class DeskClient {
  /** The queue of what billing could not do. */
  static final String BILLING_DEAD = "bindery.dead.sub/billing";

  private static final int SHOWN_CHARS = 300;

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final String base;

  /** A client of the desk at this address. */
  public DeskClient(String base) {
    this.base = base.endsWith("/") ? base : base + "/";
  }

  /** The state of the desk now. */
  public Map<?, ?> state() throws IOException, InterruptedException {
    return json("GET", "api/state", null);
  }

  /** Whether all beans have their queues. */
  public boolean ready() throws IOException, InterruptedException {
    return Boolean.TRUE.equals(state().get("ready"));
  }

  void repair(boolean repaired) throws IOException, InterruptedException {
    json("PUT", "api/dead-letters/repair", "{\"repaired\":" + repaired + "}");
  }

  /** What each bean recorded of an upload. */
  public Map<String, Map<?, ?>> recorded(String run) throws IOException, InterruptedException {
    Map<String, Map<?, ?>> beans = new HashMap<>();
    for (Object bean : (List<?>) json("GET", "api/recorded?run=" + run, null).get("beans")) {
      beans.put((String) ((Map<?, ?>) bean).get("name"), (Map<?, ?>) bean);
    }
    return beans;
  }

  /**
   * How often each order of an upload is among the dead letters; with the queue if it is not
   * billing's.
   */
  public Map<String, Integer> deadLetters(String run) throws IOException, InterruptedException {
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

  /** Sends JSON, or nothing. */
  public Map<?, ?> json(String method, String path, String body)
      throws IOException, InterruptedException {
    BodyPublisher sent = body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
    return send(method, path, sent, "application/json");
  }

  /** Sends bytes of a file of orders. */
  public Map<?, ?> csv(String path, byte[] file, int from, int to)
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
      String text = response.body();
      String shown = text.length() > SHOWN_CHARS ? text.substring(0, SHOWN_CHARS) + "…" : text;
      throw new IOException(
          method + " " + path + " answered " + response.statusCode() + " " + shown);
    }
    return (Map<?, ?>) new JsonText(response.body()).value();
  }

  /** A number of an answer; -1 if it is not there. */
  public static int number(Map<?, ?> object, String key) {
    return object.get(key) instanceof Double number ? number.intValue() : -1;
  }

  /** Numbers by name; empty if they are not there. */
  public static Map<String, Integer> counts(Map<?, ?> bean, String key) {
    Map<String, Integer> counts = new TreeMap<>();
    if (bean.get(key) instanceof Map<?, ?> found) {
      found.forEach((id, times) -> counts.put((String) id, ((Double) times).intValue()));
    }
    return counts;
  }

  /** All together. */
  public static int sum(Map<String, Integer> counts) {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }
}
