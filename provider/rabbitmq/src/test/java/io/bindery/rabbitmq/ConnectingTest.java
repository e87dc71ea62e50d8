package io.bindery.rabbitmq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Connection;
import io.bindery.amqp.server.AmqpServer;
import io.bindery.amqp.server.Authenticator;
import io.bindery.amqp.server.ServerSettings;
import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Channel;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.ConsumeSpec;
import io.bindery.engine.Consumer;
import io.bindery.engine.Delivery;
import io.bindery.engine.Engine;
import io.bindery.engine.Engines;
import io.bindery.engine.Outcome;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Route;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How an engine finds its server, and what it tells when that is not there any more. */
class ConnectingTest {
  private static final long LONG_MS = 10_000;
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private Engine broker;
  private AmqpServer server;

  @BeforeEach
  void start() throws AmqpException {
    broker = Engines.find("vm://connecting-" + NUMBER.incrementAndGet());
    server = AmqpServer.start(broker, settings());
  }

  private ServerSettings settings() {
    return ServerSettings.local(0, Authenticator.of(broker));
  }

  @AfterEach
  void stop() {
    server.close();
    broker.close();
  }

  private static AmqpConnection connect(String uri) throws AmqpException {
    return Engines.find(uri).connect(ConnectSpec.anonymous("test")).await();
  }

  private String uri() {
    return "amqp://127.0.0.1:" + server.port();
  }

  private static int nobodysPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static void useIt(AmqpConnection connection) throws AmqpException {
    Channel channel = connection.openChannel().await();
    channel.declareQueue(QueueSpec.durable("q", Map.of())).await();
    channel
        .publish(Route.toQueue("q"), AmqpMessage.builder().build(), channel.autoCommit())
        .await();
    Delivery delivery = channel.get("q", "").await();
    assertNotNull(delivery);
    channel.settle(List.of(delivery), Outcome.ACCEPTED, channel.autoCommit()).await();
  }

  @Test
  void oneEngineForEachUriUntilItIsClosed() throws AmqpException {
    Engine engine = Engines.find(uri());
    assertSame(engine, Engines.find(uri()));
    assertEquals("amqp://127.0.0.1:" + server.port(), engine.uri().toString());
    try (AmqpConnection connection = connect(uri())) {
      assertSame(engine, connection.engine());
      assertEquals(broker.identity(), engine.identity());
    }
    engine.close();
    assertNotSame(engine, Engines.find(uri()));
  }

  @Test
  void theFirstHostThatAnswersIsTaken() throws AmqpException, IOException {
    String hosts = "amqp://127.0.0.1:" + nobodysPort() + ",127.0.0.1:" + server.port();
    try (AmqpConnection connection = connect(hosts)) {
      useIt(connection);
    }
  }

  @Test
  void whoDoesNotAnswerIsNamed() throws IOException {
    int port = nobodysPort();
    AmqpException failure =
        assertThrows(AmqpException.class, () -> connect("amqp://alice:secret@127.0.0.1:" + port));
    assertEquals(ReplyCode.CONNECTION_FORCED, failure.replyCode());
    assertTrue(failure.getMessage().contains("127.0.0.1:" + port), failure.getMessage());
    assertFalse(failure.getMessage().contains("secret"));
  }

  /** Not only for whom nobody listens: the library would wait for 5 s and for 5 s, always. */
  @Test
  void theTimeToConnectIsForWhoIsReachedAndSaysNothing() throws AmqpException {
    assertEquals(60_000, answersWithin("?connectTimeout=60000"));
    assertEquals(200, answersWithin("?connectTimeout=200"));
    assertEquals(10_000, answersWithin(""));
    assertEquals(10_000, answersWithin("?connectTimeout=0"), "that it may be reached at any time");
  }

  private static int answersWithin(String query) throws AmqpException {
    AmqpUri uri = AmqpUri.parse(URI.create("amqp://127.0.0.1" + query));
    return new Dialer(uri, ConnectSpec.anonymous("test"))
        .factory(JoiningSockets.plain())
        .getHandshakeTimeout();
  }

  @Test
  void aServerThatGoesAwayIsAFailureOfTheConnection() throws AmqpException, InterruptedException {
    AmqpConnection connection = connect(uri() + "?reconnect=0");
    BlockingQueue<AmqpException> told = new LinkedBlockingQueue<>();
    connection.onFailure(told::add);
    Channel channel = connection.openChannel().await();
    channel.declareQueue(QueueSpec.durable("q", Map.of())).await();
    BlockingQueue<String> signals = new LinkedBlockingQueue<>();
    Consumer consumer =
        channel.consume(ConsumeSpec.of("q", 1), () -> signals.add("signal")).await();
    server.close();
    AmqpException why = told.poll(LONG_MS, TimeUnit.MILLISECONDS);
    assertNotNull(why);
    assertEquals(ReplyCode.CONNECTION_FORCED, why.replyCode());
    assertNotNull(signals.poll(LONG_MS, TimeUnit.MILLISECONDS), "whoever waits looks");
    assertTrue(consumer.isClosed() && connection.isClosed());
    AmqpException late = assertThrows(AmqpException.class, () -> channel.checkQueue("q").await());
    assertEquals(ReplyCode.CHANNEL_ERROR, late.replyCode());
  }

