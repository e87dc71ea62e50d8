package io.bindery.amqp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultSaslConfig;
import com.rabbitmq.client.Recoverable;
import com.rabbitmq.client.RecoveryListener;
import com.rabbitmq.client.ShutdownSignalException;
import io.bindery.engine.AmqpException;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** RabbitMQ's client for Java, and how connections begin, end and come back. */
@Timeout(60)
class JavaClientLifeTest {
  private static final int SECONDS = 20;

  @TempDir Path dir;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void clientsRecoverWithTheirConsumers()
      throws AmqpException, IOException, TimeoutException, InterruptedException {
    try (TestServer server = TestServer.start("")) {
      ConnectionFactory factory = server.factory();
      factory.setAutomaticRecoveryEnabled(true);
      factory.setNetworkRecoveryInterval(50);
      try (Connection connection = factory.newConnection()) {
        CountDownLatch recovered = new CountDownLatch(1);
        ((Recoverable) connection)
            .addRecoveryListener(
                new RecoveryListener() {
                  @Override
                  public void handleRecovery(Recoverable who) {
                    recovered.countDown();
                  }

                  @Override
                  public void handleRecoveryStarted(Recoverable who) {
                    // It is the end that counts.
                  }
                });
        Channel channel = connection.createChannel();
        String queue = channel.queueDeclare().getQueue();
        channel.queueBind(queue, "amq.direct", "k");
        BlockingQueue<String> came = new LinkedBlockingQueue<>();
        channel.basicConsume(
            queue,
            true,
            (tag, delivery) -> came.add(new String(delivery.getBody(), StandardCharsets.UTF_8)),
            tag -> {});
        channel.basicPublish("amq.direct", "k", null, bytes("before"));
        assertEquals("before", came.poll(SECONDS, TimeUnit.SECONDS));
        server.restart();
        assertTrue(recovered.await(SECONDS, TimeUnit.SECONDS));
        channel.basicPublish("amq.direct", "k", null, bytes("after"));
        assertEquals("after", came.poll(SECONDS, TimeUnit.SECONDS));
      }
    }
  }

  @Test
  void aServerThatShutsDownSaysSo() throws AmqpException, IOException, TimeoutException {
    CompletableFuture<ShutdownSignalException> closed = new CompletableFuture<>();
    try (TestServer server = TestServer.start("")) {
      server.connect().addShutdownListener(closed::complete);
    }
    AMQP.Connection.Close close =
        assertInstanceOf(AMQP.Connection.Close.class, closed.join().getReason());
    assertEquals(320, close.getReplyCode());
    assertTrue(
        Thread.getAllStackTraces().keySet().stream()
            .noneMatch(thread -> thread.getName().startsWith("bindery-amqp")),
        "no thread is left");
  }

  @Test
  void aPublisherForWhichThereIsNoRoomIsToldAndHeldBack()
      throws AmqpException, IOException, TimeoutException, InterruptedException {
    try (TestServer server = TestServer.start("?memory=4m");
        Connection connection = server.connect();
        Connection other = server.connect()) {
      CountDownLatch blocked = new CountDownLatch(1);
      CountDownLatch unblocked = new CountDownLatch(1);
      connection.addBlockedListener(reason -> blocked.countDown(), unblocked::countDown);
      Channel channel = connection.createChannel();
      channel.queueDeclare("deep", false, false, false, null);
      channel.confirmSelect();
      int count = 300;
      CompletableFuture<Void> published =
          CompletableFuture.runAsync(() -> publish(channel, "deep", count));
      assertTrue(blocked.await(SECONDS, TimeUnit.SECONDS));
      assertFalse(published.isDone());
      CountDownLatch came = new CountDownLatch(count);
      other
          .createChannel()
          .basicConsume("deep", true, (tag, delivery) -> came.countDown(), tag -> {});
      assertTrue(unblocked.await(SECONDS, TimeUnit.SECONDS));
      published.join();
      assertTrue(came.await(SECONDS, TimeUnit.SECONDS));
      channel.waitForConfirmsOrDie(SECONDS * 1000L);
    }
  }

