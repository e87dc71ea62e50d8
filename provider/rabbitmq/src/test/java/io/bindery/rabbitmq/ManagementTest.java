package io.bindery.rabbitmq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Binding;
import io.bindery.engine.Channel;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.ConsumeSpec;
import io.bindery.engine.Engine;
import io.bindery.engine.Engines;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.Observation;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Route;
import io.bindery.server.BinderyServer;
import io.bindery.server.StartException;
import io.bindery.server.settings.SettingsException;
import io.bindery.server.settings.SettingsReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.management.AttributeList;
import javax.management.JMException;
import javax.management.MBeanException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an engine observes over HTTP, and what it says when it cannot. */
class ManagementTest {
  @TempDir private Path directory;

  private final List<Runnable> opened = new ArrayList<>();

  @AfterEach
  void stop() {
    opened.forEach(Runnable::run);
  }

  private BinderyServer server(String... more) throws SettingsException, StartException {
    List<String> flags =
        new ArrayList<>(
            List.of(
                "--data=" + directory,
                "--amqp.host=127.0.0.1",
                "--amqp.port=0",
                "--http.port=0",
                "--segment=64k"));
    flags.addAll(List.of(more));
    BinderyServer server = BinderyServer.start(SettingsReader.read(null, Map.of(), flags));
    opened.add(0, server::close);
    return server;
  }

  private Engine engine(String uri) throws AmqpException {
    Engine engine = Engines.find(uri);
    opened.add(0, engine::close);
    return engine;
  }

  private static String uri(BinderyServer server, String login, String query) {
    return "amqp://" + login + "127.0.0.1:" + server.amqpPort() + query;
  }

  private static AmqpException refused(ReplyCode code, Engine engine) {
    AmqpException failure = assertThrows(AmqpException.class, engine::observe);
    assertEquals(code, failure.replyCode(), failure.getMessage());
    assertFalse(failure.getMessage().contains("secret"), failure.getMessage());
    return failure;
  }

  private static void names(AmqpException failure, String... what) {
    for (String each : what) {
      assertTrue(failure.getMessage().contains(each), failure.getMessage());
    }
  }

  // --- what is there ---

  @Test
  void allThatTheBrokerHoldsIsSeen() throws AmqpException, SettingsException, StartException {
    BinderyServer server = server();
    Engine engine = engine(uri(server, "", ""));
    try (AmqpConnection connection = engine.connect(ConnectSpec.anonymous("one")).await()) {
      Channel channel = connection.openChannel().await();
      channel
          .declareExchange(
              new ExchangeSpec(
                  "x", "headers", true, true, true, Map.of("alternate-exchange", "amq.fanout")))
          .await();
      channel
          .declareQueue(
              QueueSpec.durable(
                  "a/b \u00fc%", Map.of("x-max-length", 5L, "x-dead-letter-exchange", "b")))
          .await();
      channel.declareQueue(QueueSpec.temporary("t")).await();
      channel.bind(
          Binding.queue("amq.topic", "t", "a.#", Map.of("x-filter-jms-selector", "n = 1")));
      channel.bind(Binding.exchange("amq.direct", "x", "")).await();
      channel.consume(new ConsumeSpec("t", "tag", 7, false, "", false, Map.of(), false), () -> {});
      for (int i = 0; i < 3; i++) {
        channel
            .publish(
                Route.toQueue("a/b \u00fc%"), AmqpMessage.builder().build(), channel.autoCommit())
            .await();
      }
      channel.get("a/b \u00fc%", "").await();
      Observation seen = engine.observe();
      assertEquals(server.broker().observe(), seen);
      assertEquals(2, seen.queues().get(0).ready());
      assertEquals(1, seen.queues().get(0).unacknowledged());
      assertEquals(3, seen.queues().get(0).counters().published());
      assertEquals(
          List.of(new Observation.ConsumerView("/", "t", "tag", 7, 0)),
          seen.consumers(),
          "no more");
    }
  }

  @Test
  void nobodyNeedsToBeConnected() throws AmqpException, SettingsException, StartException {
    Observation seen = engine(uri(server(), "guest:guest@", "")).observe();
    assertTrue(seen.exchanges().stream().anyMatch(each -> each.name().equals("amq.topic")));
  }

  @Test
  void aRestartedServerIsFoundAtItsNewPort()
      throws AmqpException, SettingsException, StartException {
    BinderyServer first = server();
    int port = first.amqpPort();
    Engine engine = engine(uri(first, "", ""));
    engine.connect(ConnectSpec.anonymous("one")).await();
    engine.observe();
    first.close();
    names(refused(ReplyCode.CONNECTION_FORCED, engine), "127.0.0.1:" + first.httpPort());
    server("--amqp.port=" + port);
    engine.connect(ConnectSpec.anonymous("two")).await();
    // The first may have come back meanwhile.
    int connections = engine.observe().connections().size();
    assertTrue(connections == 1 || connections == 2, "connections: " + connections);
  }

  // --- what is wrong ---

  @Test
  void managementThatIsOffIsNamed() throws AmqpException, SettingsException, StartException {
    Engine engine = engine(uri(server("--http.port=off"), "", ""));
    names(refused(ReplyCode.NOT_IMPLEMENTED, engine), "http.port", "management=http://HOST:PORT");
  }

