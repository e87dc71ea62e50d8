package io.bindery.server.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Connection;
import io.bindery.server.BinderyServer;
import io.bindery.server.StartException;
import io.bindery.server.settings.SettingsException;
import io.bindery.server.settings.SettingsReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** What goes wrong for an operator, and what must not go wrong because of it. */
class OperatorErrorsTest extends CommandFixture {
  @Test
  void aSecondBrokerInTheDirectoryLeavesTheFirstItsToken() {
    assertThrows(
        StartException.class,
        () -> BinderyServer.start(SettingsReader.read(null, Map.of(), flags())));
    assertTells("broker amqp://", run(0, "status"));
  }

  @Test
  void aBrokerThatCannotReadItsUsersLeavesItsDirectoryFree()
      throws IOException, SettingsException, StartException {
    server.close();
    Path users = directory.resolve("data").resolve("access.json");
    String before = Files.readString(users);
    Files.writeString(users, "{");
    assertThrows(StartException.class, this::start);
    Files.writeString(users, before);
    start();
    run(0, "status");
  }

  @Test
  void usersThatAreNoneAreNotTakenForNobody() throws IOException {
    server.close();
    Path users = directory.resolve("data").resolve("access.json");
    Map.of(
            "[]", "it must be a JSON object, and is array",
            "null", "it must be a JSON object, and is null",
            "\"x\"", "it must be a JSON object, and is string",
            "7", "it must be a JSON object, and is number",
            "", "it ends too soon",
            "{}", "it has no users",
            "{\"users\": []}", "it has no vhosts",
            "{\"users\": {}, \"vhosts\": []}", "users must be an array",
            "{\"users\": [1], \"vhosts\": []}", "users[0]: it has no text name, but has []")
        .forEach((text, expected) -> refusesToStart(users, text, expected));
  }

  private void refusesToStart(Path users, String text, String expected) {
    try {
      Files.writeString(users, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String told = assertThrows(StartException.class, this::start, text).getMessage();
    assertTells(users.toString(), told);
    assertTells(expected, told);
    assertTells("restore it from a copy", told);
    assertEquals(text, assertDoesNotThrow(() -> Files.readString(users)));
  }

  @Test
  void aFileIsNoDataDirectory() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "");
    StartException told =
        assertThrows(
            StartException.class,
            () ->
                BinderyServer.start(SettingsReader.read(null, Map.of(), flags("--data=" + file))));
    assertEquals(
        "data = "
            + file
            + " cannot be used: "
            + file
            + ": it is no directory but a file; give a directory",
        told.getMessage());
  }