  @Test
  void whatMayNotWaitForRoomIsNacked()
      throws AmqpException, IOException, TimeoutException, InterruptedException {
    try (TestServer server = TestServer.start("?memory=4m");
        Connection connection = server.connect()) {
      Channel channel = connection.createChannel();
      channel.queueDeclare("deep", false, false, false, null);
      channel.basicPublish("", "deep", null, bytes("held"));
      assertNotNull(channel.basicGet("deep", false));
      channel.confirmSelect();
      int count = 100;
      NavigableSet<Long> open =
          new ConcurrentSkipListSet<>(LongStream.rangeClosed(1, count).boxed().toList());
      Set<Long> refused = ConcurrentHashMap.newKeySet();
      channel.addConfirmListener(
          (tag, multiple) -> answered(open, tag, multiple).clear(),
          (tag, multiple) -> {
            Set<Long> these = answered(open, tag, multiple);
            refused.addAll(these);
            these.clear();
          });
      publish(channel, "deep", count);
      // What it returns is no answer: the client may take a refusal that comes just then for a
      // confirm. Those who listen have heard each by the time it returns.
      channel.waitForConfirms(SECONDS * 1000L);
      assertEquals(Set.of(), open, "each is answered");
      assertFalse(refused.isEmpty());
      assertTrue(channel.isOpen());
      assertEquals(count - refused.size(), channel.messageCount("deep"), "what was confirmed");
    }
  }

  private static Set<Long> answered(NavigableSet<Long> open, long tag, boolean multiple) {
    return open.subSet(multiple ? 1L : tag, true, tag, true);
  }

