package io.bindery.jms;

import static io.bindery.testkit.Awaiting.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import jakarta.jms.TransactionRolledBackException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("6.2 Sessions: transactions, order, acknowledgement")
class AcknowledgementTest extends JmsTest {
  private static final int[] ALL_MODES = {
    Session.AUTO_ACKNOWLEDGE,
    Session.CLIENT_ACKNOWLEDGE,
    Session.DUPS_OK_ACKNOWLEDGE,
    Session.SESSION_TRANSACTED
  };

  @Test
  @DisplayName("6.2 sessions of each mode say so")
  void modes() throws JMSException {
    for (int mode : ALL_MODES) {
      Session own = connection.createSession(mode);
      assertEquals(mode, own.getAcknowledgeMode());
      assertEquals(mode == Session.SESSION_TRANSACTED, own.getTransacted());
    }
    assertEquals(
        Session.SESSION_TRANSACTED, connection.createSession(true, 99).getAcknowledgeMode());
    assertEquals(
        Session.CLIENT_ACKNOWLEDGE, connection.createSession(false, 2).getAcknowledgeMode());
    assertThrows(JMSException.class, () -> connection.createSession(99));
    assertThrows(JMSException.class, () -> connection.createSession(false, 99));
    assertThrows(
        JMSException.class, () -> connection.createSession(false, Session.SESSION_TRANSACTED));
  }

  @Test
  @DisplayName("6.2.5 receive beside a listener is refused")
  void receiveBesideListener() throws JMSException {
    MessageConsumer listening = session.createConsumer(queue);
    MessageConsumer receiving = session.createConsumer(session.createQueue("other"));
    listening.setMessageListener(message -> {});
    assertThrows(IllegalStateException.class, receiving::receiveNoWait);
    assertThrows(IllegalStateException.class, listening::receive);
    listening.setMessageListener(null);
    assertNull(listening.getMessageListener());
    assertNull(receiving.receiveNoWait());
  }

  @Test
  @DisplayName("6.2.7 sends are seen with the commit, gone with the rollback")
  void transactedSends() throws JMSException {
    Session transacted = connection.createSession(Session.SESSION_TRANSACTED);
    MessageConsumer consumer = session.createConsumer(queue);
    send(transacted, queue, "a", "b");
    assertNull(consumer.receiveNoWait());
    transacted.commit();
    assertEquals(List.of("a", "b"), drain(consumer));
    send(transacted, queue, "c");
    transacted.rollback();
    transacted.commit();
    assertEquals(List.of(), drain(consumer));
  }

  @Test
  @DisplayName(
      "6.2.7 rolled-back receipts come again in order, redelivered; what nobody saw is not")
  void transactedReceipts() throws JMSException {
    Session transacted = connection.createSession(Session.SESSION_TRANSACTED);
    send(queue, "a", "b", "c", "d");
    MessageConsumer consumer = transacted.createConsumer(queue);
    assertEquals(List.of("a", "b"), receive(consumer, 2));
    transacted.rollback();
    for (String expected : List.of("a", "b", "c", "d")) {
      Message again = consumer.receive(LONG_MS);
      assertEquals(expected, text(again));
      assertRedelivered(expected.compareTo("c") < 0, again);
    }
    transacted.commit();
    assertEquals(List.of(), left(queue));
  }

  @Test
  @DisplayName("6.2.7 more messages than the prefetch fit into one transaction")
  void largeTransaction() throws JMSException {
    factory.setPrefetch(3);
    try (var own = factory.createConnection()) {
      own.start();
      Session transacted = own.createSession(Session.SESSION_TRANSACTED);
      MessageProducer producer = session.createProducer(queue);
      for (int i = 0; i < 50; i++) {
        producer.send(session.createTextMessage("m" + i));
      }
      assertEquals(50, receive(transacted.createConsumer(queue), 50).size());
      transacted.commit();
    }
    assertEquals(List.of(), left(queue));
  }

  @Test
  @DisplayName("6.2.7 a transaction moves messages between queues and topics, all or nothing")
  void moving() throws JMSException {
    Session transacted = connection.createSession(Session.SESSION_TRANSACTED);
    Queue target = session.createQueue("target");
    MessageConsumer copies = session.createConsumer(topic);
    send(queue, "a");
    MessageConsumer consumer = transacted.createConsumer(queue);
    for (boolean commit : new boolean[] {false, true}) {
      Message message = consumer.receive(LONG_MS);
      transacted.createProducer(target).send(message);
      transacted.createProducer(topic).send(message);
      if (commit) {
        transacted.commit();
      } else {
        transacted.rollback();
        assertNull(copies.receiveNoWait());
      }
    }
    assertEquals(List.of("a"), drain(copies));
    assertEquals(List.of("a"), left(target));
    consumer.close();
    assertEquals(List.of(), left(queue));
  }

