package io.bindery.jms;

import static io.bindery.testkit.Awaiting.until;
import static io.bindery.testkit.Awaiting.untilWaiting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.ConnectSpec;
import jakarta.jms.CompletionListener;
import jakarta.jms.DeliveryMode;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("7 Sending messages")
class SendingTest extends JmsTest {
  /** What a completion listener is told. */
  private record Completed(Message message, Exception failure, Thread thread) {}

  private static final class Completing implements CompletionListener {
    private final BlockingQueue<Completed> told = new LinkedBlockingQueue<>();

    @Override
    public void onCompletion(Message message) {
      told.add(new Completed(message, null, Thread.currentThread()));
    }

    @Override
    public void onException(Message message, Exception failure) {
      told.add(new Completed(message, failure, Thread.currentThread()));
    }
  }

  @Test
  @DisplayName("3.4 the send sets the headers, and they arrive so")
  void headers() throws JMSException {
    MessageProducer producer = session.createProducer(queue);
    long beforeMs = System.currentTimeMillis();
    TextMessage sent = session.createTextMessage("a");
    sent.setJMSCorrelationID("c-1");
    sent.setJMSType("order");
    producer.send(sent, DeliveryMode.NON_PERSISTENT, 7, 60_000);
    Message received = session.createConsumer(queue).receive(LONG_MS);
    for (Message each : List.of(sent, received)) {
      assertEquals(DeliveryMode.NON_PERSISTENT, each.getJMSDeliveryMode());
      assertEquals(7, each.getJMSPriority());
      assertTrue(each.getJMSMessageID().startsWith("ID:"));
      assertTrue(each.getJMSTimestamp() >= beforeMs);
      assertEquals(each.getJMSTimestamp() + 60_000, each.getJMSExpiration());
      assertEquals("c-1", each.getJMSCorrelationID());
      assertEquals("order", each.getJMSType());
    }
    assertEquals(sent.getJMSMessageID(), received.getJMSMessageID());
  }

  @Test
  @DisplayName("3.4.3 each message has an identifier of its own, across connections")
  void uniqueIds() throws JMSException {
    TextMessage first = session.createTextMessage("a");
    TextMessage second = session.createTextMessage("b");
    TextMessage third = session.createTextMessage("c");
    session.createProducer(queue).send(first);
    session.createProducer(queue).send(second);
    connect().createSession().createProducer(queue).send(third);
    assertFalse(first.getJMSMessageID().equals(second.getJMSMessageID()));
    assertFalse(second.getJMSMessageID().equals(third.getJMSMessageID()));
  }

  @Test
  @DisplayName("3.4.3, 3.4.4 disabled identifiers and timestamps are null and zero")
  void disabledHeaders() throws JMSException {
    MessageProducer producer = session.createProducer(queue);
    producer.setDisableMessageID(true);
    producer.setDisableMessageTimestamp(true);
    assertTrue(producer.getDisableMessageID() && producer.getDisableMessageTimestamp());
    TextMessage sent = session.createTextMessage("a");
    producer.send(sent);
    Message received = session.createConsumer(queue).receive(LONG_MS);
    for (Message each : List.of(sent, received)) {
      assertNull(each.getJMSMessageID());
      assertEquals(0, each.getJMSTimestamp());
    }
  }

  @Test
  @DisplayName(
      "3.4.13 the delivery time is the time of the send and the delay, with timestamps or without")
  void deliveryTime() throws JMSException {
    MessageProducer producer = session.createProducer(queue);
    MessageConsumer consumer = session.createConsumer(queue);
    for (boolean disabled : new boolean[] {false, true}) {
      producer.setDisableMessageTimestamp(disabled);
      long beforeMs = System.currentTimeMillis();
      TextMessage sent = session.createTextMessage("a");
      producer.send(sent);
      Message received = consumer.receive(LONG_MS);
      assertTrue(sent.getJMSDeliveryTime() >= beforeMs);
      assertEquals(sent.getJMSDeliveryTime(), received.getJMSDeliveryTime());
    }
  }

  @Test
  @DisplayName("3.9 a message may be sent again and changed after the send")
  void sentMessageStaysOurs() throws JMSException {
    MessageProducer producer = session.createProducer(queue);
    TextMessage message = session.createTextMessage("a");
    producer.send(message);
    message.setText("b");
    producer.send(message);
    assertEquals(List.of("a", "b"), drain(session.createConsumer(queue)));
  }

