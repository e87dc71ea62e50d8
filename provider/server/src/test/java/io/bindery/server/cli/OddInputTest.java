package io.bindery.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.rabbitmq.client.Connection;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names and values that nobody expects, in every command. */
class OddInputTest extends CommandFixture {
  private HttpResponse<String> http(String method, String path, String body)
      throws IOException, InterruptedException {
    byte[] credentials = "guest:guest".getBytes(StandardCharsets.UTF_8);
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.httpPort() + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials))
                .build(),
            BodyHandlers.ofString());
  }

  private static String queue(String host, String name) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.putArray("queues").addObject().put("name", name).put("vhost", host);
    return root.toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b/c+%2F", "日本 äöü€", "..", "a?b#c;d&e=f", "'\"\\*", "-", "@pom.xml"})
  void everyCommandTakesAnyName(String name) throws IOException, TimeoutException {
    run(0, "vhosts", "add", name);
    typed("secret", 0, "users", "add", name, "--tag=management");
    typed("other", 0, "users", "password", name);
    run(0, "users", "tags", name, "monitoring");
    permit(name, "--vhost=" + name, "--configure=", "--read=.*", "--write=.*");
    permit(name, "--vhost=" + name, "--topic=" + name, "--write=", "--read=.*");
    imported(0, queue(name, name));
    run(0, "publish", "--vhost=" + name, "--key=" + name, name);
    assertTells("\"routing_key\"", run(0, "consume", "--vhost=" + name, "--keep", name));
    assertEquals(2, run(0, "list", "queues", "--vhost=" + name).lines().count());
    assertTells(name, run(0, "list", "queues"));
    try (Connection connection = connect(name, "other", name, name)) {
      assertTrue(connection.isOpen());
      assertTells(name, run(0, "list", "connections", "--vhost=" + name));
    }
    run(0, "purge", "--vhost=" + name, name);
    assertEquals("", run(0, "consume", "--vhost=" + name, name));
    run(0, "permissions", "clear", name, "--vhost=" + name, "--topic=" + name);
    run(0, "permissions", "clear", name, "--vhost=" + name);
    run(0, "users", "delete", name);
    run(0, "vhosts", "delete", name);
    assertEquals(2, run(0, "vhosts", "list").lines().count());
    assertEquals(2, run(0, "users", "list").lines().count());
    assertEquals(1, run(0, "list", "queues").lines().count());
  }

  /** RabbitMQ's paths name what is behind them: {@code queues/HOST//contents} is of no queue. */
  @Test
  void anEmptyNameIsNotThatOfWhatIsBehindIt() throws IOException, InterruptedException {
    for (String name : new String[] {"contents", "bindings", "get"}) {
      imported(0, queue("/", name));
    }
    assertEquals(404, http("DELETE", "/api/queues/%2F//contents", "").statusCode());
    assertEquals(404, http("GET", "/api/queues//contents", "").statusCode());
    assertEquals(200, http("GET", "/api/queues/%2F/", "").statusCode());
    assertEquals(200, http("GET", "/api/queues/", "").statusCode());
    for (String[] command :
        new String[][] {
          {"purge", ""},
          {"purge", "--vhost=", "q"},
          {"consume", ""},
          {"publish", "--vhost=", "--key=q", "x"},
          {"list", "queues", "--vhost="},
          {"users", "delete", ""},
          {"users", "tags", ""},
          {"vhosts", "delete", ""},
          {"permissions", "set", "", "--configure=", "--write=", "--read="},
          {"permissions", "clear", "guest", "--vhost="}
        }) {
      assertTells("a name is empty", run(2, command));
    }
    assertEquals(4, run(0, "list", "queues").lines().count());
  }

  @Test
  void aNameDoesNotSpeakToTheTerminal() throws IOException {
    imported(0, queue("/", "a\nb\u001b[31m\u009b\u007f"));
    String listed = run(0, "list", "queues");
    assertEquals(2, listed.lines().count(), listed);
    assertTells("a\\u000ab\\u001b[31m\\u009b\\u007f", listed);
  }

  @Test
  void aBlankIsPartOfAPassword() throws IOException, TimeoutException {
    typed(" se cret \n", 0, "users", "add", "ann");
    permit("ann", "--configure=", "--write=", "--read=");
    connect("ann", " se cret ", "/", "ann").close();
    assertTells(
        "the password is empty: type it, or give it on the standard input of users add",
        typed("\n", 1, "users", "add", "bob"));
    assertTells("the password is empty", typed("\r\n", 1, "users", "password", "ann"));
    assertTells("there is a user 'ann' already", typed("x", 1, "users", "add", "ann"));
  }

  @Test
  void whatHasNoMeaningIsNotPassedOver() throws IOException, InterruptedException {
    imported(0, queue("/", "q"));
    assertTells(
        "--configure is for names",
        run(2, "permissions", "set", "guest", "--topic=amq.topic", "--configure=.*"));
    assertTells(
        "write --header=NAME=VALUE", run(2, "publish", "--key=q", "--property=headers=x", "x"));
    assertTells(
        "delivery_mode is 3, but must be a whole number from 1 to 2",
        run(1, "publish", "--key=q", "--property=delivery_mode=3", "x"));
    assertTells(
        "expiration is 'abc', but must be a number of milliseconds",
        run(1, "publish", "--key=q", "--property=expiration=abc", "x"));
    assertTells(
        "priority is 4294967297, but must be a whole number from 0 to 255",
        run(1, "publish", "--key=q", "--property=priority=4294967297", "x"));
    assertTells(
        "timestamp is 9223372036854775807, but must be",
        run(1, "publish", "--key=q", "--property=timestamp=9223372036854775807", "x"));
    for (Map.Entry<String, String> each :
        Map.of(
                "{\"expiration\": 5}", "expiration is 5, but must be a text",
                "{\"priority\": \"5\"}", "priority is \\\"5\\\", but must be a whole number",
                "{\"priority\": 1.5}", "priority is 1.5, but must be a whole number",
                "{\"headers\": \"x\"}", "headers are \\\"x\\\", but must be an object",
                "{\"headers\": [1]}", "headers are [1], but must be an object")
            .entrySet()) {
      HttpResponse<String> answer =
          http(
              "POST",
              "/api/exchanges/%2F/amq.default/publish",
              "{\"routing_key\": \"q\", \"payload\": \"x\", \"payload_encoding\": \"string\","
                  + " \"properties\": "
                  + each.getKey()
                  + "}");
      assertEquals(400, answer.statusCode(), answer.body());
      assertTells(each.getValue(), answer.body());
    }
    HttpResponse<String> answer =
        http(
            "POST",
            "/api/exchanges/%2F/amq.default/publish",
            "{\"routing_key\": \"q\", \"payload\": {\"a\": 1}, \"payload_encoding\": \"string\","
                + " \"properties\": {}}");
    assertTells("payload is {\\\"a\\\":1}, but must be a text", answer.body());
    assertEquals(400, answer.statusCode(), answer.body());
    assertEquals("", run(0, "consume", "q"));
    assertEquals(
        400, http("PUT", "/api/queues/%2F/n", "{\"arguments\":{\"x-expires\":null}}").statusCode());
  }

  @Test
  void aTagThatMeansNothingIsTold() throws IOException, InterruptedException {
    String known = "there are administrator, monitoring, policymaker, management, impersonator";
    assertTells(
        "there is no tag 'nonsense'; " + known,
        typed("x", 2, "users", "add", "ann", "--tag=nonsense"));
    typed("x", 0, "users", "add", "ann", "--tag=management,policymaker", "--tag", "monitoring");
    assertTells("[\"management\",\"monitoring\",\"policymaker\"]", run(0, "users", "list"));
    assertTells("there is no tag 'x'; " + known, run(2, "users", "tags", "ann", "x"));
    run(0, "users", "tags", "ann", "management,impersonator");
    assertTells("[\"impersonator\",\"management\"]", run(0, "users", "list"));
    run(0, "users", "tags", "ann");
    assertTells("ann    []", run(0, "users", "list"));
    // Over HTTP, and in definitions, they may be for something else that reads them there.
    assertEquals(
        204, http("PUT", "/api/users/ann", "{\"tags\": \"till, monitoring\"}").statusCode());
    imported(0, "{\"users\": [{\"name\": \"bob\", \"tags\": [\"till\"]}]}");
    String listed = run(0, "users", "list");
    assertTells("[\"monitoring\",\"till\"]", listed);
    assertTells("bob    [\"till\"]", listed);
  }

  /** A script that changes something by a command can show what was done. */
  @Test
  void eachChangeIsSaid() throws IOException {
    imported(0, queue("/", "q"));
    assertEquals("added", typed("x", 0, "users", "add", "ann").replace("Password: ", "").strip());
    assertEquals("changed", typed("y", 0, "users", "password", "ann").strip());
    assertEquals("set", run(0, "users", "tags", "ann").strip());
    assertEquals("added", run(0, "vhosts", "add", "v").strip());
    assertEquals(
        "set", run(0, "permissions", "set", "ann", "--configure=", "--write=", "--read=").strip());
    assertEquals("cleared", run(0, "permissions", "clear", "ann").strip());
    assertEquals("deleted", run(0, "users", "delete", "ann").strip());
    assertEquals("deleted", run(0, "vhosts", "delete", "v").strip());
    assertEquals("purged", run(0, "purge", "q").strip());
  }

  @Test
  void aHyphenIsTheStandardInputAndOutput() throws IOException {
    assertEquals("imported", typed(queue("/", "q"), 0, "definitions", "import", "-").strip());
    assertTells(
        "the standard input holds no JSON object", typed("[]", 1, "definitions", "import", "-"));
    assertTells("\"name\" : \"q\"", run(0, "definitions", "export", "-"));
    assertEquals(run(0, "definitions", "export"), run(0, "definitions", "export", "-"));
  }

  /**
   * Where, and nothing that only the parser understands, and nothing of the text: it has hashes.
   */
  @Test
  void jsonThatIsNoneIsTold() throws IOException, InterruptedException {
    String imported = imported(1, "{\"users\": [\n{\"name\": \"a\"");
    assertTells("definitions.json, line 2, column ", imported);
    assertTells("(start marker at line 2, column 1)", imported);
    assertFalse(imported.contains("Source") || imported.contains("REDACTED"), imported);
    String answer = http("PUT", "/api/queues/%2F/q", "{\"a\": [1,").body();
    assertTells("The body is no JSON: line 1, column 10: Unexpected end-of-input", answer);
    assertFalse(answer.contains("Source"), answer);
    assertFalse(imported(1, "{\"a\": secret}").contains("secret"));
  }

  /** What was not given would be taken away, for all three are replaced. */
  @Test
  void permissionsAreSetAsAWhole() {
    permit("guest", "--configure=^a", "--write=^b", "--read=^c");
    assertTells(
        "--configure, --write missing: all are replaced, so give each a regular expression",
        run(2, "permissions", "set", "guest", "--read=zzz"));
    assertTells("--read missing", run(2, "permissions", "set", "guest", "--topic=x", "--write=z"));
    assertTells("^a         ^b     ^c", run(0, "permissions", "list"));
    assertEquals(1, run(0, "permissions", "list", "--topic").lines().count());
  }

  @Test
  void everyCommandSaysItsVersion() {
    for (String[] command :
        new String[][] {{"-V"}, {"list", "-V"}, {"users", "-V"}, {"users", "add", "-V"}}) {
      StringWriter printed = new StringWriter();
      PrintWriter writer = new PrintWriter(printed, true);
      assertEquals(0, BinderyCommand.run(writer, writer, command));
      assertTells("Bindery ", printed.toString());
    }
  }

  @Test
  void anotherServerIsNoBroker() throws IOException {
    HttpServer other = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    other.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, 6);
          exchange.getResponseBody().write("<html>".getBytes(StandardCharsets.US_ASCII));
          exchange.close();
        });
    other.start();
    try {
      String url = "http://127.0.0.1:" + other.getAddress().getPort();
      assertTells(
          "what answered is no broker's management port: " + url,
          run(1, "list", "queues", "--url=" + url));
    } finally {
      other.stop(0);
    }
  }

  @Test
  void whatWasPublishedIsShown() throws IOException {
    imported(0, queue("/", "q"));
    run(0, "publish", "--key=q", "--property=priority=5", "--property=expiration=60000", "x");
    assertTells("\"priority\":5,\"expiration\":\"60000\"", run(0, "consume", "q"));
  }

  @Test
  void bytesThatTheLocaleHasNotAreNoName() {
    StringWriter printed = new StringWriter();
    PrintWriter writer = new PrintWriter(printed, true);
    assertEquals(2, BinderyCommand.run(writer, writer, "vhosts", "add", "m\uFFFD\uFFFDnchen"));
    assertTells("set LC_ALL=C.UTF-8", printed.toString());
    assertFalse(run(0, "vhosts", "list").contains("nchen"));
  }
}