  private static void publish(Channel channel, String queue, int count) {
    byte[] body = new byte[100 * 1024];
    try {
      for (int i = 0; i < count; i++) {
        channel.basicPublish("", queue, null, body);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatIsConfirmedIsOnDisk()
      throws AmqpException, IOException, TimeoutException, InterruptedException {
    try (TestServer server = TestServer.start("?dir=" + dir.toUri().getPath());
        Connection connection = server.connect()) {
      Channel channel = connection.createChannel();
      channel.queueDeclare("kept", true, false, false, null);
      channel.confirmSelect();
      AMQP.BasicProperties persistent = new AMQP.BasicProperties.Builder().deliveryMode(2).build();
      for (int i = 0; i < 2_000; i++) {
        channel.basicPublish("", "kept", persistent, bytes("m" + i));
      }
      channel.waitForConfirmsOrDie(SECONDS * 1000L);
      for (int i = 0; i < 2_000; i++) {
        assertEquals(
            "m" + i, new String(channel.basicGet("kept", true).getBody(), StandardCharsets.UTF_8));
      }
      Channel transacted = connection.createChannel();
      transacted.txSelect();
      transacted.basicPublish("", "kept", persistent, bytes("last"));
      transacted.txCommit();
      assertEquals(1, transacted.messageCount("kept"));
    }
  }

  @Test
  void theEngineOutlivesItsServer()
      throws AmqpException, IOException, TimeoutException, InterruptedException {
    try (TestServer server = TestServer.start("?dir=" + dir.toUri().getPath())) {
      Connection connection = server.connect();
      Channel channel = connection.createChannel();
      channel.queueDeclare("kept", true, false, false, null);
      AMQP.BasicProperties persistent = new AMQP.BasicProperties.Builder().deliveryMode(2).build();
      for (int i = 0; i < 5_000; i++) {
        channel.basicPublish("", "kept", persistent, bytes("m" + i));
      }
      server.server().close();
      connection.abort();
      server.restart();
      try (Connection again = server.connect()) {
        Channel other = again.createChannel();
        other.confirmSelect();
        other.basicPublish("", "kept", persistent, bytes("last"));
        other.waitForConfirmsOrDie(SECONDS * 1000L);
      }
    }
  }

  @Test
  void aWrongPasswordIsRefused() throws AmqpException, IOException, TimeoutException {
    Path users = Files.writeString(dir.resolve("users"), "anna = secret\n");
    try (TestServer server = TestServer.start("?users=" + users.toUri().getPath())) {
      ConnectionFactory factory = server.factory();
      factory.setUsername("anna");
      factory.setPassword("wrong");
      assertThrows(AuthenticationFailureException.class, factory::newConnection);
      factory.setPassword("secret");
      try (Connection connection = factory.newConnection()) {
        assertTrue(connection.isOpen());
      }
    }
  }

  @Test
  void heartbeatsKeepAConnection()
      throws AmqpException, IOException, TimeoutException, InterruptedException {
    try (TestServer server = TestServer.start("")) {
      ConnectionFactory factory = server.factory();
      factory.setRequestedHeartbeat(1);
      try (Connection connection = factory.newConnection()) {
        CountDownLatch closed = new CountDownLatch(1);
        connection.addShutdownListener(why -> closed.countDown());
        assertEquals(1, connection.getHeartbeat());
        assertFalse(closed.await(3, TimeUnit.SECONDS));
        assertTrue(connection.createChannel().isOpen());
      }
    }
  }

  @Test
  void tlsAndCertificatesSayWhoIsThere()
      throws AmqpException, IOException, TimeoutException, InterruptedException {
    Certificates server = Certificates.of("server", dir);
    Certificates client = Certificates.of("anna", dir);
    Authenticator byCertificate =
        new Authenticator() {
          @Override
          public Ticket<Login> byPassword(String user, String password, Peer peer) {
            return Ticket.failed(
                new AmqpException(ReplyCode.ACCESS_REFUSED, "by certificate only"));
          }

          @Override
          public boolean knowsCertificates(Peer peer) {
            return peer.certificate() != null;
          }

          @Override
          public Ticket<Login> byCertificate(Peer peer) {
            String name = peer.certificate().getSubjectX500Principal().getName();
            return Ticket.done(new Login(name.replace("CN=", ""), ""));
          }
        };
    try (TestServer running = TestServer.secured(byCertificate, server.serving(client))) {
      ConnectionFactory factory = running.factory();
      factory.useSslProtocol(client.connecting(server));
      factory.setSaslConfig(DefaultSaslConfig.EXTERNAL);
      try (Connection connection = factory.newConnection()) {
        Channel channel = connection.createChannel();
        String queue = channel.queueDeclare().getQueue();
        AMQP.BasicProperties own = new AMQP.BasicProperties.Builder().userId("anna").build();
        channel.basicPublish("", queue, own, new byte[300_000]);
        assertEquals(300_000, channel.basicGet(queue, true).getBody().length);
      }
      factory.setSaslConfig(DefaultSaslConfig.PLAIN);
      assertThrows(AuthenticationFailureException.class, factory::newConnection);
    }
  }

  @Test
  void connectionsAreNamedAndCounted() throws AmqpException, IOException, TimeoutException {
    try (TestServer server = TestServer.start("")) {
      try (Connection connection = server.factory().newConnection("orders")) {
        assertNotNull(connection.getServerProperties().get("product"));
        assertEquals(1, server.server().connections());
        assertEquals(
            Boolean.TRUE,
            ((Map<?, ?>) connection.getServerProperties().get("capabilities")).get("basic.nack"));
      }
    }
  }

  @Test
  void aPortThatIsTakenIsNamed() throws AmqpException {
    try (TestServer server = TestServer.start("")) {
      AmqpException refused =
          assertThrows(
              AmqpException.class,
              () ->
                  AmqpServer.start(
                      server.engine(),
                      ServerSettings.local(server.port(), Authenticator.of(server.engine()))));
      assertTrue(refused.getMessage().contains("127.0.0.1:" + server.port()), refused.getMessage());
    }
  }
}