  @Test
  @DisplayName(
      "7.1 a producer with a destination sends there only, one without needs one for each send")
  void identifiedOrNot() throws JMSException {
    Message message = session.createTextMessage("a");
    MessageProducer identified = session.createProducer(queue);
    MessageProducer open = session.createProducer(null);
    assertSame(queue, identified.getDestination());
    assertNull(open.getDestination());
    assertThrows(UnsupportedOperationException.class, () -> identified.send(queue, message));
    assertThrows(UnsupportedOperationException.class, () -> open.send(message));
    assertThrows(InvalidDestinationException.class, () -> open.send((Queue) null, message));
    assertThrows(MessageFormatException.class, () -> identified.send(null));
    open.send(queue, message);
    assertEquals(List.of("a"), left(queue));
    identified.close();
    identified.close();
    assertThrows(IllegalStateException.class, () -> identified.send(message));
    assertThrows(IllegalStateException.class, identified::getPriority);
  }

  @Test
  @DisplayName("7.4 options: defaults, and values out of range")
  void options() throws JMSException {
    MessageProducer producer = session.createProducer(queue);
    assertEquals(DeliveryMode.PERSISTENT, producer.getDeliveryMode());
    assertEquals(4, producer.getPriority());
    assertEquals(0, producer.getTimeToLive());
    assertEquals(0, producer.getDeliveryDelay());
    assertThrows(JMSException.class, () -> producer.setDeliveryMode(3));
    assertThrows(JMSException.class, () -> producer.setPriority(10));
    assertThrows(JMSException.class, () -> producer.setPriority(-1));
    assertThrows(JMSException.class, () -> producer.setTimeToLive(-1));
    assertThrows(JMSException.class, () -> producer.setDeliveryDelay(-1));
    assertThrows(JMSException.class, () -> producer.send(session.createMessage(), 2, 11, 0));
    producer.setPriority(9);
    producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
    TextMessage message = session.createTextMessage("a");
    producer.send(message);
    assertEquals(9, message.getJMSPriority());
    assertEquals(DeliveryMode.NON_PERSISTENT, message.getJMSDeliveryMode());
  }

  @Test
  @DisplayName(
      "7.2 a queue that is missing is made by the send, so that nothing is lost before the first consumer")
  void queueIsMade() throws JMSException {
    send(session.createQueue("never.seen"), "a");
    assertEquals(List.of("a"), left(session.createQueue("never.seen")));
    Session transacted = connection.createSession(Session.SESSION_TRANSACTED);
    send(transacted, session.createQueue("never.seen.either"), "b");
    transacted.commit();
    assertEquals(List.of("b"), left(session.createQueue("never.seen.either")));
  }

  @Test
  @DisplayName(
      "7.2 what is temporary and gone is not made again; an exchange that is missing is refused")
  void missingIsRefused() throws JMSException {
    TemporaryQueue temporary = session.createTemporaryQueue();
    MessageProducer producer = session.createProducer(temporary);
    producer.send(session.createTextMessage("a"));
    temporary.delete();
    assertThrows(
        InvalidDestinationException.class, () -> producer.send(session.createTextMessage("b")));
  }

  @Test
  @DisplayName(
      "3.4.6, 4.1.2 who asks for replies makes their queue; who replies never makes one that is gone")
  void replies() throws JMSException, AmqpException {
    Queue replies = session.createQueue("replies");
    TextMessage request = session.createTextMessage("ask");
    request.setJMSReplyTo(replies);
    session.createProducer(queue).send(request);
    Message asked = session.createConsumer(queue).receive(LONG_MS);
    assertEquals(replies, asked.getJMSReplyTo());
    send(asked.getJMSReplyTo(), "answer");
    assertEquals(List.of("answer"), left(replies));
    try (AmqpConnection admin = engine.connect(ConnectSpec.anonymous("admin")).await()) {
      admin.openChannel().await().deleteQueue("replies", false, false).await();
    }
    assertThrows(InvalidDestinationException.class, () -> send(asked.getJMSReplyTo(), "to nobody"));
    send(replies, "by its name");
    assertEquals(List.of("by its name"), left(replies));
  }

  @Test
  @DisplayName(
      "7.2 sending to a topic pattern is refused; a topic without subscribers takes and forgets")
  void topics() throws JMSException {
    Topic pattern = session.createTopic("news.#");
    InvalidDestinationException refused =
        assertThrows(InvalidDestinationException.class, () -> session.createProducer(pattern));
    assertTrue(refused.getMessage().contains("news.#"), refused.getMessage());
    MessageProducer open = session.createProducer(null);
    assertThrows(
        InvalidDestinationException.class,
        () -> open.send(pattern, session.createTextMessage("a")));
    send(topic, "lost");
    assertNull(session.createConsumer(topic).receiveNoWait());
  }

