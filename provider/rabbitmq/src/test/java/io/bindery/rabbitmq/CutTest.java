package io.bindery.rabbitmq;

import static io.bindery.testkit.Awaiting.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.bindery.amqp.server.AmqpServer;
import io.bindery.amqp.server.Authenticator;
import io.bindery.amqp.server.ServerSettings;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Engine;
import io.bindery.engine.Engines;
import io.bindery.engine.Observation;
import io.bindery.jms.BinderyXAConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A durable broker, its server, and a network between that and its clients which can be cut. */
abstract class CutTest {
  /** Longer than anything takes; a test that waits so long has failed. */
  static final long LONG_MS = 20_000;

  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final List<Connection> open = new CopyOnWriteArrayList<>();
  @TempDir Path directory;
  private String name;
  Engine broker;
  AmqpServer server;
  CuttingProxy network;
  BinderyXAConnectionFactory factory;

  @BeforeEach
  final void open() throws AmqpException, IOException {
    startServer();
    network = new CuttingProxy(server.port());
    factory = new BinderyXAConnectionFactory(uri());
  }

  String uri() {
    return "amqp://127.0.0.1:" + network.port();
  }

  final void startServer() throws AmqpException {
    name = "vm://cut-" + NUMBER.incrementAndGet();
    broker = Engines.find(name + "?dir=" + directory);
    server = serve();
  }

  final AmqpServer serve() throws AmqpException {
    return AmqpServer.start(broker, ServerSettings.local(0, Authenticator.of(broker)));
  }

  /** A server goes, and another one comes with its directory. */
  final void restart() throws AmqpException {
    server.close();
    broker.close();
    startServer();
    network.target(server.port());
  }

  @AfterEach
  final void close() throws JMSException, IOException {
    network.refuse(true);
    network.mute(false);
    network.cut();
    for (Connection each : open) {
      each.close();
    }
    network.close();
    server.close();
    broker.close();
  }

  /** Cuts, and returns when the clients have noticed. */
  final void cut() {
    int before = network.accepted();
    network.cut();
    until("they connect again", () -> network.accepted() > before);
  }

  /** A connection that is started, and closed with the test. */
  final Connection connect() throws JMSException {
    return later(factory.createConnection());
  }

  /** One that no cut concerns. */
  final Connection connectPastTheNetwork() throws JMSException {
    String uri = "amqp://127.0.0.1:" + server.port();
    return later(new BinderyXAConnectionFactory(uri).createConnection());
  }

  final <T extends Connection> T later(T connection) throws JMSException {
    open.add(connection);
    connection.start();
    return connection;
  }

  static void send(Session session, Destination to, String... texts) throws JMSException {
    try (MessageProducer producer = session.createProducer(to)) {
      for (String text : texts) {
        producer.send(session.createTextMessage(text));
      }
    }
  }

  static String receive(MessageConsumer consumer) throws JMSException {
    return text(consumer.receive(LONG_MS));
  }

  static String text(Message message) throws JMSException {
    assertNotNull(message, "a message must have come");
    return ((TextMessage) message).getText();
  }

  final Observation.QueueView observed(String queue) {
    return observed().queues().stream()
        .filter(each -> each.name().equals(queue))
        .findFirst()
        .orElse(null);
  }

  final Observation observed() {
    try {
      return broker.observe();
    } catch (AmqpException e) {
      throw new AssertionError(e);
    }
  }

  /** Something that a thread of its own does. */
  interface Work {
    void run() throws JMSException;
  }

  /** What became of it. */
  static final class Done {
    private final Thread thread;
    private volatile JMSException failure;
    private volatile Throwable broken;

    private Done(Work work) {
      thread =
          new Thread(
              () -> {
                try {
                  work.run();
                } catch (JMSException e) {
                  failure = e;
                } catch (AssertionError | RuntimeException e) {
                  broken = e;
                }
              });
      thread.setDaemon(true);
      thread.start();
    }

    Thread thread() {
      return thread;
    }

    /** Waits for its end; its failure or null. */
    JMSException await() throws InterruptedException {
      thread.join(LONG_MS);
      assertEquals(Thread.State.TERMINATED, thread.getState(), thread + " must end");
      if (broken != null) {
        throw new AssertionError(broken.getMessage(), broken);
      }
      return failure;
    }
  }

  static Done start(Work work) {
    return new Done(work);
  }
}
