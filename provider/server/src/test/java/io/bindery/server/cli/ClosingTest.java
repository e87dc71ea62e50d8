package io.bindery.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownNotifier;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Operators close connections, delete whom or what they need, or take permissions away. */
class ClosingTest extends CommandFixture {
  private static final int FORCED = 320;
  private static final int REFUSED = 403;

  private final List<Connection> connections = new ArrayList<>();

  /** Whoever is not the administrator guest: ann manages, bob monitors. */
  @BeforeEach
  void addUsers() {
    typed("ann", 0, "users", "add", "ann", "--tag=management");
    typed("bob", 0, "users", "add", "bob", "--tag=monitoring");
    for (String name : new String[] {"ann", "bob"}) {
      permit(name, "/");
    }
  }

  private void permit(String user, String host) {
    String[] all = {"--configure=.*", "--write=.*", "--read=.*"};
    run(0, "permissions", "set", user, "--vhost=" + host, all[0], all[1], all[2]);
  }

  @AfterEach
  void cutAll() {
    connections.forEach(Connection::abort);
  }

  private Connection connect(String user, String name) throws IOException, TimeoutException {
    return connectTo("/", user, name);
  }

  private Connection connectTo(String host, String user, String name)
      throws IOException, TimeoutException {
    Connection connection = connect(user, user, host, name);
    connections.add(connection);
    return connection;
  }

  /** What closes a connection or a channel. */
  private static CompletableFuture<ShutdownSignalException> end(ShutdownNotifier of) {
    CompletableFuture<ShutdownSignalException> end = new CompletableFuture<>();
    of.addShutdownListener(end::complete);
    return end;
  }

  private static void assertForced(String text, CompletableFuture<ShutdownSignalException> end) {
    AMQP.Connection.Close close =
        (AMQP.Connection.Close) end.orTimeout(30, TimeUnit.SECONDS).join().getReason();
    assertEquals(FORCED, close.getReplyCode());
    assertEquals("CONNECTION_FORCED - " + text, close.getReplyText());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void assertRefused(CompletableFuture<ShutdownSignalException> end) {
    AMQP.Channel.Close close =
        (AMQP.Channel.Close) end.orTimeout(30, TimeUnit.SECONDS).join().getReason();
    assertEquals(REFUSED, close.getReplyCode());
  }

  private int http(String method, String path, String user, String... headers)
      throws IOException, InterruptedException {
    byte[] credentials = (user + ":" + user).getBytes(StandardCharsets.UTF_8);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + server.httpPort() + "/api/connections/" + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString()).statusCode();
  }

  private String name(String begins) {
    return server.broker().observe().connections().stream()
        .map(view -> view.name())
        .filter(each -> each.startsWith(begins))
        .findFirst()
        .orElseThrow();
  }