  @Test
  void whatIsNotReachedIsNamed() throws AmqpException, IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    Engine engine =
        engine("amqp://ann:secret@127.0.0.1:1?management=http://127.0.0.1:" + port + "/");
    names(
        refused(ReplyCode.CONNECTION_FORCED, engine),
        "http://127.0.0.1:" + port + " (",
        "management=http://HOST:PORT");
  }

  @Test
  void whoMayNotSeeIsTold() throws AmqpException, SettingsException, StartException {
    BinderyServer server = server();
    String at = "?management=http://127.0.0.1:" + server.httpPort();
    names(
        refused(ReplyCode.ACCESS_REFUSED, engine(uri(server, "guest:secret@", at))),
        "'guest'",
        "password is wrong");
  }

  private Engine answering(int status, String answer) throws AmqpException, IOException {
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext(
        "/",
        exchange -> {
          byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Location", "http://127.0.0.1:1/");
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    http.start();
    opened.add(() -> http.stop(0));
    return engine("amqp://127.0.0.1:1?management=http://127.0.0.1:" + http.getAddress().getPort());
  }

  @Test
  void whatIsNoManagementIsNotTakenForOne() throws AmqpException, IOException {
    for (String answer :
        List.of("", "<html>", "{}", "[1]", "[{\"name\":1}]", "[".repeat(100_000))) {
      names(refused(ReplyCode.INTERNAL_ERROR, answering(200, answer)), "no management of a broker");
    }
    names(refused(ReplyCode.INTERNAL_ERROR, answering(404, "{\"reason\":\"gone\"}")), "gone");
    names(refused(ReplyCode.INTERNAL_ERROR, answering(500, "[")), "HTTP 500");
    names(refused(ReplyCode.INTERNAL_ERROR, answering(302, "")), "HTTP 302");
  }

  @Test
  void whatAnotherBrokerDoesNotTellIsNothing() throws AmqpException, IOException {
    Observation seen = answering(200, "[{\"name\":\"q\",\"source\":\"\",\"x\":null}]").observe();
    assertEquals("q", seen.queues().get(0).name());
    assertEquals(0, seen.queues().get(0).counters().published());
    assertEquals(List.of(), seen.bindings(), "to the default exchange");
  }

  @Test
  void whoSaysNothingIsGivenUp() throws AmqpException, IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      AmqpUri uri =
          AmqpUri.parse(
              URI.create("amqp://b?management=http://127.0.0.1:" + silent.getLocalPort()));
      Management management = Management.named(uri, new Management.Login("ann", "secret"));
      AmqpException failure = assertThrows(AmqpException.class, () -> management.observe(100));
      assertEquals(ReplyCode.CONNECTION_FORCED, failure.replyCode());
      names(failure, "no answer within 100 ms");
    }
  }

  @Test
  void noPasswordOfASecureUriIsSentInTheClear() throws AmqpException {
    AmqpUri uri = AmqpUri.parse(URI.create("amqps://192.0.2.1"));
    Management there =
        Management.told(uri, uri.hosts().get(0), 15_672, new Management.Login("ann", "secret"));
    AmqpException failure = assertThrows(AmqpException.class, () -> there.observe(1));
    assertEquals(ReplyCode.NOT_IMPLEMENTED, failure.replyCode());
    names(failure, "in the clear", "http://192.0.2.1:15672", "https://");
    AmqpUri here = AmqpUri.parse(URI.create("amqps://127.0.0.1"));
    Management local =
        Management.told(here, here.hosts().get(0), 1, new Management.Login("ann", "secret"));
    AmqpException other = assertThrows(AmqpException.class, () -> local.observe(1_000));
    assertEquals(ReplyCode.CONNECTION_FORCED, other.replyCode(), "it is tried");
  }

  // --- JMX ---

  private static Set<ObjectName> shown(BinderyServer server) throws JMException {
    return new TreeSet<>(
        ManagementFactory.getPlatformMBeanServer()
            .queryNames(
                new ObjectName(
                    "io.bindery:type=Broker,name="
                        + ObjectName.quote("amqp://127.0.0.1:" + server.amqpPort())
                        + ",*"),
                null));
  }

  @Test
  void anApplicationInAServerSeesTheBrokerByItsMBean()
      throws AmqpException, SettingsException, StartException, JMException {
    BinderyServer server = server();
    // A busy machine may take long to answer the first that connects.
    Engine engine = engine(uri(server, "", "?connectTimeout=60000"));
    assertEquals(Set.of(), shown(server), "without a lease there is no server");
    Engine.Lease lease = engine.lease();
    Engine.Lease second = engine.lease();
    Engine other = engine(uri(server, "guest:guest@", ""));
    Engine.Lease another = other.lease();
    assertEquals(2, shown(server).size(), "one for each engine");
    ObjectName name =
        shown(server).stream()
            .filter(each -> each.getKeyProperty("instance") == null)
            .findFirst()
            .orElseThrow();
    MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
    CompositeData[] exchanges = (CompositeData[]) beans.getAttribute(name, "Exchanges");
    assertEquals(server.broker().observe().exchanges().size(), exchanges.length);
    assertEquals("amqp://127.0.0.1:" + server.amqpPort(), beans.getAttribute(name, "Name"));
    String[] asked = {"Name", "Queues", "Bindings", "Consumers", "Connections", "None"};
    assertEquals(5, beans.getAttributes(name, asked).size());
    another.close();
    server.close();
    AttributeList known = beans.getAttributes(name, asked);
    assertEquals(1, known.size(), "its name is known");
    MBeanException why =
        assertThrows(MBeanException.class, () -> beans.getAttribute(name, "Queues"));
    assertTrue(why.getMessage().contains("cannot be reached"), why.getMessage());
    lease.close();
    assertEquals(1, shown(server).size());
    second.close();
    assertEquals(Set.of(), shown(server));
  }
}