  @Test
  @DisplayName("6.2.7, 6.2.15 closing a transacted session rolls back")
  void closeRollsBack() throws JMSException {
    Session transacted = connection.createSession(Session.SESSION_TRANSACTED);
    send(queue, "a");
    assertEquals("a", text(transacted.createConsumer(queue).receive(LONG_MS)));
    send(transacted, queue, "b");
    transacted.close();
    transacted.close();
    Message again = session.createConsumer(queue).receive(LONG_MS);
    assertEquals("a", text(again));
    assertRedelivered(true, again);
    assertEquals(List.of(), left(queue));
    assertThrows(IllegalStateException.class, transacted::commit);
    assertThrows(IllegalStateException.class, transacted::rollback);
  }

  @Test
  @DisplayName("6.2.7 commit and rollback need a transacted session, recover one that is not")
  void illegalCalls() throws JMSException {
    assertThrows(IllegalStateException.class, session::commit);
    assertThrows(IllegalStateException.class, session::rollback);
    Session transacted = connection.createSession(Session.SESSION_TRANSACTED);
    assertThrows(IllegalStateException.class, transacted::recover);
  }

  @Test
  @DisplayName("6.2.7 a listener commits and rolls back its own session")
  void listenerRollsBack() throws JMSException, InterruptedException {
    Session transacted = connection.createSession(Session.SESSION_TRANSACTED);
    BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    transacted
        .createConsumer(queue)
        .setMessageListener(
            message ->
                JmsExceptions.run(
                    () -> {
                      seen.add(text(message) + deliveryCount(message));
                      if (deliveryCount(message) == 1) {
                        transacted.rollback();
                      } else {
                        transacted.commit();
                      }
                    }));
    send(queue, "a", "b");
    assertEquals("a1", next(seen));
    assertEquals("a2", next(seen));
    assertEquals("b1", next(seen));
    assertEquals("b2", next(seen));
    connection.stop();
    assertEquals(List.of(), left(queue));
  }

  @Test
  @DisplayName("10.3 a commit that the engine refuses rolls back and says so")
  void refusedCommit() throws JMSException, InterruptedException {
    BlockingQueue<JMSException> told = new LinkedBlockingQueue<>();
    connection.setExceptionListener(told::add);
    Session transacted = connection.createSession(Session.SESSION_TRANSACTED);
    send(transacted, queue, "a");
    engine.close();
    // Over a network a commit that crosses the end on its way has an outcome that nobody knows.
    next(told);
    JMSException refused = assertThrows(JMSException.class, transacted::commit);
    assertTrue(refused instanceof TransactionRolledBackException, refused.toString());
  }

  @ParameterizedTest
  @ValueSource(ints = {Session.AUTO_ACKNOWLEDGE, Session.DUPS_OK_ACKNOWLEDGE})
  @DisplayName(
      "6.2.10 AUTO and DUPS_OK: what was received is gone after the session, what was only prefetched is not")
  void automatic(int mode) throws JMSException {
    Session own = connection.createSession(mode);
    send(queue, "a", "b", "c");
    MessageConsumer consumer = own.createConsumer(queue);
    Message first = consumer.receive(LONG_MS);
    first.acknowledge();
    own.recover();
    assertEquals("b", text(consumer.receive(LONG_MS)));
    own.close();
    Message last = session.createConsumer(queue).receive(LONG_MS);
    assertEquals("c", text(last));
    assertRedelivered(false, last);
    assertEquals(List.of(), left(queue));
  }

  @Test
  @DisplayName("6.2.10 AUTO: a message is acknowledged when receive returns")
  void autoAtOnce() throws JMSException {
    send(queue, "a");
    assertEquals("a", text(session.createConsumer(queue).receive(LONG_MS)));
    until("acknowledged", () -> unacknowledged("orders") == 0);
    assertEquals(List.of(), left(queue));
  }

  @Test
  @DisplayName(
      "6.2.10 CLIENT: acknowledging one message acknowledges all that the session has delivered")
  void clientAcknowledgesSession() throws JMSException {
    Session client = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
    Queue second = session.createQueue("second");
    send(queue, "a", "b", "c");
    send(second, "x");
    MessageConsumer one = client.createConsumer(queue);
    MessageConsumer two = client.createConsumer(second);
    assertEquals("a", text(one.receive(LONG_MS)));
    Message middle = one.receive(LONG_MS);
    assertEquals("x", text(two.receive(LONG_MS)));
    middle.acknowledge();
    client.close();
    assertEquals(List.of("c"), left(queue));
    assertEquals(List.of(), left(second));
  }

  @Test
  @DisplayName("6.2.10 CLIENT: more than the prefetch may wait for their acknowledge")
  void clientOverPrefetch() throws JMSException {
    factory.setPrefetch(2);
    try (var own = factory.createConnection()) {
      own.start();
      Session client = own.createSession(Session.CLIENT_ACKNOWLEDGE);
      send(queue, "a", "b", "c", "d", "e");
      MessageConsumer consumer = client.createConsumer(queue);
      assertEquals(List.of("a", "b", "c", "d", "e"), receive(consumer, 5));
      assertEquals(5, unacknowledged("orders"));
    }
  }