  @Test
  @DisplayName("7.3 asynchronous sends complete in order, on another thread, and are delivered")
  void asynchronous() throws JMSException, InterruptedException {
    MessageProducer producer = session.createProducer(queue);
    Completing listener = new Completing();
    for (int i = 0; i < 50; i++) {
      producer.send(session.createTextMessage("m" + i), listener);
    }
    for (int i = 0; i < 50; i++) {
      Completed completed = next(listener.told);
      assertEquals("m" + i, text(completed.message()));
      assertNull(completed.failure());
      assertNotSame(Thread.currentThread(), completed.thread());
    }
    MessageProducer open = session.createProducer(null);
    open.send(queue, session.createTextMessage("m50"), listener);
    producer.send(session.createTextMessage("m51"), DeliveryMode.NON_PERSISTENT, 4, 0, listener);
    open.send(queue, session.createTextMessage("m52"), DeliveryMode.PERSISTENT, 4, 0, listener);
    for (int i = 50; i < 53; i++) {
      assertEquals("m" + i, text(next(listener.told).message()));
    }
    assertEquals(53, left(queue).size());
    assertThrows(
        IllegalArgumentException.class, () -> producer.send(session.createMessage(), null));
  }

  @Test
  @DisplayName("7.3.1 when the completion listener is called, the message is there")
  void completionMeansSent() throws JMSException, InterruptedException {
    Session receiving = connection.createSession();
    MessageConsumer consumer = receiving.createConsumer(queue);
    BlockingQueue<String> received = new LinkedBlockingQueue<>();
    CompletionListener looking =
        new CompletionListener() {
          @Override
          public void onCompletion(Message message) {
            received.add(textOf(JmsExceptions.call(consumer::receiveNoWait)));
          }

          @Override
          public void onException(Message message, Exception failure) {
            received.add(failure.toString());
          }
        };
    session.createProducer(queue).send(session.createTextMessage("a"), looking);
    assertEquals("a", next(received));
  }

  @Test
  @DisplayName("6.2.4 messages of one session, and of one connection, are sent by any other")
  void messagesOfOthers() throws JMSException {
    Session other = connect().createSession();
    for (Message each :
        List.of(
            other.createMessage(),
            other.createTextMessage(),
            other.createBytesMessage(),
            other.createMapMessage(),
            other.createStreamMessage(),
            other.createObjectMessage(),
            other.createObjectMessage("body"))) {
      session.createProducer(queue).send(each);
    }
    MessageConsumer consumer = session.createConsumer(queue);
    for (Class<? extends Message> kind :
        List.of(
            Message.class,
            TextMessage.class,
            jakarta.jms.BytesMessage.class,
            jakarta.jms.MapMessage.class,
            jakarta.jms.StreamMessage.class,
            jakarta.jms.ObjectMessage.class,
            jakarta.jms.ObjectMessage.class)) {
      assertTrue(kind.isInstance(consumer.receive(LONG_MS)), kind.getName());
    }
  }

  @Test
  @DisplayName(
      "4.1.8, 9.1 a queue keeps both delivery modes while nobody consumes, and gives each once")
  void reliability() throws JMSException {
    MessageProducer producer = session.createProducer(queue);
    producer.send(session.createTextMessage("persistent"));
    producer.send(session.createTextMessage("not"), DeliveryMode.NON_PERSISTENT, 4, 0);
    connection.close();
    assertEquals(List.of("persistent", "not"), left(queue));
    assertEquals(List.of(), left(queue));
  }

  @Test
  @DisplayName(
      "7.3.6 the headers that a send sets are there when the completion listener is called")
  void asynchronousHeaders() throws JMSException, InterruptedException {
    Completing listener = new Completing();
    MessageProducer producer = session.createProducer(queue);
    producer.setDeliveryDelay(1);
    producer.send(session.createTextMessage("a"), DeliveryMode.NON_PERSISTENT, 7, 60_000, listener);
    Message sent = next(listener.told).message();
    Message received = session.createConsumer(queue).receive(LONG_MS);
    assertTrue(sent.getJMSMessageID().startsWith("ID:"));
    assertEquals(sent.getJMSMessageID(), received.getJMSMessageID());
    assertEquals(queue, sent.getJMSDestination());
    assertEquals(7, sent.getJMSPriority());
    assertEquals(DeliveryMode.NON_PERSISTENT, sent.getJMSDeliveryMode());
    assertEquals(sent.getJMSTimestamp() + 60_000, sent.getJMSExpiration());
    assertEquals(sent.getJMSTimestamp() + 1, received.getJMSDeliveryTime());
  }

