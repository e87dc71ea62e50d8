package io.bindery.jms;

import static io.bindery.testkit.Awaiting.untilWaiting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageListener;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("8 Receiving messages")
class ReceivingTest extends JmsTest {
  private void sendColoured(String... colours) throws JMSException {
    for (String colour : colours) {
      TextMessage message = session.createTextMessage(colour);
      message.setStringProperty("colour", colour);
      session.createProducer(queue).send(message);
    }
  }

  @Test
  @DisplayName("8.1, 8.2, 3.8 a selector takes what matches and leaves the rest")
  void selector() throws JMSException {
    MessageConsumer red = session.createConsumer(queue, "colour = 'red'");
    assertEquals("colour = 'red'", red.getMessageSelector());
    sendColoured("red", "blue", "red");
    assertEquals(List.of("red", "red"), drain(red));
    assertEquals(List.of("blue"), left(queue));
    MessageConsumer all = session.createConsumer(queue, "");
    assertNull(all.getMessageSelector());
  }

  @Test
  @DisplayName("3.8.1 an invalid selector is refused with its place")
  void invalidSelector() throws JMSException {
    for (var destination : List.of(queue, topic)) {
      InvalidSelectorException wrong =
          assertThrows(
              InvalidSelectorException.class,
              () -> session.createConsumer(destination, "colour ="));
      assertTrue(wrong.getMessage().contains("colour ="), wrong.getMessage());
    }
    assertThrows(InvalidSelectorException.class, () -> session.createBrowser(queue, "((("));
    assertThrows(InvalidDestinationException.class, () -> session.createConsumer(null));
  }

  @Test
  @DisplayName("8.5 receive waits, receive with a timeout gives up, receiveNoWait only looks")
  void receive() throws JMSException, InterruptedException {
    MessageConsumer consumer = session.createConsumer(queue);
    assertNull(consumer.receiveNoWait());
    assertNull(consumer.receive(1));
    BlockingQueue<String> received = new LinkedBlockingQueue<>();
    Thread receiver = start(() -> received.add(text(consumer.receive())));
    untilWaiting(receiver);
    send(connect().createSession(), queue, "a");
    assertEquals("a", next(received));
    join(receiver);
  }

  @Test
  @DisplayName("8.5 a thousand messages come in order, with any prefetch")
  void prefetches() throws JMSException {
    for (int prefetch : new int[] {0, 1, 3, 64}) {
      factory.setPrefetch(prefetch);
      try (var own = factory.createConnection()) {
        own.start();
        Session sender = own.createSession();
        MessageConsumer consumer = own.createSession().createConsumer(queue);
        for (int i = 0; i < 1_000; i++) {
          send(sender, queue, "m" + i);
        }
        for (int i = 0; i < 1_000; i++) {
          assertEquals("m" + i, text(consumer.receive(LONG_MS)));
        }
        assertNull(consumer.receiveNoWait());
      }
    }
  }

  @Test
  @DisplayName("8.5 two consumers share a queue: each message once")
  void competing() throws JMSException, InterruptedException {
    BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    for (int i = 0; i < 2; i++) {
      Session own = connection.createSession();
      own.createConsumer(queue).setMessageListener(message -> seen.add(textOf(message)));
    }
    for (int i = 0; i < 500; i++) {
      send(queue, "m" + i);
    }
    List<String> all = new java.util.ArrayList<>();
    for (int i = 0; i < 500; i++) {
      all.add(next(seen));
    }
    assertEquals(500, all.stream().distinct().count());
    assertTrue(seen.isEmpty());
  }

  @ParameterizedTest
  @ValueSource(ints = {Session.AUTO_ACKNOWLEDGE, Session.DUPS_OK_ACKNOWLEDGE})
  @DisplayName(
      "8.7 AUTO, DUPS_OK: what a listener throws on is delivered again at once, before what is behind it")
  void throwingAutomatic(int mode) throws JMSException, InterruptedException {
    Session own = connection.createSession(mode);
    BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    MessageListener listener =
        message -> {
          seen.add(textOf(message) + JmsExceptions.call(() -> deliveryCount(message)));
          if (JmsExceptions.call(() -> text(message).equals("a") && !message.getJMSRedelivered())) {
            throw new IllegalArgumentException("thrown by a test's listener");
          }
        };
    send(queue, "a", "b", "c");
    own.createConsumer(queue).setMessageListener(listener);
    assertEquals("a1", next(seen));
    assertEquals("a2", next(seen));
    assertEquals("b1", next(seen));
    assertEquals("c1", next(seen));
    own.close();
    assertEquals(List.of(), left(queue));
  }

