package io.bindery.jms;

import static io.bindery.testkit.Awaiting.untilWaiting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionConsumer;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.jms.QueueConnection;
import jakarta.jms.ServerSession;
import jakarta.jms.ServerSessionPool;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import jakarta.jms.TopicConnection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("11.2 Concurrent processing of a subscription's messages")
class ConnectionConsumerTest extends JmsTest {
  private final BlockingQueue<String> processed = new LinkedBlockingQueue<>();

  /** As an application server has it: a thread for each start, and back to the pool afterwards. */
  private final class Pool implements ServerSessionPool {
    private final BlockingQueue<ServerSession> idle = new LinkedBlockingQueue<>();

    Pool(Session... sessions) throws JMSException {
      for (Session each : sessions) {
        if (each.getMessageListener() == null) {
          each.setMessageListener(message -> processed.add(textOf(message)));
        }
        idle.add(new Server(this, each));
      }
    }

    @Override
    public ServerSession getServerSession() throws JMSException {
      try {
        return next(idle);
      } catch (InterruptedException e) {
        throw new JMSException(e.toString());
      }
    }
  }

  private record Server(Pool pool, Session session) implements ServerSession {
    @Override
    public Session getSession() {
      return session;
    }

    @Override
    public void start() {
      Thread thread =
          new Thread(
              () -> {
                session.run();
                pool.idle.add(this);
              });
      thread.setDaemon(true);
      thread.start();
    }
  }