  @Test
  @DisplayName("7.3.2 what can be thrown by the call is not told to the listener")
  void asynchronousRefusal() throws JMSException {
    TemporaryQueue temporary = session.createTemporaryQueue();
    temporary.delete();
    MessageProducer producer = session.createProducer(null);
    Completing listener = new Completing();
    assertThrows(MessageFormatException.class, () -> producer.send(queue, null, listener));
    assertTrue(listener.told.isEmpty());
  }

  @Test
  @DisplayName("7.3.2 what cannot is: onException")
  void asynchronousFailure() throws JMSException, InterruptedException {
    TemporaryQueue temporary = session.createTemporaryQueue();
    MessageProducer producer = session.createProducer(temporary);
    temporary.delete();
    Completing listener = new Completing();
    producer.send(session.createTextMessage("a"), listener);
    assertTrue(next(listener.told).failure() instanceof InvalidDestinationException);
  }

  @Test
  @DisplayName("7.3.4 close and commit wait for the listeners")
  void closeWaits() throws JMSException, InterruptedException {
    for (boolean commit : new boolean[] {true, false}) {
      Session transacted = connection.createSession(Session.SESSION_TRANSACTED);
      MessageProducer producer = transacted.createProducer(queue);
      CountDownLatch go = new CountDownLatch(1);
      BlockingQueue<String> done = new LinkedBlockingQueue<>();
      producer.send(
          transacted.createTextMessage("a"),
          new CompletionListener() {
            @Override
            public void onCompletion(Message message) {
              ConnectionTest.awaitLatch(go);
              done.add("completed");
            }

            @Override
            public void onException(Message message, Exception failure) {
              done.add("failed");
            }
          });
      Thread ending =
          start(
              () -> {
                if (commit) {
                  transacted.commit();
                } else {
                  transacted.close();
                }
                done.add("ended");
              });
      untilWaiting(ending);
      go.countDown();
      assertEquals("completed", next(done));
      assertEquals("ended", next(done));
      join(ending);
    }
    assertEquals(List.of("a"), left(queue));
  }

  @Test
  @DisplayName(
      "7.3.4 a completion listener may not close its producer, session or connection, nor commit or roll back")
  void forbiddenInCompletion() throws JMSException, InterruptedException {
    Session transacted = connection.createSession(Session.SESSION_TRANSACTED);
    MessageProducer producer = transacted.createProducer(queue);
    BlockingQueue<Object> refused = new LinkedBlockingQueue<>();
    producer.send(
        transacted.createTextMessage("a"),
        new CompletionListener() {
          @Override
          public void onCompletion(Message message) {
            refused.add(assertThrows(IllegalStateException.class, producer::close));
            refused.add(assertThrows(IllegalStateException.class, transacted::close));
            refused.add(assertThrows(IllegalStateException.class, connection::close));
            refused.add(assertThrows(IllegalStateException.class, transacted::commit));
            refused.add(assertThrows(IllegalStateException.class, transacted::rollback));
          }

          @Override
          public void onException(Message message, Exception failure) {
            refused.add(failure);
          }
        });
    for (int i = 0; i < 5; i++) {
      assertTrue(next(refused) instanceof IllegalStateException);
    }
  }

  @Test
  @DisplayName("7.8 an expired message is not delivered, not even from the prefetch")
  void timeToLive() throws JMSException {
    MessageProducer producer = session.createProducer(queue);
    MessageConsumer consumer = session.createConsumer(queue);
    send(queue, "first");
    producer.setTimeToLive(1);
    TextMessage brief = session.createTextMessage("brief");
    producer.send(brief);
    send(queue, "last");
    assertEquals("first", text(consumer.receive(LONG_MS)));
    until(
        "expired", () -> System.currentTimeMillis() > JmsExceptions.call(brief::getJMSExpiration));
    assertEquals("last", text(consumer.receive(LONG_MS)));
  }

  @Test
  @DisplayName("7.9 a delayed message comes not before its time, and holds up nothing behind it")
  void deliveryDelay() throws JMSException {
    MessageProducer producer = session.createProducer(queue);
    producer.setDeliveryDelay(60_000);
    producer.send(session.createTextMessage("much later"));
    send(queue, "soon");
    producer.setDeliveryDelay(300);
    TextMessage late = session.createTextMessage("late");
    producer.send(late);
    MessageConsumer consumer = session.createConsumer(queue);
    assertEquals("soon", text(consumer.receive(LONG_MS)));
    Message atOnce = notBeforeItsTime(consumer);
    assertEquals("late", text(atOnce == null ? consumer.receive(LONG_MS) : atOnce));
    assertTrue(System.currentTimeMillis() >= late.getJMSTimestamp() + 300);
    assertNull(consumer.receiveNoWait());
  }
}
