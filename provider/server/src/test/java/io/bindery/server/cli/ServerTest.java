package io.bindery.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import io.bindery.server.BinderyServer;
import io.bindery.server.StartException;
import io.bindery.server.settings.Key;
import io.bindery.server.settings.SettingsException;
import io.bindery.server.settings.SettingsReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** The server as its users have it: RabbitMQ's client, HTTP, and the command line. */
class ServerTest extends CommandFixture {
  private Connection connect(String user, String password, String host)
      throws IOException, TimeoutException {
    return connect(user, password, host, "test");
  }

  private HttpResponse<String> http(String method, String path, String credentials, String body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.httpPort() + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (!credentials.isEmpty()) {
      request.header(
          "Authorization",
          "Basic "
              + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)));
    }
    return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
  }

  @Test
  void whatWasConfirmedIsThereAfterARestart()
      throws IOException,
          TimeoutException,
          InterruptedException,
          SettingsException,
          StartException {
    try (Connection connection = connect("guest", "guest", "/")) {
      Channel channel = connection.createChannel();
      channel.confirmSelect();
      channel.exchangeDeclare("x", BuiltinExchangeType.TOPIC, true);
      channel.queueDeclare("q", true, false, false, Map.of("x-max-priority", 5));
      channel.queueBind("q", "x", "a.*");
      channel.basicPublish(
          "x",
          "a.b",
          MessageProperties.PERSISTENT_TEXT_PLAIN,
          "kept".getBytes(StandardCharsets.UTF_8));
      channel.waitForConfirmsOrDie(10_000);
    }
    server.close();
    start();
    try (Connection connection = connect("guest", "guest", "/")) {
      Channel channel = connection.createChannel();
      GetResponse got = channel.basicGet("q", true);
      assertEquals("kept", new String(got.getBody(), StandardCharsets.UTF_8));
      assertEquals("text/plain", got.getProps().getContentType());
      assertNull(channel.basicGet("q", true));
      channel.basicPublish("x", "a.c", null, new byte[1]);
      assertNotNull(channel.basicGet("q", true), "the binding is there");
    }
  }

  @Test
  void usersVirtualHostsAndPermissions() throws IOException, TimeoutException {
    assertThrows(AuthenticationFailureException.class, () -> connect("ann", "secret", "/").close());
    typed("secret\n", 0, "users", "add", "ann", "--tag", "management");
    run(0, "vhosts", "add", "shop");
    IOException refused =
        assertThrows(IOException.class, () -> connect("ann", "secret", "shop").close());
    assertTells(
        "NOT_ALLOWED - access to vhost 'shop' refused for user 'ann'",
        String.valueOf(refused.getCause()));
    permit("ann", "--vhost", "shop", "--configure", "^ann", "--write=^ann", "--read", ".*");
    permit("ann", "--vhost=shop", "--topic=amq.topic", "--write=", "--read=^ann");
    assertTrue(run(0, "permissions", "list").contains("shop   ann    ^ann"));
    try (Connection connection = connect("ann", "secret", "shop")) {
      connection.createChannel().queueDeclare("ann.q", true, false, false, Map.of());
      IOException closed =
          assertThrows(
              IOException.class,
              () -> connection.createChannel().queueDeclare("q", true, false, false, Map.of()));
      assertTells(
          "ACCESS_REFUSED - configure access to queue 'q' in vhost 'shop' refused for user 'ann'",
          closed.getCause().getMessage());
      closed =
          assertThrows(
              IOException.class,
              () -> connection.createChannel().queueBind("ann.q", "amq.topic", "b"));
      assertTells(
          "ACCESS_REFUSED - read access to topic 'b' in exchange 'amq.topic' in vhost 'shop' refused"
              + " for user 'ann'",
          closed.getCause().getMessage());
      assertTrue(run(0, "list", "connections").contains("ann   shop"));
      assertTrue(run(0, "list", "connections", "--vhost", "shop").contains("ann   shop"));
      assertEquals(1, run(0, "list", "connections", "--vhost", "/").lines().count());
      assertTrue(run(1, "list", "connections", "--vhost", "x").contains("no virtual host 'x'"));
    }
    assertTrue(run(0, "list", "queues", "--vhost", "shop").contains("ann.q"));
    assertTrue(typed("x", 1, "users", "add", "ann").contains("there is a user 'ann' already"));
    assertTells(
        "There is no user 'bob'",
        run(1, "permissions", "set", "bob", "--configure=", "--write=", "--read="));
    assertTells(
        "no regular expression",
        run(1, "permissions", "set", "ann", "--configure=", "--write=", "--read", "("));
    run(0, "vhosts", "delete", "shop");
    assertFalse(run(0, "vhosts", "list").contains("shop"));
    run(0, "users", "delete", "ann");
    assertThrows(AuthenticationFailureException.class, () -> connect("ann", "secret", "/").close());
  }

  @Test
  void messagesFromTheCommandLine() {
    assertTrue(run(1, "purge", "q").contains("no queue 'q'"));
    definitions(
        """
        {"queues": [{"name": "q", "vhost": "/", "durable": true}],
         "exchanges": [{"name": "x", "vhost": "/", "type": "fanout"}],
         "bindings": [{"source": "x", "vhost": "/", "destination": "q",
                       "destination_type": "queue", "routing_key": ""}]}
        """);
    run(
        0,
        "publish",
        "--exchange=x",
        "--key=k",
        "--property=content_type=a/b",
        "--header=n=v",
        "one");
    typed("two", 0, "publish", "--key", "q", "-");
    assertTrue(run(1, "publish", "--key", "none", "three").contains("no queue 'none'"));
    assertTrue(
        run(1, "publish", "--exchange=amq.topic", "--key=k", "x").contains("no queue is bound"));
    String kept = run(0, "consume", "--keep", "--count", "5", "q");
    assertEquals(2, kept.lines().count());
    assertTrue(kept.contains("\"payload\":\"one\""), kept);
    assertTrue(kept.contains("\"content_type\":\"a/b\""), kept);
    assertTrue(kept.contains("\"headers\":{\"n\":\"v\"}"), kept);
    assertTrue(run(0, "consume", "q").contains("one"));
    assertEquals("purged", run(0, "purge", "q").strip());
    assertEquals("", run(0, "consume", "q"));
    assertTrue(run(0, "status").contains("messages_ready           0"));
  }

  private String second(String... list) {
    String listed = run(0, list);
    assertEquals(2, listed.lines().count(), listed);
    return listed.lines().toList().get(1).replaceAll(" +", " ").strip();
  }

  @Test
  void whatThereIsIsListed() throws IOException, TimeoutException {
    run(0, "vhosts", "add", "shop");
    permit("guest", "--vhost=shop", "--configure=.*", "--write=.*", "--read=.*");
    try (Connection connection = connect("guest", "guest", "shop", "till")) {
      Channel channel = connection.createChannel();
      channel.queueDeclare("q", true, false, false, Map.of("x-max-length", 5));
      channel.queueBind("q", "amq.topic", "a.#");
      channel.basicQos(3);
      channel.basicConsume("q", false, "tag", new DefaultConsumer(channel));
      assertEquals("shop q true false 0 0 1 {\"x-max-length\":5}", second("list", "queues"));
      assertTrue(
          run(0, "list", "exchanges", "--vhost=shop").contains("amq.topic"), "with the reserved");
      assertEquals("shop amq.topic queue q a.# {}", second("list", "bindings", "--vhost=shop"));
      assertEquals("shop q tag 3 0", second("list", "consumers"));
      assertTrue(second("list", "connections").startsWith("till ("));
      assertTrue(run(0, "list", "consumers", "--json").contains("\"consumer_tag\" : \"tag\""));
    }
  }

  private int verify(Path store) {
    StringWriter printed = new StringWriter();
    PrintWriter writer = new PrintWriter(printed, true);
    return BinderyCommand.run(writer, writer, "store", "verify", store.toString());
  }

  @Test
  void aStoreIsVerifiedByTheSameCommand() throws IOException {
    run(0, "vhosts", "add", "shop");
    Path store = directory.resolve("data").resolve("store");
    assertEquals(1, verify(store), "its broker runs");
    server.close();
    assertEquals(0, verify(store));
    assertEquals(1, verify(directory.resolve("none")));
  }

  private void definitions(String json) {
    try {
      Path file = Files.writeString(directory.resolve("definitions.json"), json);
      run(0, "definitions", "import", file.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void definitionsGoOutAndIn()
      throws IOException, TimeoutException, SettingsException, StartException {
    typed("secret", 0, "users", "add", "ann");
    permit("ann", "--configure=.*", "--write=.*", "--read=.*");
    try (Connection connection = connect("guest", "guest", "/")) {
      Channel channel = connection.createChannel();
      channel.exchangeDeclare("x", "headers", true, false, true, Map.of("alternate-exchange", "y"));
      Map<String, Object> inThisOrder = new LinkedHashMap<>();
      List.of("x-max-length", "x-message-ttl", "x-expires", "x-max-priority", "x-max-length-bytes")
          .forEach(each -> inThisOrder.put(each, 200));
      channel.queueDeclare("q", true, false, false, inThisOrder);
      channel.queueDeclare("gone", false, false, false, Map.of());
      channel.queueBind("q", "x", "", Map.of("x-match", "any", "n", 1));
      String named = channel.queueDeclare("", true, false, false, Map.of()).getQueue();
      channel.queueBind(named, "amq.fanout", "");
    }
    Path file = directory.resolve("out.json");
    run(0, "definitions", "export", file.toString());
    server.close();
    server =
        BinderyServer.start(
            SettingsReader.read(null, Map.of(), flags("--data=" + directory.resolve("other"))));
    StringWriter printed = new StringWriter();
    PrintWriter writer = new PrintWriter(printed, true);
    String[] to = {
      "--data=" + directory.resolve("other"), "--url=http://127.0.0.1:" + server.httpPort()
    };
    assertEquals(
        0,
        BinderyCommand.run(writer, writer, "definitions", "import", file.toString(), to[0], to[1]),
        printed::toString);
    Path again = directory.resolve("again.json");
    assertEquals(
        0,
        BinderyCommand.run(
            writer, writer, "definitions", "export", again.toString(), to[0], to[1]));
    assertEquals(Files.readString(file), Files.readString(again));
    assertFalse(Files.readString(file).contains("gone"));
    List<String> arguments =
        Files.readString(file)
            .lines()
            .filter(line -> line.contains(": 200") || line.contains(" : 200"))
            .map(line -> line.replaceAll("[^a-z-]", ""))
            .toList();
    assertEquals(
        List.of(
            "x-expires", "x-max-length", "x-max-length-bytes", "x-max-priority", "x-message-ttl"),
        arguments,
        "sorted, for a process has an order of its own");
    try (Connection connection = connect("ann", "secret", "/")) {
      connection.createChannel().queueDeclarePassive("q");
    }
  }

  @Test
  void policiesAreNotSilentlyForgotten() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("p.json"),
            "{\"policies\": [{\"name\": \"ha\"}], \"vhosts\": [{\"name\": \"v\"}]}");
    assertTrue(run(1, "definitions", "import", file.toString()).contains("policies: there are 1"));
    assertFalse(run(0, "vhosts", "list").contains("v\n"));
    run(0, "definitions", "import", "--skip", "policies", file.toString());
  }

  @Test
  void management() throws IOException, InterruptedException {
    assertEquals(200, http("GET", "/health/live", "", "").statusCode());
    assertEquals(200, http("GET", "/health/ready", "", "").statusCode());
    assertEquals(401, http("GET", "/api/overview", "", "").statusCode());
    assertEquals(401, http("GET", "/api/overview", "guest:wrong", "").statusCode());
    assertEquals(404, http("GET", "/api/nothing", "guest:guest", "").statusCode());
    assertEquals(405, http("PATCH", "/api/queues/%2F/q", "guest:guest", "").statusCode());
    assertEquals(
        201,
        http("PUT", "/api/queues/%2F/a%2Fb", "guest:guest", "{\"arguments\":{\"x-max-length\":1}}")
            .statusCode());
    HttpResponse<String> queue = http("GET", "/api/queues/%2F/a%2Fb", "guest:guest", "");
    assertEquals(200, queue.statusCode());
    assertTrue(queue.body().contains("\"arguments\":{\"x-max-length\":1}"), queue.body());
    assertEquals(
        201,
        http(
                "POST",
                "/api/bindings/%2F/e/amq.topic/q/a%2Fb",
                "guest:guest",
                "{\"routing_key\":\"k.#\"}")
            .statusCode());
    assertTrue(
        http("GET", "/api/bindings/%2F", "guest:guest", "")
            .body()
            .contains("\"routing_key\":\"k.#\""));
    assertEquals(
        204,
        http("DELETE", "/api/bindings/%2F/e/amq.topic/q/a%2Fb/k.%23", "guest:guest", "")
            .statusCode());
    assertEquals("[]", http("GET", "/api/bindings/%2F", "guest:guest", "").body());
    assertEquals(204, http("DELETE", "/api/queues/%2F/a%2Fb", "guest:guest", "").statusCode());
    assertEquals(404, http("GET", "/api/queues/%2F/a%2Fb", "guest:guest", "").statusCode());
    HttpResponse<String> malformed = http("PUT", "/api/queues/%2F/q", "guest:guest", "{\n\"a\":");
    assertEquals(400, malformed.statusCode());
    assertTrue(malformed.body().contains("line 2"), malformed.body());
  }

  private int put(String user, String body) throws IOException, InterruptedException {
    return http("PUT", "/api/users/" + user, "guest:guest", body).statusCode();
  }

  private boolean accepts(String credentials) throws IOException, InterruptedException {
    return http("GET", "/api/whoami", credentials, "").statusCode() == 200;
  }

  @Test
  void aUserWithoutAPasswordCannotLogInByOne() throws IOException, InterruptedException {
    assertEquals(400, put("cert", "{\"pasword\": \"secret\"}"));
    assertEquals(201, put("cert", "{\"tags\": \"management\"}"));
    assertFalse(accepts("cert:"));
    assertEquals(204, put("cert", "{\"password\": \"secret\"}"));
    assertTrue(accepts("cert:secret"));
    assertEquals(204, put("cert", "{\"tags\": \"management\"}"));
    assertTrue(accepts("cert:secret"), "only the tags were set");
    for (String field : List.of("password", "password_hash")) {
      assertEquals(400, put("cert", "{\"" + field + "\": null}"));
      assertTrue(accepts("cert:secret"), "what " + field + " means was not said");
      assertEquals(204, put("cert", "{\"" + field + "\": \"\"}"));
      assertFalse(accepts("cert:secret"), "it has none now");
      assertFalse(accepts("cert:"), "an empty one is none");
      assertEquals(204, put("cert", "{\"password\": \"secret\"}"));
    }
  }

  @Test
  void whoManagesSeesOnlyWhatItMayEnter() throws IOException, InterruptedException {
    typed("secret", 0, "users", "add", "ann", "--tag", "management");
    typed("secret", 0, "users", "add", "bob");
    run(0, "vhosts", "add", "shop");
    permit("ann", "--vhost=shop", "--configure=^a", "--write=", "--read=");
    assertEquals(401, http("GET", "/api/queues", "bob:secret", "").statusCode());
    assertEquals(403, http("GET", "/api/users", "ann:secret", "").statusCode());
    assertEquals(403, http("PUT", "/api/vhosts/more", "ann:secret", "").statusCode());
    http("PUT", "/api/queues/%2F/hidden", "guest:guest", "{}");
    assertEquals(201, http("PUT", "/api/queues/shop/a", "ann:secret", "{}").statusCode());
    assertEquals(403, http("PUT", "/api/queues/shop/b", "ann:secret", "{}").statusCode());
    String seen = http("GET", "/api/queues", "ann:secret", "").body();
    assertTrue(seen.contains("\"name\":\"a\"") && !seen.contains("hidden"), seen);
    assertEquals("[{\"name\":\"shop\"}]", http("GET", "/api/vhosts", "ann:secret", "").body());
  }

  /** The JDK's HTTP server would be waited for. */
  @Test
  void whereNobodyIsThereNobodyIsWaitedFor() {
    long beganNs = System.nanoTime();
    server.close();
    long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beganNs);
    assertTrue(tookMs < 950, "it took " + tookMs + " ms");
  }

  @Test
  void aTakenPortOrDirectoryIsTold() {
    StartException port =
        assertThrows(
            StartException.class,
            () ->
                BinderyServer.start(
                    SettingsReader.read(
                        null,
                        Map.of(),
                        flags(
                            "--data=" + directory.resolve("second"),
                            "--amqp.port=" + server.amqpPort()))));
    assertEquals(
        "cannot listen on 127.0.0.1:"
            + server.amqpPort()
            + ": Address already in use; stop what listens there, or set amqp.port",
        port.getMessage());
    assertFalse(Files.exists(directory.resolve("second")), "nothing is left behind");
    StartException taken =
        assertThrows(
            StartException.class,
            () -> BinderyServer.start(SettingsReader.read(null, Map.of(), flags())));
    assertTells("data = " + directory.resolve("data") + " cannot be used: ", taken.getMessage());
    assertTells(Long.toString(ProcessHandle.current().pid()), taken.getMessage());
  }

  @Test
  void theHelpOfServeTellsEverySetting() {
    StringWriter printed = new StringWriter();
    PrintWriter writer = new PrintWriter(printed, true);
    assertEquals(0, BinderyCommand.run(writer, writer, "serve", "--help"));
    assertTrue(printed.toString().startsWith("Usage: bindery serve "), printed.toString());
    for (Key key : Key.values()) {
      assertTrue(printed.toString().contains(String.format("%n  " + key.text() + " ")), key.text());
    }
  }

  @Test
  void whatIsWrongWithTheSettingsIsToldByServe() {
    StringWriter printed = new StringWriter();
    PrintWriter writer = new PrintWriter(printed, true);
    Path nothing = directory.resolve("nothing.conf");
    assertEquals(
        2,
        BinderyCommand.run(
            writer, writer, "serve", "--check", "--config=" + nothing, "--segment=x"));
    assertTrue(
        printed
            .toString()
            .startsWith("bindery serve: --config cannot be read: " + nothing + ": it is not there"),
        printed.toString());
    assertTrue(printed.toString().contains("--segment is 'x'"), printed.toString());
  }

  @Test
  void whatAnOperatorTypesWrongly() {
    assertTells(
        "'nothing' cannot be listed; there are queues, exchanges, bindings, connections, consumers",
        run(2, "list", "nothing"));
    assertEquals(run(0, "list", "QUEUES"), run(0, "list", "queues"));
    assertTrue(run(2, "nothing").contains("nothing"));
    StringWriter printed = new StringWriter();
    PrintWriter writer = new PrintWriter(printed, true);
    assertEquals(
        1, BinderyCommand.run(writer, writer, "status", "--data=" + directory.resolve("no")));
    assertTrue(printed.toString().contains("operator.token"), printed.toString());
    server.close();
    assertTrue(run(1, "status").contains("nothing listens there"));
  }
}