  private List<String> nextProcessed(int count) throws InterruptedException {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      texts.add(next(processed));
    }
    return texts;
  }

  private Session listening(int mode, MessageListener listener) throws JMSException {
    Session made = connection.createSession(mode);
    made.setMessageListener(listener);
    assertSame(listener, made.getMessageListener());
    return made;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10})
  @DisplayName("11.2.4, 11.2.5 messages of a queue are loaded, run in order, and acknowledged")
  void queue(int maxMessages) throws JMSException, InterruptedException {
    send(queue, "a", "b");
    Pool pool = new Pool(connection.createSession());
    ConnectionConsumer consumer =
        connection.createConnectionConsumer(queue, null, pool, maxMessages);
    assertSame(pool, consumer.getServerSessionPool());
    assertEquals(List.of("a", "b"), nextProcessed(2));
    send(queue, "c");
    assertEquals(List.of("c"), nextProcessed(1));
    consumer.close();
    consumer.close();
    assertThrows(IllegalStateException.class, consumer::getServerSessionPool);
    send(queue, "d");
    connection.stop();
    assertEquals(List.of("d"), left(queue));
  }

  @Test
  @DisplayName("11.2 several sessions process at the same time")
  void concurrent() throws JMSException, InterruptedException {
    CountDownLatch both = new CountDownLatch(2);
    MessageListener meeting =
        message -> {
          both.countDown();
          ConnectionTest.awaitLatch(both);
          processed.add(textOf(message));
        };
    Pool pool =
        new Pool(
            listening(Session.AUTO_ACKNOWLEDGE, meeting),
            listening(Session.AUTO_ACKNOWLEDGE, meeting));
    connection.createConnectionConsumer(queue, null, pool, 1);
    send(queue, "a", "b");
    assertEquals(List.of("a", "b"), nextProcessed(2).stream().sorted().toList());
  }

  @Test
  @DisplayName("11.2.4 a selector, and a non-durable, a shared and a durable subscription")
  void subscriptions() throws JMSException, InterruptedException {
    Connection desk = connect();
    desk.setClientID("desk");
    desk.start();
    Pool pool = new Pool(desk.createSession());
    List<ConnectionConsumer> consumers =
        List.of(
            desk.createConnectionConsumer(topic, "n = 1", pool, 1),
            desk.createSharedConnectionConsumer(topic, "team", "n = 1", pool, 1),
            desk.createDurableConnectionConsumer(topic, "sub", "n = 1", pool, 1),
            desk.createSharedDurableConnectionConsumer(topic, "subs", "n = 1", pool, 1));
    for (int i = 0; i < 3; i++) {
      TextMessage message = session.createTextMessage("n" + i);
      message.setIntProperty("n", i);
      session.createProducer(topic).send(message);
    }
    assertEquals(List.of("n1", "n1", "n1", "n1"), nextProcessed(4));
    assertThrows(
        JMSException.class, () -> desk.createDurableConnectionConsumer(topic, "sub", "", pool, 1));
    for (ConnectionConsumer each : consumers) {
      each.close();
    }
    TextMessage kept = session.createTextMessage("kept");
    kept.setIntProperty("n", 1);
    session.createProducer(topic).send(kept);
    Session other = desk.createSession();
    assertEquals(List.of("kept"), drain(other.createDurableConsumer(topic, "sub", "n = 1", false)));
    assertEquals(List.of("kept"), drain(other.createSharedDurableConsumer(topic, "subs", "n = 1")));
    assertEquals(List.of(), List.copyOf(processed));
  }

  @Test
  @DisplayName("11.2.1, 8.7 an AUTO_ACKNOWLEDGE listener that throws gets the message again")
  void throwing() throws JMSException, InterruptedException {
    MessageListener failing =
        message -> {
          processed.add(textOf(message) + JmsExceptions.call(() -> deliveryCount(message)));
          if (JmsExceptions.call(() -> deliveryCount(message)) == 1) {
            throw new IllegalArgumentException("the first time");
          }
        };
    connection.createConnectionConsumer(
        queue, null, new Pool(listening(Session.AUTO_ACKNOWLEDGE, failing)), 2);
    send(queue, "a", "b");
    List<String> all = nextProcessed(4);
    assertEquals(List.of("a1", "a2", "b1", "b2"), all.stream().sorted().toList());
    connection.close();
    connection = connect();
    assertEquals(List.of(), left(queue));
  }

  /** Over a network the second may be loaded while the first is at work. */
  private static List<String> eachInOrder(List<String> all) {
    return overNetwork()
        ? all.stream().sorted(Comparator.comparing(text -> text.charAt(0))).toList()
        : all;
  }

  @Test
  @DisplayName("11.2.1, 6.2.10 CLIENT_ACKNOWLEDGE and recover within the session's own listener")
  void clientAcknowledge() throws JMSException, InterruptedException {
    Session[] own = new Session[1];
    own[0] =
        listening(
            Session.CLIENT_ACKNOWLEDGE,
            message ->
                JmsExceptions.run(
                    () -> {
                      processed.add(text(message) + deliveryCount(message));
                      if (deliveryCount(message) == 1) {
                        own[0].recover();
                      } else {
                        message.acknowledge();
                      }
                    }));
    send(queue, "a", "b");
    connection.createConnectionConsumer(queue, null, new Pool(own[0]), 10);
    assertEquals(List.of("a1", "a2", "b1", "b2"), eachInOrder(nextProcessed(4)));
    connection.stop();
    assertEquals(List.of(), left(queue));
  }

  @Test
  @DisplayName("11.2.1, 6.2.7 a transacted session rolls back and commits what it was assigned")
  void transacted() throws JMSException, InterruptedException {
    Session[] own = new Session[1];
    own[0] =
        listening(
            Session.SESSION_TRANSACTED,
            message ->
                JmsExceptions.run(
                    () -> {
                      processed.add(text(message) + deliveryCount(message));
                      send(own[0], session.createQueue("replies"), text(message));
                      if (deliveryCount(message) == 1) {
                        own[0].rollback();
                      } else {
                        own[0].commit();
                      }
                    }));
    send(queue, "a", "b");
    connection.createConnectionConsumer(queue, null, new Pool(own[0]), 10);
    assertEquals(List.of("a1", "a2", "b1", "b2"), eachInOrder(nextProcessed(4)));
    connection.close();
    connection = connect();
    assertEquals(List.of(), left(queue));
    connection.start();
    assertEquals(
        List.of("a", "b"),
        drain(connection.createSession().createConsumer(new BinderyQueue("replies"))));
  }

  @Test
  @DisplayName("11.2.4, 6.1.5 a stopped connection loads nothing, and others get the messages")
  void stopped() throws JMSException, InterruptedException {
    Pool pool = new Pool(connection.createSession());
    connection.stop();
    connection.createConnectionConsumer(queue, null, pool, 1);
    send(queue, "a");
    assertEquals(List.of("a"), left(queue));
    connection.start();
    send(queue, "b");
    assertEquals(List.of("b"), nextProcessed(1));
    connection.stop();
    send(queue, "c");
    assertEquals(List.of("c"), left(queue));
    assertEquals(List.of(), List.copyOf(processed));
  }

  @Test
  @DisplayName(
      "11.2.1, 6.1.5 stop and close wait for a running listener; the rest goes back unseen")
  void closeWaits() throws JMSException, InterruptedException {
    Connection own = connect();
    own.start();
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Session busy = own.createSession();
    busy.setMessageListener(
        message -> {
          inside.countDown();
          ConnectionTest.awaitLatch(go);
          assertThrows(IllegalStateException.class, busy::close);
          assertThrows(IllegalStateException.class, own::close);
          assertThrows(IllegalStateException.class, own::stop);
          processed.add(textOf(message));
        });
    send(queue, "a", "b", "c");
    own.createConnectionConsumer(queue, null, new Pool(busy), 3);
    inside.await();
    Thread closer = start(own::close);
    untilWaiting(closer);
    go.countDown();
    join(closer);
    assertEquals(List.of("a"), List.copyOf(processed));
    Session other = connection.createSession();
    Message b = other.createConsumer(queue).receive(LONG_MS);
    assertEquals("b", text(b));
    assertRedelivered(false, b);
  }

  @Test
  @DisplayName("11.2.1 a session with its own listener receives in no other way, and still sends")
  void dedicated() throws JMSException {
    Session own = connection.createSession();
    own.setMessageListener(message -> {});
    assertThrows(IllegalStateException.class, () -> own.createConsumer(queue));
    assertThrows(IllegalStateException.class, () -> own.createSharedConsumer(topic, "team"));
    send(own, queue, "a");
    own.setMessageListener(null);
    assertNull(own.getMessageListener());
    own.run();
    Session receiving = connection.createSession();
    receiving.createConsumer(queue);
    assertThrows(IllegalStateException.class, () -> receiving.setMessageListener(message -> {}));
    own.close();
    own.run();
    assertThrows(IllegalStateException.class, own::getMessageListener);
    assertThrows(IllegalStateException.class, () -> own.setMessageListener(null));
  }

  @Test
  @DisplayName("11.2.4 closing while the pool keeps it waiting gives its messages back unseen")
  void closedWhileWaiting() throws JMSException, InterruptedException {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    BlockingQueue<String> started = new LinkedBlockingQueue<>();
    Session idle = listening(Session.AUTO_ACKNOWLEDGE, message -> processed.add(textOf(message)));
    ServerSession server =
        new ServerSession() {
          @Override
          public Session getSession() {
            return idle;
          }

          @Override
          public void start() {
            idle.run();
            started.add("started");
          }
        };
    ConnectionConsumer consumer =
        connection.createConnectionConsumer(
            queue,
            null,
            () -> {
              asked.countDown();
              ConnectionTest.awaitLatch(go);
              return server;
            },
            5);
    send(queue, "a");
    asked.await();
    consumer.close();
    Message message = session.createConsumer(queue).receive(LONG_MS);
    assertEquals("a", text(message));
    assertRedelivered(false, message);
    go.countDown();
    assertEquals("started", next(started));
    assertEquals(List.of(), List.copyOf(processed));
  }

  @Test
  @DisplayName("11.2.3 a session that closes before it is run gives back what it was assigned")
  void closedBeforeRun() throws JMSException, InterruptedException {
    BlockingQueue<String> started = new LinkedBlockingQueue<>();
    Session assigned = listening(Session.CLIENT_ACKNOWLEDGE, message -> processed.add("seen"));
    connection.createConnectionConsumer(
        queue,
        null,
        () ->
            new ServerSession() {
              @Override
              public Session getSession() {
                return assigned;
              }

              @Override
              public void start() {
                started.add("started");
              }
            },
        1);
    send(queue, "a");
    next(started);
    connection.stop();
    assigned.close();
    assigned.run();
    assertEquals(List.of("a"), left(queue));
    assertEquals(List.of(), List.copyOf(processed));
  }

  @Test
  @DisplayName("11.2.2 a pool that fails is reported, asked again, and no message is lost")
  void failingPool() throws JMSException, InterruptedException {
    BlockingQueue<JMSException> told = new LinkedBlockingQueue<>();
    connection.setExceptionListener(told::add);
    Session foreign = connect().createSession();
    Session silent = connection.createSession();
    Pool working = new Pool(connection.createSession());
    List<ServerSessionPool> answers = new ArrayList<>();
    answers.add(
        () -> {
          throw new IllegalArgumentException("no session today");
        });
    answers.add(() -> null);
    answers.add(() -> new Server(working, foreign));
    answers.add(() -> new Server(working, silent));
    answers.add(working);
    connection.createConnectionConsumer(queue, null, () -> answers.remove(0).getServerSession(), 1);
    send(queue, "a");
    for (String reason :
        List.of("no session today", "no ServerSession", "not of the connection", "no message")) {
      JMSException problem = next(told);
      assertTrue(problem.getMessage().contains(reason), problem.getMessage());
    }
    assertEquals(List.of("a"), nextProcessed(1));
  }

  @Test
  @DisplayName("11.2.4 wrong arguments are refused by name")
  void arguments() throws JMSException {
    Pool pool = new Pool();
    QueueConnection queues = later(factory.createQueueConnection());
    TopicConnection topics = later(factory.createTopicConnection());
    assertThrows(
        InvalidDestinationException.class,
        () -> connection.createConnectionConsumer(null, null, pool, 1));
    assertThrows(
        InvalidDestinationException.class,
        () -> topics.createConnectionConsumer((jakarta.jms.Topic) null, null, pool, 1));
    assertThrows(
        InvalidSelectorException.class,
        () -> queues.createConnectionConsumer(queue, "= 1", pool, 1));
    for (Executable wrong :
        List.<Executable>of(
            () -> connection.createConnectionConsumer(queue, null, null, 1),
            () -> connection.createConnectionConsumer(queue, null, pool, 0),
            () -> connection.createSharedConnectionConsumer(topic, null, null, pool, 1),
            () -> connection.createSharedDurableConnectionConsumer(topic, "", null, pool, 1),
            () -> connection.createDurableConnectionConsumer(topic, "s", null, pool, 1))) {
      assertThrows(JMSException.class, wrong);
    }
    // What is wrong besides does not hide it.
    assertThrows(
        InvalidDestinationException.class,
        () -> connection.createConnectionConsumer(null, null, null, 0));
    assertThrows(
        InvalidDestinationException.class,
        () -> connection.createSharedConnectionConsumer(null, "s", null, null, 0));
    assertThrows(
        InvalidSelectorException.class,
        () -> connection.createConnectionConsumer(queue, "= 1", null, 0));
    connection.close();
    for (Executable closed :
        List.<Executable>of(
            () -> connection.createConnectionConsumer(queue, null, pool, 1),
            () -> connection.createConnectionConsumer(null, null, null, 0),
            () -> connection.createSharedConnectionConsumer(topic, "s", null, null, 0),
            () -> connection.createDurableConnectionConsumer(topic, "s", null, null, 0),
            () -> connection.createSharedDurableConnectionConsumer(topic, "s", null, null, 0))) {
      assertThrows(IllegalStateException.class, closed);
    }
  }

  @Test
  @DisplayName("11.2.4, 6.2.2 a temporary queue that a connection consumer uses cannot be deleted")
  void temporary() throws JMSException, InterruptedException {
    TemporaryQueue temporary = session.createTemporaryQueue();
    ConnectionConsumer consumer =
        connection.createConnectionConsumer(
            temporary, null, new Pool(connection.createSession()), 1);
    send(temporary, "a");
    assertEquals(List.of("a"), nextProcessed(1));
    assertThrows(JMSException.class, temporary::delete);
    consumer.close();
    temporary.delete();
    assertThrows(
        InvalidDestinationException.class,
        () -> connection.createConnectionConsumer(temporary, null, new Pool(), 1));
  }

  @Test
  @DisplayName("11.2.4, 6.1.2 a connection consumer is a use of the connection")
  void use() throws JMSException {
    Connection own = connect();
    own.createConnectionConsumer(queue, null, new Pool(), 1);
    assertThrows(IllegalStateException.class, () -> own.setClientID("late"));
  }

  @Test
  @DisplayName("11.2.4 an interrupt that a pool leaves behind concerns nothing that comes later")
  void interrupts() throws JMSException, InterruptedException {
    BlockingQueue<Boolean> interrupted = new LinkedBlockingQueue<>();
    Pool pool = new Pool(connection.createSession());
    connection.createConnectionConsumer(
        queue,
        null,
        () -> {
          interrupted.add(Thread.interrupted());
          ServerSession next = pool.getServerSession();
          Thread.currentThread().interrupt();
          return next;
        },
        1);
    for (String text : List.of("a", "b", "c")) {
      send(queue, text);
      assertEquals(List.of(text), nextProcessed(1));
      assertEquals(false, next(interrupted), text);
    }
  }
}
