package io.bindery.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import io.bindery.server.ServerFixture;
import io.bindery.server.access.AccessControl;
import io.bindery.server.access.AccessFile;
import io.bindery.server.settings.Settings.Endpoint;
import io.bindery.testkit.HeardLog;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** The paths of management mean what they mean at RabbitMQ, and nothing else. */
class ManagementPathsTest extends ServerFixture {
  private static final String PERMISSION =
      "{\"configure\": \".*\", \"write\": \".*\", \"read\": \".*\"}";

  private HttpResponse<String> http(String method, String path, String user, String body)
      throws IOException, InterruptedException {
    byte[] credentials = (user + ":" + user).getBytes(StandardCharsets.UTF_8);
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.httpPort() + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials))
                .build(),
            BodyHandlers.ofString());
  }

  private void done(String method, String path, String body)
      throws IOException, InterruptedException {
    HttpResponse<String> answer = http(method, path, "guest", body);
    assertTrue(answer.statusCode() / 100 == 2, path + ": " + answer.body());
  }

  private int status(String method, String path, String user)
      throws IOException, InterruptedException {
    return http(method, path, user, "").statusCode();
  }

  private JsonNode got(String path, String user) throws IOException, InterruptedException {
    HttpResponse<String> answer = http("GET", path, user, "");
    assertEquals(200, answer.statusCode(), path + ": " + answer.body());
    return new ObjectMapper().readTree(answer.body());
  }

  private void addAnnWithAShop() throws IOException, InterruptedException {
    done("PUT", "/api/users/ann", "{\"password\": \"ann\", \"tags\": \"management\"}");
    done("PUT", "/api/vhosts/a%2Fshop", "");
    done("PUT", "/api/permissions/a%2Fshop/ann", PERMISSION);
  }

  @Test
  void connectionsAreFoundByNameAndByVirtualHost()
      throws IOException, TimeoutException, InterruptedException {
    addAnnWithAShop();
    try (Connection first = connect("guest", "guest", "/", "desk");
        Connection second = connect("ann", "ann", "a/shop", "till")) {
      assertTrue(first.isOpen() && second.isOpen());
      JsonNode all = got("/api/connections", "guest");
      assertEquals(2, all.size(), all::toString);
      for (JsonNode each : all) {
        String name = URLEncoder.encode(each.path("name").asText(), StandardCharsets.UTF_8);
        String path = "/api/connections/" + name.replace("+", "%20");
        assertEquals(each, got(path, "guest"));
        boolean anns = each.path("user").asText().equals("ann");
        assertEquals(anns ? 200 : 404, status("GET", path, "ann"), each::toString);
        assertEquals(405, status("POST", path, "guest"));
      }
      assertEquals(404, status("GET", "/api/connections/%2F", "guest"));
      JsonNode ofShop = got("/api/vhosts/a%2Fshop/connections", "guest");
      assertEquals(1, ofShop.size(), ofShop::toString);
      assertEquals("ann", ofShop.get(0).path("user").asText());
      assertEquals(ofShop, got("/api/vhosts/a%2Fshop/connections", "ann"));
      assertEquals(
          "guest", got("/api/vhosts/%2F/connections", "guest").get(0).path("user").asText());
      assertEquals(404, status("GET", "/api/vhosts/%2F/connections", "ann"));
      assertEquals(404, status("GET", "/api/vhosts/none/connections", "guest"));
    }
  }

  @Test
  void whatAUserOrVirtualHostHasIsNotDeletedWithIt() throws IOException, InterruptedException {
    addAnnWithAShop();
    for (String path :
        List.of(
            "/api/users/ann/permissions",
            "/api/users/ann/topic-permissions",
            "/api/vhosts/a%2Fshop/permissions",
            "/api/vhosts/a%2Fshop/topic-permissions",
            "/api/vhosts/a%2Fshop/connections")) {
      assertEquals(405, status("DELETE", path, "guest"), path);
      assertEquals(405, status("PUT", path, "guest"), path);
      assertEquals(200, status("GET", path, "guest"), path);
    }
    assertEquals(1, got("/api/vhosts/a%2Fshop/permissions", "guest").size());
    assertEquals(0, got("/api/vhosts/a%2Fshop/topic-permissions", "guest").size());
  }

  @Test
  void aVirtualHostThatIsNoneOrHiddenHasNothing() throws IOException, InterruptedException {
    addAnnWithAShop();
    List<List<String>> all =
        List.of(
            List.of("GET", "/api/queues/HOST"),
            List.of("GET", "/api/queues/HOST/q"),
            List.of("PUT", "/api/queues/HOST/q"),
            List.of("DELETE", "/api/queues/HOST/q"),
            List.of("DELETE", "/api/queues/HOST/q/contents"),
            List.of("POST", "/api/queues/HOST/q/get"),
            List.of("GET", "/api/queues/HOST/q/bindings"),
            List.of("GET", "/api/exchanges/HOST"),
            List.of("GET", "/api/exchanges/HOST/amq.topic"),
            List.of("PUT", "/api/exchanges/HOST/x"),
            List.of("DELETE", "/api/exchanges/HOST/x"),
            List.of("POST", "/api/exchanges/HOST/amq.topic/publish"),
            List.of("GET", "/api/exchanges/HOST/amq.topic/bindings/source"),
            List.of("GET", "/api/bindings/HOST"),
            List.of("GET", "/api/bindings/HOST/e/amq.topic/q/q"),
            List.of("POST", "/api/bindings/HOST/e/amq.topic/q/q"),
            List.of("GET", "/api/consumers/HOST"),
            List.of("GET", "/api/vhosts/HOST"),
            List.of("GET", "/api/vhosts/HOST/connections"));
    for (List<String> each : all) {
      for (String user : List.of("guest", "ann")) {
        // What is there and hidden must look like what is not there.
        String host = user.equals("ann") ? "%2F" : "none";
        String path = each.get(1).replace("HOST", host);
        HttpResponse<String> answer = http(each.get(0), path, user, "");
        assertEquals(404, answer.statusCode(), each.get(0) + " " + path + ": " + answer.body());
        assertEquals(
            "{\"error\":\"Object Not Found\",\"reason\":\"There is no virtual host '"
                + host.replace("%2F", "/")
                + "'\"}",
            answer.body());
      }
    }
    assertEquals(0, got("/api/queues/%2F", "guest").size());
    assertEquals(404, status("GET", "/api/permissions/none", "guest"));
    assertEquals(404, status("GET", "/api/topic-permissions/none", "guest"));
  }

  @Test
  void totalsTellNothingOfWhatIsHidden()
      throws IOException, TimeoutException, InterruptedException {
    addAnnWithAShop();
    done("PUT", "/api/queues/%2F/hidden", "");
    assertEquals(201, status("PUT", "/api/queues/a%2Fshop/seen", "ann"));
    done(
        "POST",
        "/api/exchanges/%2F/amq.default/publish",
        "{\"routing_key\": \"hidden\", \"payload\": \"x\", \"payload_encoding\": \"string\","
            + " \"properties\": {}}");
    try (Connection connection = connect("guest", "guest", "/", "hidden")) {
      assertTrue(connection.isOpen());
      JsonNode all = got("/api/overview", "guest");
      JsonNode seen = got("/api/overview", "ann");
      for (String total : List.of("connections", "exchanges", "queues")) {
        int most = all.path("object_totals").path(total).asInt();
        int anns = total.equals("connections") ? 0 : most / 2;
        assertEquals(anns, seen.path("object_totals").path(total).asInt(), total);
      }
      assertEquals(1, all.path("queue_totals").path("messages").asInt());
      assertEquals(0, seen.path("queue_totals").path("messages").asInt());
    }
  }

  private static Set<String> fields(JsonNode of) {
    Set<String> names = new TreeSet<>();
    of.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static void has(JsonNode one, String... names) {
    assertTrue(fields(one).containsAll(Set.of(names)), one::toString);
  }

  /** Tools that were written for RabbitMQ look for these. */
  @Test
  void fieldsAreNamedAsRabbitMqNamesThem()
      throws IOException, TimeoutException, InterruptedException {
    done("PUT", "/api/queues/%2F/q", "{\"durable\": true, \"arguments\": {\"x-max-length\": 5}}");
    done("POST", "/api/bindings/%2F/e/amq.topic/q/q", "{\"routing_key\": \"a.#\"}");
    try (Connection connection = connect("guest", "guest", "/", "desk")) {
      Channel channel = connection.createChannel();
      channel.basicQos(7);
      channel.basicConsume("q", false, "tag", new DefaultConsumer(channel));
      channel.confirmSelect();
      channel.basicPublish("amq.topic", "a.b", null, new byte[] {1});
      channel.waitForConfirmsOrDie(20_000);
      ofAQueue(got("/api/queues/%2F/q", "guest"));
      JsonNode exchange = got("/api/exchanges/%2F/amq.topic", "guest");
      has(exchange, "name", "vhost", "type", "durable", "auto_delete", "internal", "arguments");
      assertEquals(1, exchange.path("message_stats").path("publish_in").asInt());
      JsonNode binding = got("/api/queues/%2F/q/bindings", "guest").get(0);
      has(binding, "source", "vhost", "destination", "destination_type", "routing_key");
      has(binding, "arguments", "properties_key");
      JsonNode consumer = got("/api/consumers/%2F", "guest").get(0);
      assertEquals("q", consumer.path("queue").path("name").asText(), consumer::toString);
      assertEquals("/", consumer.path("queue").path("vhost").asText());
      assertEquals("tag", consumer.path("consumer_tag").asText());
      assertEquals(7, consumer.path("prefetch_count").asInt());
      JsonNode connected = got("/api/connections", "guest").get(0);
      has(connected, "name", "vhost", "user", "state");
      assertEquals(1, connected.path("channels").asInt());
      JsonNode all = got("/api/overview", "guest");
      has(all.path("object_totals"), "connections", "channels", "exchanges", "queues", "consumers");
      has(all.path("queue_totals"), "messages", "messages_ready", "messages_unacknowledged");
    }
  }

  private static void ofAQueue(JsonNode queue) {
    has(queue, "name", "vhost", "type", "state", "durable", "auto_delete", "exclusive");
    assertEquals(1, queue.path("messages").asInt(), queue::toString);
    int ready = queue.path("messages_ready").asInt();
    assertEquals(1, ready + queue.path("messages_unacknowledged").asInt(), queue::toString);
    assertEquals(1, queue.path("consumers").asInt());
    assertEquals(5, queue.path("arguments").path("x-max-length").asInt());
    has(queue.path("message_stats"), "publish", "deliver_get", "ack", "redeliver");
  }

  private static int health(Management of, String path) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + of.port() + "/health/" + path);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
        .statusCode();
  }

  @Test
  void whoIsNotReadyIsAlive() throws IOException, InterruptedException {
    AtomicBoolean ready = new AtomicBoolean();
    AccessControl access =
        new AccessControl(new AccessFile(directory.resolve("others.json")), "token");
    try (Management starting =
        Management.start(
            new Endpoint("127.0.0.1", 0),
            new Desk(server.broker(), access),
            Set.of(),
            ready::get)) {
      assertEquals(200, health(starting, "live"));
      assertEquals(503, health(starting, "ready"));
      ready.set(true);
      assertEquals(200, health(starting, "ready"));
      server.broker().close();
      assertEquals(503, health(starting, "live"));
      assertEquals(503, health(starting, "ready"));
    }
  }

  /** What it says of itself stays in that line, and no password is in it. */
  @Test
  void whoIsRefusedIsInTheLog() throws IOException, InterruptedException {
    HeardLog log = new HeardLog(Management.class.getName());
    try {
      assertEquals(401, status("GET", "/api/overview", "an\n\u2028n"));
      assertEquals(200, status("GET", "/api/overview", "guest"));
    } finally {
      log.close();
    }
    assertEquals(1, log.lines().size(), log.lines()::toString);
    String line = log.lines().get(0);
    assertTrue(line.startsWith("/127.0.0.1:"), line);
    assertTrue(
        line.endsWith(": login refused (HTTP): User 'an??n' is unknown, or the password is wrong"),
        line);
  }

  /** RFC 9110, 9.3.2; probes of health ask so. */
  @Test
  void headIsGetWithoutABody() throws IOException, InterruptedException {
    for (String path : List.of("/health/ready", "/api/queues", "/api/queues/none")) {
      HttpResponse<String> get = http("GET", path, "guest", "");
      HttpResponse<String> head = http("HEAD", path, "guest", "");
      assertEquals(get.statusCode(), head.statusCode(), path);
      assertEquals("", head.body(), path);
      assertEquals(
          get.headers().firstValue("Content-Length"), head.headers().firstValue("Content-Length"));
    }
  }

  @Test
  void aPermissionIsThatOfAUserInAVirtualHost() throws IOException, InterruptedException {
    addAnnWithAShop();
    JsonNode one = got("/api/permissions/a%2Fshop/ann", "guest");
    assertEquals("ann", one.path("user").asText(), one::toString);
    assertEquals(one, got("/api/permissions/a%2Fshop", "guest").get(0));
    assertEquals(one, got("/api/users/ann/permissions", "guest").get(0));
    assertEquals(0, got("/api/topic-permissions/a%2Fshop/ann", "guest").size());
    for (String path :
        List.of(
            "permissions/none/ann",
            "permissions/a%2Fshop/guest",
            "permissions/a%2Fshop/bob",
            "topic-permissions/none/ann",
            "topic-permissions/a%2Fshop/bob",
            "users/bob/permissions",
            "users/bob/topic-permissions",
            "users/bob")) {
      assertEquals(404, status("GET", "/api/" + path, "guest"), path);
    }
  }

  @Test
  void aBindingIsFoundByItsKey() throws IOException, InterruptedException {
    done("PUT", "/api/queues/%2F/q", "");
    String ends = "/api/bindings/%2F/e/amq.topic/q/q";
    done("POST", ends, "{\"routing_key\": \"a\"}");
    done("POST", ends, "{\"routing_key\": \"b\"}");
    assertEquals(2, got(ends, "guest").size());
    assertEquals("b", got(ends + "/b", "guest").path("routing_key").asText());
    assertEquals(404, status("GET", ends + "/c", "guest"));
    assertEquals(404, status("DELETE", ends + "/c", "guest"));
    assertEquals(405, status("POST", ends + "/c", "guest"));
    assertEquals(2, got(ends, "guest").size());
    assertEquals(404, status("GET", "/api/bindings/%2F/e/amq.topic", "guest"));
  }

  @Test
  void aSurplusPartIsNoPath() throws IOException, InterruptedException {
    for (List<String> known : KnownPaths.ALL) {
      String path = "/api/" + String.join("/", known).replace("*", "%2F") + "/surplus";
      boolean named =
          KnownPaths.ALL.stream()
              .anyMatch(other -> other.size() == known.size() + 1 && isBelow(other, known));
      if (!named) {
        for (String method : List.of("GET", "PUT", "POST", "DELETE")) {
          assertEquals(404, status(method, path, "guest"), method + " " + path);
        }
      }
    }
    assertEquals(1, got("/api/vhosts", "guest").size());
    assertEquals(404, status("GET", "/api", "guest"));
    assertEquals(404, status("GET", "/health/live/surplus", "guest"));
  }

  /** Whether one path is another with a name behind it. */
  private static boolean isBelow(List<String> path, List<String> other) {
    return path.get(other.size()).equals("*") && path.subList(0, other.size()).equals(other);
  }
}
