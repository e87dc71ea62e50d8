package io.bindery.jms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Engine;
import io.bindery.engine.Engines;
import jakarta.jms.Connection;
import jakarta.jms.Destination;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A fresh broker for each test, with a started connection and an AUTO_ACKNOWLEDGE session. */
abstract class JmsTest {
  /** Longer than anything takes; a test that waits so long has failed. */
  static final long LONG_MS = 10_000;

  private static final AtomicInteger BROKERS = new AtomicInteger();

  /** Whether each broker of the suite has a directory of its own. */
  private static final boolean DURABLE = Boolean.getBoolean("bindery.durable");

  private static final BrokerReach REACH = BrokerReach.ofThisRun();

  private Path directory;
  private final List<Connection> open = new ArrayList<>();
  private final List<JMSContext> contexts = new ArrayList<>();
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();
  Engine engine;
  BinderyXAConnectionFactory factory;
  Connection connection;
  Session session;
  Queue queue;
  Topic topic;

  @BeforeEach
  final void open() throws JMSException, AmqpException {
    String uri = "vm://jms-" + BROKERS.incrementAndGet();
    if (DURABLE) {
      directory = TemporaryDirectories.create();
      uri += "?dir=" + directory;
    }
    engine = Engines.find(uri);
    factory = new BinderyXAConnectionFactory(REACH.open(engine, uri));
    if (overNetwork()) {
      // What a wire brought is made only where that is allowed.
      factory.setObjectMessageAllow("java.*");
    }
    connection = connect();
    connection.start();
    session = connection.createSession();
    queue = session.createQueue("orders");
    topic = session.createTopic("news.sport");
  }

  @AfterEach
  final void close() throws JMSException, AmqpException {
    contexts.forEach(JMSContext::close);
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
    REACH.close(engine);
    engine.close();
    if (directory != null) {
      TemporaryDirectories.delete(directory);
    }
    if (!failures.isEmpty()) {
      throw new AssertionError("a thread failed: " + failures.get(0), failures.get(0));
    }
  }

  static boolean overNetwork() {
    return REACH.overNetwork();
  }

  /**
   * A queue whose consumers hold only what they are at work on: over a network what is sent ahead
   * is theirs, too.
   */
  final Queue onDemand(String name) throws JMSException {
    return session.createQueue(overNetwork() ? "queue:" + name + "?prefetch=0" : name);
  }

  /** How many messages of a queue are delivered and not settled. */
  final long unacknowledged(String name) {
    try {
      return engine.observe().queues().stream()
          .filter(each -> each.name().equals(name))
          .findFirst()
          .orElseThrow()
          .unacknowledged();
    } catch (AmqpException e) {
      throw new AssertionError(e);
    }
  }

  /** Closed with the test. */
  final <T extends Connection> T later(T resource) {
    open.add(resource);
    return resource;
  }

  /** Closed with the test. */
  final <T extends JMSContext> T later(T resource) {
    contexts.add(resource);
    return resource;
  }

  /** Another connection, stopped. */
  final Connection connect() throws JMSException {
    return later(factory.createConnection());
  }

  final JMSContext context(int mode) {
    return later(factory.createContext(mode));
  }

  final void send(Destination destination, String... texts) throws JMSException {
    send(session, destination, texts);
  }

  static void send(Session from, Destination destination, String... texts) throws JMSException {
    try (MessageProducer producer = from.createProducer(destination)) {
      for (String text : texts) {
        producer.send(from.createTextMessage(text));
      }
    }
  }

  /** The texts of the next messages. */
  static List<String> receive(MessageConsumer consumer, int count) throws JMSException {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      texts.add(text(consumer.receive(LONG_MS)));
    }
    return texts;
  }

  /** All that is there now. */
  static List<String> drain(MessageConsumer consumer) throws JMSException {
    List<String> texts = new ArrayList<>();
    for (Message next = consumer.receiveNoWait(); next != null; next = consumer.receiveNoWait()) {
      texts.add(text(next));
    }
    return texts;
  }

  /** All that a queue has, taken with another connection. */
  final List<String> left(Queue from) throws JMSException {
    try (Connection other = factory.createConnection()) {
      other.start();
      return drain(other.createSession().createConsumer(from));
    }
  }

  static String text(Message message) throws JMSException {
    assertNotNull(message, "a message must have come");
    return ((TextMessage) message).getText();
  }

  /** The text, where only a listener's unchecked exceptions may leave. */
  static String textOf(Message message) {
    return JmsExceptions.call(() -> text(message));
  }

  static int deliveryCount(Message message) throws JMSException {
    return message.getIntProperty("JMSXDeliveryCount");
  }

  static void assertRedelivered(boolean redelivered, Message message) throws JMSException {
    assertEquals(redelivered, message.getJMSRedelivered());
    assertEquals(redelivered, deliveryCount(message) > 1);
  }

  static <T> T next(BlockingQueue<T> from) throws InterruptedException {
    T next = from.poll(LONG_MS, TimeUnit.MILLISECONDS);
    assertNotNull(next, "something must have come");
    return next;
  }

  /** Something that a thread of its own does. */
  interface Work {
    void run() throws JMSException, InterruptedException;
  }

  /** Starts a thread; what it fails with is the test's failure. */
  final Thread start(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (JMSException | InterruptedException | AssertionError | RuntimeException e) {
                failures.add(e);
              }
            });
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  static void join(Thread thread) throws InterruptedException {
    thread.join(LONG_MS);
    assertEquals(Thread.State.TERMINATED, thread.getState(), thread + " must end");
  }

  /** What a consumer has by now, which must not be before its delivery time; or null. */
  static Message notBeforeItsTime(MessageConsumer consumer) throws JMSException {
    Message received = consumer.receiveNoWait();
    if (received != null) {
      assertTrue(System.currentTimeMillis() >= received.getJMSDeliveryTime());
    }
    return received;
  }
}