  @ParameterizedTest
  @ValueSource(ints = {Session.CLIENT_ACKNOWLEDGE, Session.SESSION_TRANSACTED})
  @DisplayName(
      "8.7 CLIENT, transacted: the next message is delivered; the session decides about the other")
  void throwingManual(int mode) throws JMSException, InterruptedException {
    Session own = connection.createSession(mode);
    BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    own.createConsumer(queue)
        .setMessageListener(
            message -> {
              seen.add(textOf(message));
              throw new IllegalArgumentException("thrown by a test's listener");
            });
    send(queue, "a", "b");
    assertEquals("a", next(seen));
    assertEquals("b", next(seen));
    own.close();
    assertEquals(List.of("a", "b"), left(queue));
  }

  @Test
  @DisplayName("8.7 what always fails ends in the dead letters, and does not loop")
  void poison() throws JMSException, InterruptedException {
    CountDownLatch good = new CountDownLatch(1);
    session
        .createConsumer(queue)
        .setMessageListener(
            message -> {
              if (textOf(message).equals("poison")) {
                throw new IllegalArgumentException("thrown by a test's listener");
              }
              good.countDown();
            });
    send(connect().createSession(), queue, "poison", "good");
    good.await();
    Session other = connection.createSession();
    Message dead = other.createConsumer(other.createQueue("bindery.dead.orders")).receive(LONG_MS);
    assertEquals("poison", text(dead));
  }

  @Test
  @DisplayName("8.7 what a listener that is removed has not seen is for others")
  void removedListener() throws JMSException, InterruptedException {
    List<String> all = IntStream.range(0, 60).mapToObj(i -> "m" + i).toList();
    send(queue, all.toArray(String[]::new));
    MessageConsumer consumer = session.createConsumer(queue);
    BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    CountDownLatch removed = new CountDownLatch(1);
    consumer.setMessageListener(
        message -> {
          seen.add(textOf(message));
          if (seen.size() == 30) {
            JmsExceptions.run(() -> consumer.setMessageListener(null));
            removed.countDown();
          }
        });
    ConnectionTest.awaitLatch(removed);
    assertEquals(all.subList(30, 60), left(queue));
    assertEquals(all.subList(0, 30), List.copyOf(seen));
    send(queue, "again");
    assertEquals("again", text(consumer.receive(LONG_MS)));
  }

  @Test
  @DisplayName("8.7 a listener is told what it listens to")
  void listenerAccess() throws JMSException {
    MessageConsumer consumer = session.createConsumer(queue);
    assertNull(consumer.getMessageListener());
    MessageListener listener = message -> {};
    consumer.setMessageListener(listener);
    assertSame(listener, consumer.getMessageListener());
  }

  @Test
  @DisplayName(
      "8.8 closing a consumer ends its receive, gives back what it had not shown, and closes twice")
  void closeConsumer() throws JMSException, InterruptedException {
    MessageConsumer consumer = session.createConsumer(queue);
    AtomicReference<Message> received = new AtomicReference<>(session.createMessage());
    Thread receiver = start(() -> received.set(consumer.receive()));
    untilWaiting(receiver);
    consumer.close();
    join(receiver);
    assertNull(received.get());
    consumer.close();
    assertThrows(IllegalStateException.class, consumer::receive);
    assertThrows(IllegalStateException.class, consumer::getMessageListener);
    send(queue, "a", "b", "c");
    MessageConsumer second = session.createConsumer(queue);
    assertEquals("a", text(second.receive(LONG_MS)));
    second.close();
    assertEquals(List.of("b", "c"), left(queue));
  }

  @Test
  @DisplayName(
      "5.2 a destination's own prefetch counts: one taken on demand leaves the rest to others")
  void prefetchOfDestination() throws JMSException {
    send(queue, "a", "b", "c");
    MessageConsumer one = session.createConsumer(new BinderyQueue("queue:orders?prefetch=0"));
    assertEquals("a", text(one.receive(LONG_MS)));
    MessageConsumer other = connection.createSession().createConsumer(queue);
    assertEquals(List.of("b", "c"), drain(other));
    assertThrows(
        InvalidDestinationException.class,
        () -> session.createQueue("queue:orders?prefetch=20000"));
    assertEquals("a?prefetch=1", session.createQueue("a?prefetch=1").getQueueName());
    Queue odd = session.createQueue("queue:queue:a%3Fb");
    assertEquals(odd, session.createQueue(odd.getQueueName()));
  }