  private static String permissions(Path of) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(of));
  }

  /** Messages are in it; what is there already is as its owner wants it. */
  @Test
  void whatABrokerMakesIsForItsOwner() throws IOException, SettingsException, StartException {
    for (String made : List.of("", "store", "store/checkpoints", "store/spill")) {
      assertEquals("rwx------", permissions(directory.resolve("data").resolve(made)), made);
    }
    assertEquals("rw-------", permissions(directory.resolve("data/operator.token")));
    server.close();
    Path there = Files.createDirectory(directory.resolve("there"));
    Files.setPosixFilePermissions(there, PosixFilePermissions.fromString("rwxr-xr-x"));
    server = BinderyServer.start(SettingsReader.read(null, Map.of(), flags("--data=" + there)));
    assertEquals("rwxr-xr-x", permissions(there));
    assertEquals("rwx------", permissions(there.resolve("store")));
  }

  @Test
  void aHostWithoutAddressIsTold() {
    for (String key : List.of("amqp.host", "http.host")) {
      StartException unknown =
          assertThrows(
              StartException.class,
              () ->
                  BinderyServer.start(
                      SettingsReader.read(
                          null,
                          Map.of(),
                          flags(
                              "--data=" + directory.resolve("second"),
                              "--" + key + "=nowhere.invalid"))));
      assertTells("no address is known for 'nowhere.invalid'; set " + key, unknown.getMessage());
    }
  }

  @Test
  void aVirtualHostNeedsAName() throws IOException {
    assertTells("a name is empty", run(2, "vhosts", "add", ""));
    assertTells("must have 1 to 255 bytes", run(1, "vhosts", "add", "x".repeat(256)));
    assertTells("must have 1 to 255 bytes", imported(1, "{\"vhosts\": [{\"name\": \"\"}]}"));
    assertEquals(2, run(0, "vhosts", "list").lines().count());
  }

  @Test
  void definitionsThatCannotBeUnderstoodAreNotTakenForNothing() throws IOException {
    String unknown = imported(1, "{\"policies\": [{}], \"bogus\": [1, 2]}", "--skip=parameters");
    assertTells("policies: there are 1, and this broker has no such thing", unknown);
    assertTells("leave them out: --skip=policies (over HTTP ?skip=policies)", unknown);
    assertTells("bogus: there are 2, and this broker has no such thing", unknown);
    imported(0, "{\"policies\": [{}], \"bogus\": [1, 2]}", "--skip=policies,bogus");
    String known = imported(1, "{\"queues\": []}", "--skip=queues");
    assertTells("skip: queues cannot be left out", known);
    imported(0, "{\"global_parameters\": [{}]}", "--skip=global_parameters");
    imported(0, "{\"product_name\": \"x\", \"global_parameters\": [{}], \"policies\": []}");
    assertTells("queues must be an array", imported(1, "{\"queues\": \"x\"}"));
    assertTells(
        "durable is \"yes\", but must be true or false",
        imported(1, "{\"queues\": [{\"name\": \"q\", \"durable\": \"yes\"}]}"));
    assertTells(
        "must be an object", imported(1, "{\"queues\": [{\"name\": \"q\", \"arguments\": [1]}]}"));
    assertEquals(1, run(0, "list", "queues").lines().count());
    assertTells("definitions.json holds no JSON object", imported(1, "[]"));
    assertTells("definitions.json holds no JSON object", imported(1, ""));
  }

  @Test
  void definitionsAreTakenAsAWholeOrNotAtAll() throws IOException {
    String printed =
        imported(
            1,
            """
            {"vhosts": [{"name": "v"}, {"nam": "w"}],
             "users": [{"name": "ann"}, {"name": "bob", "password_hash": "?"}],
             "permissions": [{"user": "ann", "vhost": "v", "configure": "", "write": "(", "read": ""}],
             "exchanges": [{"name": "fine", "type": "topic"}, {"name": "x", "type": "bogus"}],
             "queues": [{"name": "good"},
                        {"name": "a", "arguments": {"x-queue-type": "quorum"}},
                        {"name": "s", "vhost": "v", "arguments": {"x-queue-type": "stream"}},
                        {"name": "n", "arguments": {"x-expires": null}},
                        {"name": ""}, {"name": "h", "vhost": "nowhere"}, "q"],
             "bindings": [{"source": "fine", "destination": "good"},
                          {"source": "fine", "destination": "a"},
                          {"source": "x", "destination": "good"},
                          {"source": "fine", "destination": "none"}]}
            """);
    List<String> expected =
        List.of(
            "bindery definitions import: Nothing was imported, since not all of it can be:",
            "vhosts[1]: it has no text name, but has [nam]",
            "users[1]: user 'bob': password_hash is no Base64",
            "permissions[0]: write is '(', which is no regular expression",
            "queues[3]: argument x-expires is null, or holds it; leave that out",
            "queues[4]: the name is empty",
            "queues[6]: the text name is missing",
            "exchanges[1]: ",
            "queues[1]: invalid arg 'x-queue-type' for queue 'a' in vhost '/': it is 'quorum', but",
            "queues[2]: invalid arg 'x-queue-type' for queue 's' in vhost 'v': it is 'stream', but",
            "queues[5]: There is no virtual host 'nowhere'",
            "bindings[3]: no queue 'none' in vhost '/'");
    List<String> told = printed.lines().toList();
    assertEquals(expected.size(), told.size(), printed);
    for (int i = 0; i < told.size(); i++) {
      assertTrue(told.get(i).startsWith(expected.get(i)), told.get(i));
    }
    assertEquals(2, run(0, "vhosts", "list").lines().count());
    assertEquals(2, run(0, "users", "list").lines().count());
    assertEquals(1, run(0, "list", "queues").lines().count());
    assertFalse(run(0, "list", "exchanges").contains("fine"));
  }

  @Test
  void definitionsAreComparedWithWhatThereIs() throws IOException, TimeoutException {
    String queue = "{\"queues\": [{\"name\": \"NAME\", \"arguments\": {\"x-max-length\": MOST}}]}";
    String equal = queue.replace("NAME", "q").replace("MOST", "5");
    imported(0, equal);
    imported(0, equal);
    assertTells(
        "queues[0]: inequivalent arg 'x-max-length' for queue 'q'",
        imported(1, queue.replace("NAME", "q").replace("MOST", "6")));
    imported(
        0,
        "{\"bindings\": [{\"source\": \"amq.topic\", \"destination\": \"q\", \"routing_key\": \"k\"}]}");
    try (Connection connection = connect("guest", "guest", "/", "owner")) {
      connection.createChannel().queueDeclare("mine", false, true, false, Map.of());
      assertTells(
          "Nothing was imported",
          imported(
              1,
              "{\"users\": [{\"name\": \"ann\"}], \"bindings\": [{\"source\": \"amq.topic\","
                  + " \"destination\": \"mine\", \"routing_key\": \"k\"}]}"));
    }
    assertEquals(2, run(0, "list", "bindings").lines().count());
    assertFalse(run(0, "users", "list").contains("ann"));
    assertTells(
        "queues[0]: argument x is 99999999999999999999, which has more than 64 bits",
        imported(
            1,
            "{\"queues\": [{\"name\": \"big\", \"arguments\": {\"x\": [{\"y\":"
                + " 99999999999999999999}]}}]}"));
    assertTells(
        "and 1 more",
        imported(
            1,
            "{\"queues\": ["
                + String.join(",", Collections.nCopies(101, "{\"name\": \"\"}"))
                + "]}"));
  }

  @Test
  void definitionsOfOneVirtualHostAreNotThoseOfAll() throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + server.httpPort() + "/api/definitions/%2F"))
            .header(
                "Authorization",
                "Basic "
                    + Base64.getEncoder()
                        .encodeToString("guest:guest".getBytes(StandardCharsets.UTF_8)))
            .build();
    assertEquals(
        404, HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).statusCode());
  }

  @Test
  void exportedHashesAreForNobodyElse() throws IOException {
    Path file = Files.writeString(directory.resolve("out.json"), "before");
    run(0, "definitions", "export", file.toString());
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    assertTells("password_hash", Files.readString(file));
  }

  @Test
  void filesAndAddressesThatAreNoneAreTold() {
    Path nothing = directory.resolve("nothing").resolve("x.json");
    assertTells(
        "bindery definitions import: " + nothing + ": it is not there",
        run(1, "definitions", "import", nothing.toString()));
    assertTells("it is not there", run(1, "definitions", "export", nothing.toString()));
    for (String url : List.of("127.0.0.1:15672", "http://a b", "ftp://x", "localhost", "")) {
      assertTells("but must be like http://127.0.0.1:15672", run(2, "status", "--url=" + url));
    }
    assertTells(
        "no broker's management port",
        run(1, "status", "--url=http://127.0.0.1:" + server.amqpPort()));
  }

  @Test
  void propertiesAreCarriedOrRefused() throws IOException {
    imported(0, "{\"queues\": [{\"name\": \"q\"}]}");
    assertTells(
        "There is no property 'foo'", run(1, "publish", "--key=q", "--property=foo=1", "x"));
    assertTells(
        "--property=priority is 'x', but must be a number",
        run(2, "publish", "--key=q", "--property=priority=x", "x"));
    assertTells(
        "must be who publishes", run(1, "publish", "--key=q", "--property=user_id=bob", "x"));
    run(
        0,
        "publish",
        "--key=q",
        "--property=user_id=bindery.operator",
        "--property=timestamp=1700000000",
        "x");
    String got = run(0, "consume", "q");
    assertTells("\"user_id\":\"bindery.operator\"", got);
    assertTells("\"timestamp\":1700000000", got);
  }

  @Test
  void clientsThatSayNothingMoreDoNotHoldManagementUp() throws IOException, InterruptedException {
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 12; i++) {
        Socket socket = new Socket("127.0.0.1", server.httpPort());
        slow.add(socket);
        socket.getOutputStream().write('G');
      }
      HttpRequest request =
          HttpRequest.newBuilder(
                  URI.create("http://127.0.0.1:" + server.httpPort() + "/health/live"))
              .timeout(Duration.ofSeconds(20))
              .build();
      assertEquals(
          200, HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).statusCode());
    } finally {
      for (Socket each : slow) {
        each.close();
      }
    }
  }

  @Test
  void usersThatCannotBeWrittenAreAnError() throws IOException {
    // A directory in the place of the new file: it cannot be written.
    Path beside = directory.resolve("data").resolve("access.json.new");
    Files.createDirectories(beside.resolve("x"));
    assertTells("Users and permissions cannot be written", run(1, "vhosts", "add", "v"));
    assertFalse(run(0, "vhosts", "list").contains("v\n"));
    Files.delete(beside.resolve("x"));
    run(0, "vhosts", "add", "v");
  }

  @Test
  void eachCommandIsToldInTheHelpWithAWholeSentence() {
    StringWriter printed = new StringWriter();
    PrintWriter writer = new PrintWriter(printed, true);
    BinderyCommand.run(writer, writer, "--help");
    BinderyCommand.run(writer, writer, "permissions", "--help");
    BinderyCommand.run(writer, writer, "consume", "--help");
    String commands = printed.toString().replaceAll("\\s+", " ");
    assertTells("store --help says more.", commands);
    assertTells("Exit codes: 0 done, 1 it was refused or failed, 2 the command line or", commands);
    assertTells("'.*' allows all of them, '' none.", commands);
    assertTells("At most so many (default 1).", commands);
  }
}