  private String path(String begins) {
    return URLEncoder.encode(name(begins), StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Test
  void aUserWhoIsDeletedIsConnectedNoMore() throws IOException, TimeoutException {
    Connection ann = connect("ann", "one");
    Connection other = connect("ann", "two");
    Connection guest = connect("guest", "three");
    CompletableFuture<ShutdownSignalException> end = end(ann);
    CompletableFuture<ShutdownSignalException> otherEnd = end(other);
    run(0, "users", "delete", "ann");
    assertForced("user 'ann' is deleted", end);
    assertForced("user 'ann' is deleted", otherEnd);
    guest.createChannel().close();
  }

  @Test
  void aVirtualHostThatIsDeletedHasNoConnections() throws IOException, TimeoutException {
    run(0, "vhosts", "add", "shop");
    permit("ann", "shop");
    Connection there = connectTo("shop", "ann", "one");
    Connection elsewhere = connect("ann", "two");
    CompletableFuture<ShutdownSignalException> end = end(there);
    run(0, "vhosts", "delete", "shop");
    assertForced("vhost 'shop' is deleted", end);
    elsewhere.createChannel().close();
  }

  /** Who consumes goes on, as at RabbitMQ; what is new is refused at once. */
  @Test
  void permissionsThatAreTakenAwayAreMissedAtOnce()
      throws IOException, TimeoutException, InterruptedException {
    Connection ann = connect("ann", "one");
    Connection guest = connect("guest", "two");
    Channel consumes = ann.createChannel();
    consumes.queueDeclare("q", true, false, false, Map.of());
    BlockingQueue<String> got = new LinkedBlockingQueue<>();
    consumes.basicConsume(
        "q",
        true,
        (tag, message) -> got.add(new String(message.getBody(), StandardCharsets.UTF_8)),
        tag -> {});
    Channel publishes = ann.createChannel();
    publishes.basicPublish("", "q", null, bytes("one"));
    assertEquals("one", got.poll(30, TimeUnit.SECONDS));
    CompletableFuture<ShutdownSignalException> end = end(publishes);
    run(0, "permissions", "clear", "ann");
    publishes.basicPublish("", "q", null, bytes("two"));
    assertRefused(end);
    Channel later = ann.createChannel();
    CompletableFuture<ShutdownSignalException> laterEnd = end(later);
    assertThrows(IOException.class, () -> later.basicConsume("q", (tag, message) -> {}, tag -> {}));
    assertRefused(laterEnd);
    guest.createChannel().basicPublish("", "q", null, bytes("three"));
    assertEquals("three", got.poll(30, TimeUnit.SECONDS));
  }

  @Test
  void anOperatorClosesAConnection() throws IOException, TimeoutException {
    Connection ann = connect("ann", "one");
    Connection other = connect("ann", "two");
    Connection last = connect("ann", "three");
    CompletableFuture<ShutdownSignalException> end = end(ann);
    CompletableFuture<ShutdownSignalException> otherEnd = end(other);
    String name = name("one (");
    assertTells("closed connection '" + name + "'", run(0, "connections", "close", name));
    assertForced("Closed by an operator", end);
    run(0, "connections", "close", name("two ("), "--reason=so it is");
    assertForced("so it is", otherEnd);
    assertTells("There is no connection '" + name + "'", run(1, "connections", "close", name));
    assertTells("printable characters", run(2, "connections", "close", "x", "--reason=so\nit is"));
    last.createChannel().close();
  }

  @Test
  void connectionsAreClosedOverHttp() throws IOException, TimeoutException, InterruptedException {
    Connection ann = connect("ann", "one");
    Connection bob = connect("bob", "two");
    Connection guest = connect("guest", "three");
    CompletableFuture<ShutdownSignalException> end = end(ann);
    CompletableFuture<ShutdownSignalException> bobEnd = end(bob);
    assertEquals(404, http("DELETE", "none", "guest"));
    assertEquals(404, http("DELETE", path("three ("), "ann"), "she does not see it");
    assertEquals(403, http("DELETE", path("one ("), "bob"), "he may only look");
    assertEquals(405, http("PUT", path("one ("), "guest"));
    assertEquals(204, http("DELETE", path("one ("), "ann"), "her own");
    assertForced("Closed via management plugin", end);
    assertEquals(204, http("DELETE", path("two ("), "guest", "X-Reason", "so it is"));
    assertForced("so it is", bobEnd);
    guest.createChannel().close();
  }

  @Test
  void allConnectionsOfAUserAreClosedOverHttp()
      throws IOException, TimeoutException, InterruptedException {
    Connection one = connect("ann", "one");
    Connection two = connect("ann", "two");
    Connection guest = connect("guest", "three");
    CompletableFuture<ShutdownSignalException> end = end(one);
    CompletableFuture<ShutdownSignalException> otherEnd = end(two);
    assertEquals(403, http("DELETE", "username/guest", "ann"));
    assertEquals(403, http("DELETE", "username/ann", "bob"));
    assertEquals(200, http("GET", "username/ann", "bob"));
    assertEquals(405, http("PUT", "username/ann", "guest"));
    assertEquals(204, http("DELETE", "username/ann", "guest", "X-Reason", "all of them"));
    assertForced("all of them", end);
    assertForced("all of them", otherEnd);
    assertEquals(204, http("DELETE", "username/ann", "ann"), "there are none");
    assertTrue(run(0, "list", "connections").contains("three"));
    guest.createChannel().close();
  }
}