  @Test
  @DisplayName("8.8 closing a consumer waits for its listener, whose message is acknowledged")
  void closeWaitsForListener() throws JMSException, InterruptedException {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    MessageConsumer consumer = session.createConsumer(queue);
    consumer.setMessageListener(
        message -> {
          inside.countDown();
          ConnectionTest.awaitLatch(go);
        });
    send(connect().createSession(), queue, "a", "b");
    inside.await();
    Thread closer = start(consumer::close);
    untilWaiting(closer);
    go.countDown();
    join(closer);
    assertEquals(List.of("b"), left(queue));
  }

  @Test
  @DisplayName(
      "8.8 a listener may close its own consumer; its message is acknowledged, the rest is not lost")
  void closeWithinListener() throws JMSException, InterruptedException {
    CountDownLatch closed = new CountDownLatch(1);
    MessageConsumer consumer = session.createConsumer(queue);
    consumer.setMessageListener(
        message -> {
          JmsExceptions.run(consumer::close);
          closed.countDown();
        });
    send(connect().createSession(), queue, "a", "b", "c");
    closed.await();
    connection.stop();
    assertEquals(List.of("b", "c"), left(queue));
  }

  @Test
  @DisplayName(
      "8.8 what a closed consumer delivered is acknowledged, committed and rolled back by the session")
  void closedConsumersMessages() throws JMSException {
    Session client = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
    send(queue, "a", "b");
    MessageConsumer first = client.createConsumer(queue);
    Message message = first.receive(LONG_MS);
    first.close();
    message.acknowledge();
    Session transacted = connection.createSession(Session.SESSION_TRANSACTED);
    MessageConsumer second = transacted.createConsumer(queue);
    assertEquals("b", text(second.receive(LONG_MS)));
    second.close();
    transacted.rollback();
    Message again = session.createConsumer(queue).receive(LONG_MS);
    assertEquals("b", text(again));
    assertRedelivered(true, again);
  }

  @Test
  @DisplayName("4.1.2 a receive whose queue is deleted ends with an exception")
  void deletedQueue() throws JMSException, InterruptedException, io.bindery.engine.AmqpException {
    Queue doomed = session.createQueue("doomed");
    MessageConsumer consumer = session.createConsumer(doomed);
    AtomicReference<JMSException> thrown = new AtomicReference<>();
    Thread receiver =
        start(() -> thrown.set(assertThrows(InvalidDestinationException.class, consumer::receive)));
    untilWaiting(receiver);
    try (io.bindery.engine.AmqpConnection admin =
        engine.connect(io.bindery.engine.ConnectSpec.anonymous("admin")).await()) {
      admin.openChannel().await().deleteQueue("doomed", false, false).await();
    }
    join(receiver);
    assertTrue(thrown.get().getMessage().contains("doomed"));
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        Session.AUTO_ACKNOWLEDGE,
        Session.CLIENT_ACKNOWLEDGE,
        Session.DUPS_OK_ACKNOWLEDGE,
        Session.SESSION_TRANSACTED
      })
  @DisplayName(
      "8.5, 8.7 a slow consumer takes what it is at work on, the rest goes to others that wait")
  void slowConsumer(int mode) throws JMSException, InterruptedException {
    Queue queue = onDemand("orders");
    send(queue, "a", "b", "c", "d", "e", "f");
    Session slow = connection.createSession(mode);
    MessageConsumer receiving = slow.createConsumer(queue);
    assertEquals("a", text(receiving.receive(LONG_MS)));
    MessageConsumer other = session.createConsumer(queue);
    assertEquals("b", text(other.receive(LONG_MS)));
    CountDownLatch go = new CountDownLatch(1);
    BlockingQueue<String> listened = new LinkedBlockingQueue<>();
    slow.createConsumer(queue)
        .setMessageListener(
            message -> {
              listened.add(textOf(message));
              ConnectionTest.awaitLatch(go);
            });
    String begun = next(listened);
    Set<String> rest = new TreeSet<>(List.of("c", "d", "e", "f"));
    assertTrue(rest.remove(begun), begun);
    while (!rest.isEmpty()) {
      Message next = other.receive(LONG_MS);
      assertTrue(rest.remove(text(next)), text(next));
      assertRedelivered(false, next);
    }
    go.countDown();
    if (mode == Session.CLIENT_ACKNOWLEDGE || mode == Session.SESSION_TRANSACTED) {
      slow.close();
      assertEquals(List.of("a", begun), left(queue));
    }
  }
}