  /** Is lost when somebody begins to watch it. */
  private static Connection lostWhenWatched(Connection wire) {
    return (Connection)
        Proxy.newProxyInstance(
            Connection.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("addShutdownListener")) {
                wire.abort();
              }
              return method.invoke(wire, arguments);
            });
  }

  @Test
  void aConnectionThatIsLostAtTheEndOfItsBeginIsForgotten() throws AmqpException {
    AmqpUri uri = AmqpUri.parse(URI.create(uri()));
    RabbitEngine engine = new RabbitEngine(uri);
    Dialer.Answered answered = new Dialer(uri, ConnectSpec.anonymous("test")).dial();
    RabbitConnection connection =
        engine.begun(
            new Dialer.Answered(
                lostWhenWatched(answered.wire()),
                answered.out(),
                answered.identity(),
                answered.virtualHost(),
                answered.management()),
            new Errands("test"));
    assertTrue(connection.isLost());
    assertTrue(engine.connections().isEmpty());
    engine.close();
  }

  @Test
  void aTransactionIsUsedOnOtherChannelsOfItsConnection() throws AmqpException {
    try (AmqpConnection connection = connect(uri())) {
      Channel one = connection.openChannel().await();
      Channel other = connection.openChannel().await();
      one.declareQueue(QueueSpec.durable("q", Map.of())).await();
      AmqpMessage message = AmqpMessage.builder().build();
      one.publish(Route.toQueue("q"), message, one.autoCommit()).await();
      Delivery delivery = other.get("q", "").await();
      var transaction = one.begin();
      other.settle(delivery, Outcome.ACCEPTED, transaction);
      one.publish(Route.toQueue("q"), message, transaction).await();
      assertEquals(0, one.checkQueue("q").await().messages());
      transaction.commit().await();
      assertEquals(1, one.checkQueue("q").await().messages());
    }
  }

  @Test
  void whatGoesBackIsNotOvertakenByWhatWasSentAhead() throws AmqpException {
    try (AmqpConnection connection = connect(uri())) {
      Channel channel = connection.openChannel().await();
      channel.declareQueue(QueueSpec.durable("q", Map.of())).await();
      for (int i = 0; i < 5; i++) {
        AmqpMessage message = AmqpMessage.builder().type("m" + i).build();
        channel.publish(Route.toQueue("q"), message, channel.autoCommit()).await();
      }
      Consumer consumer = channel.consume(ConsumeSpec.of("q", 10), () -> {}).await();
      List<String> seen = new ArrayList<>();
      for (int turn = 0; turn < 10; turn++) {
        List<Delivery> taken = new ArrayList<>();
        consumer.fetch().await();
        assertEquals(1, consumer.drain(1, taken));
        Delivery next = taken.get(0);
        seen.add(next.message().type() + " " + next.deliveryCount());
        if (next.redelivered()) {
          channel.settle(taken, Outcome.ACCEPTED, channel.autoCommit()).await();
        } else {
          channel.giveBack(taken, List.of()).await();
        }
      }
      assertEquals(
          List.of("m0 0", "m0 1", "m1 0", "m1 1", "m2 0", "m2 1", "m3 0", "m3 1", "m4 0", "m4 1"),
          seen);
    }
  }

  // --- TLS ---

  private Path keys(Path dir, String names) throws IOException, InterruptedException {
    Path file = dir.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=server",
                "-ext",
                "san=" + names,
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                "changeit")
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes());
    assertEquals(0, keytool.waitFor(), said);
    return file;
  }

  /** A server with a certificate for some names; gives the file that trusts it. */
  private Path secured(Path dir, String names)
      throws IOException,
          InterruptedException,
          java.security.GeneralSecurityException,
          AmqpException {
    java.security.KeyStore store = java.security.KeyStore.getInstance("PKCS12");
    try (var in = Files.newInputStream(keys(dir, names))) {
      store.load(in, "changeit".toCharArray());
    }
    var factory =
        javax.net.ssl.KeyManagerFactory.getInstance(
            javax.net.ssl.KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, "changeit".toCharArray());
    SslContext context = SslContextBuilder.forServer(factory).build();
    server.close();
    server = AmqpServer.start(broker, settings().secured(() -> context));
    return Files.writeString(
        dir.resolve("trusted.pem"),
        "-----BEGIN CERTIFICATE-----\n"
            + Base64.getMimeEncoder().encodeToString(store.getCertificate("server").getEncoded())
            + "\n-----END CERTIFICATE-----\n");
  }

  @Test
  void whoIsTrustedAndNamesTheHostIsConnectedTo(@TempDir Path dir)
      throws IOException,
          InterruptedException,
          java.security.GeneralSecurityException,
          AmqpException {
    Path trusted = secured(dir, "ip:127.0.0.1");
    String secure = "amqps://127.0.0.1:" + server.port();
    try (AmqpConnection connection = connect(secure + "?trust=" + trusted)) {
      useIt(connection);
    }
    AmqpException failure = assertThrows(AmqpException.class, () -> connect(secure));
    assertEquals(ReplyCode.CONNECTION_FORCED, failure.replyCode());
  }

  @Test
  void aCertificateOfAnotherHostIsRefused(@TempDir Path dir)
      throws IOException,
          InterruptedException,
          java.security.GeneralSecurityException,
          AmqpException {
    Path trusted = secured(dir, "dns:elsewhere.example");
    String secure = "amqps://127.0.0.1:" + server.port() + "?trust=" + trusted;
    AmqpException failure = assertThrows(AmqpException.class, () -> connect(secure));
    assertEquals(ReplyCode.CONNECTION_FORCED, failure.replyCode());
  }

  @Test
  void aFileThatIsNoCertificateIsNamed(@TempDir Path dir) throws IOException {
    Path nothing = Files.writeString(dir.resolve("nothing.pem"), "");
    AmqpException failure =
        assertThrows(AmqpException.class, () -> connect("amqps://127.0.0.1:1?trust=" + nothing));
    assertEquals(ReplyCode.NOT_ALLOWED, failure.replyCode());
    assertTrue(failure.getMessage().contains("nothing.pem"), failure.getMessage());
  }
}