  @Test
  @DisplayName(
      "6.2.10 recover begins again with the first unacknowledged message, all in order, redelivered")
  void recover() throws JMSException {
    Session client = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
    send(queue, "a", "b", "c", "d");
    MessageConsumer consumer = client.createConsumer(queue);
    consumer.receive(LONG_MS).acknowledge();
    assertEquals(List.of("b", "c"), receive(consumer, 2));
    client.recover();
    Message b = consumer.receive(LONG_MS);
    assertEquals("b", text(b));
    assertEquals(2, deliveryCount(b));
    assertEquals("c", text(consumer.receive(LONG_MS)));
    Message d = consumer.receive(LONG_MS);
    assertEquals("d", text(d));
    assertRedelivered(false, d);
    d.acknowledge();
    client.recover();
    assertNull(consumer.receiveNoWait());
  }

  @Test
  @DisplayName("6.2.10 recover within a listener delivers the message again, also with AUTO")
  void recoverWithinListener() throws JMSException, InterruptedException {
    for (int mode : new int[] {Session.AUTO_ACKNOWLEDGE, Session.CLIENT_ACKNOWLEDGE}) {
      Session own = connection.createSession(mode);
      BlockingQueue<String> seen = new LinkedBlockingQueue<>();
      own.createConsumer(queue)
          .setMessageListener(
              message ->
                  JmsExceptions.run(
                      () -> {
                        seen.add(text(message) + deliveryCount(message));
                        if (deliveryCount(message) == 1) {
                          own.recover();
                        } else {
                          message.acknowledge();
                        }
                      }));
      send(queue, "a");
      assertEquals("a1", next(seen));
      assertEquals("a2", next(seen));
      own.close();
      assertEquals(List.of(), left(queue));
    }
  }

  @Test
  @DisplayName(
      "6.2.9 the order of a producer's messages holds through recover and rollback of several consumers")
  void order() throws JMSException {
    Session client = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
    MessageConsumer one = client.createConsumer(queue);
    for (int i = 0; i < 200; i++) {
      send(queue, "m" + i);
    }
    receive(one, 100);
    client.recover();
    for (int i = 0; i < 200; i++) {
      assertEquals("m" + i, text(one.receive(LONG_MS)));
    }
  }

  @Test
  @DisplayName("6.2.9.2 a higher priority may overtake; within one priority the order holds")
  void priorities() throws JMSException {
    MessageProducer producer = session.createProducer(queue);
    for (int priority : new int[] {0, 9, 4, 9, 0}) {
      producer.send(session.createTextMessage("p" + priority), 2, priority, 0);
    }
    assertEquals(List.of("p9", "p9", "p4", "p0", "p0"), drain(session.createConsumer(queue)));
  }

  @Test
  @DisplayName(
      "6.2.13 one session calls its listeners one at a time, on one thread, all consumers in turn")
  void serialExecution() throws JMSException, InterruptedException {
    AtomicInteger inside = new AtomicInteger();
    BlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
    Topic all = session.createTopic("news.#");
    for (int i = 0; i < 3; i++) {
      session
          .createConsumer(all)
          .setMessageListener(
              message -> {
                assertEquals(1, inside.incrementAndGet());
                threads.add(Thread.currentThread());
                inside.decrementAndGet();
              });
    }
    Session sender = connection.createSession();
    for (int i = 0; i < 100; i++) {
      send(sender, topic, "m" + i);
    }
    Thread first = next(threads);
    for (int i = 1; i < 300; i++) {
      assertEquals(first, next(threads));
    }
    assertFalse(first == Thread.currentThread());
  }

  @Test
  @DisplayName("6.2.14 the listeners of two sessions run at the same time")
  void concurrentSessions() throws JMSException, InterruptedException {
    CountDownLatch both = new CountDownLatch(2);
    BlockingQueue<String> met = new LinkedBlockingQueue<>();
    for (int i = 0; i < 2; i++) {
      connection
          .createSession()
          .createConsumer(topic)
          .setMessageListener(
              message -> {
                both.countDown();
                ConnectionTest.awaitLatch(both);
                met.add(textOf(message));
              });
    }
    send(topic, "a");
    assertEquals("a", next(met));
    assertEquals("a", next(met));
  }

  @Test
  @DisplayName(
      "6.2.11, 6.2.12 what was acknowledged or rolled back comes from nowhere a second time")
  void noDuplicates() throws JMSException {
    Session transacted = connection.createSession(Session.SESSION_TRANSACTED);
    send(transacted, queue, "a");
    transacted.rollback();
    send(transacted, queue, "a");
    transacted.commit();
    transacted.commit();
    transacted.rollback();
    MessageConsumer consumer = transacted.createConsumer(queue);
    assertEquals(List.of("a"), drain(consumer));
    transacted.commit();
    transacted.rollback();
    assertEquals(List.of(), drain(consumer));
    transacted.close();
    assertEquals(List.of(), left(queue));
  }

  @Test
  @DisplayName("6.2.15 closing a CLIENT session acknowledges nothing; its messages stay readable")
  void closeClientSession() throws JMSException {
    Session client = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
    send(queue, "a");
    Message message = client.createConsumer(queue).receive(LONG_MS);
    client.close();
    assertEquals("a", text(message));
    assertThrows(IllegalStateException.class, message::acknowledge);
    assertEquals(List.of("a"), left(queue));
  }
}
