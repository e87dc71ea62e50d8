package io.bindery.jms;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("3.4 Message header fields")
class MessageHeaderTest extends JmsTest {
  private Message roundTrip(Message message) throws JMSException {
    try (MessageConsumer consumer = session.createConsumer(queue)) {
      session.createProducer(queue).send(message);
      return consumer.receive(LONG_MS);
    }
  }

  @Test
  @DisplayName("3.4, 3.7 before the send: defaults, and every field can be set and read")
  void unsent() throws JMSException {
    Message message = session.createMessage();
    assertNull(message.getJMSMessageID());
    assertNull(message.getJMSDestination());
    assertNull(message.getJMSReplyTo());
    assertNull(message.getJMSCorrelationID());
    assertNull(message.getJMSCorrelationIDAsBytes());
    assertNull(message.getJMSType());
    assertEquals(Message.DEFAULT_DELIVERY_MODE, message.getJMSDeliveryMode());
    assertEquals(Message.DEFAULT_PRIORITY, message.getJMSPriority());
    assertEquals(0, message.getJMSExpiration());
    assertEquals(0, message.getJMSTimestamp());
    assertEquals(0, message.getJMSDeliveryTime());
    assertFalse(message.getJMSRedelivered());
    setAll(message);
    assertEquals("mine", message.getJMSMessageID());
    assertSame(topic, message.getJMSDestination());
    assertEquals(DeliveryMode.NON_PERSISTENT, message.getJMSDeliveryMode());
    assertEquals(9, message.getJMSPriority());
    assertEquals(12_345, message.getJMSExpiration());
    assertEquals(23_456, message.getJMSTimestamp());
    assertEquals(34_567, message.getJMSDeliveryTime());
    assertTrue(message.getJMSRedelivered());
  }

  /** What is not for applications to set. */
  private void setAll(Message message) throws JMSException {
    message.setJMSMessageID("mine");
    message.setJMSDestination(topic);
    message.setJMSDeliveryMode(DeliveryMode.NON_PERSISTENT);
    message.setJMSPriority(9);
    message.setJMSExpiration(12_345);
    message.setJMSTimestamp(23_456);
    message.setJMSDeliveryTime(34_567);
    message.setJMSRedelivered(true);
  }

  @Test
  @DisplayName(
      "3.4.11 what the application set of the provider's fields is overwritten by the send")
  void overwritten() throws JMSException {
    Message sent = session.createMessage();
    setAll(sent);
    long beforeMs = System.currentTimeMillis();
    Message received = roundTrip(sent);
    long afterMs = System.currentTimeMillis();
    for (Message each : List.of(sent, received)) {
      assertTrue(each.getJMSMessageID().startsWith("ID:"));
      assertEquals(queue, each.getJMSDestination());
      assertEquals(DeliveryMode.PERSISTENT, each.getJMSDeliveryMode());
      assertEquals(4, each.getJMSPriority());
      assertEquals(0, each.getJMSExpiration());
      assertTrue(each.getJMSTimestamp() >= beforeMs && each.getJMSTimestamp() <= afterMs);
      assertEquals(each.getJMSTimestamp(), each.getJMSDeliveryTime());
    }
    assertFalse(received.getJMSRedelivered());
    // A received message's fields may be changed (3.10).
    setAll(received);
    assertEquals("mine", received.getJMSMessageID());
    assertSame(topic, received.getJMSDestination());
  }

  @Test
  @DisplayName("3.3, 3.4.1, 3.4.11 a received message that is sent on gets all fields anew")
  void forwarded() throws JMSException {
    Queue second = session.createQueue("second");
    TextMessage sent = session.createTextMessage("a");
    sent.setJMSType("t");
    sent.setJMSReplyTo(topic);
    sent.setJMSCorrelationIDAsBytes(new byte[] {-1, -2});
    sent.setStringProperty("p", "v");
    MessageProducer producer = session.createProducer(queue);
    producer.send(sent, DeliveryMode.NON_PERSISTENT, 8, 1_000_000);
    Message received = session.createConsumer(queue).receive(LONG_MS);
    final String firstId = received.getJMSMessageID();
    session.createProducer(second).send(received);
    TextMessage again = (TextMessage) session.createConsumer(second).receive(LONG_MS);
    for (Message each : List.of(received, again)) {
      assertEquals(second, each.getJMSDestination());
      assertNotEquals(firstId, each.getJMSMessageID());
      assertEquals(DeliveryMode.PERSISTENT, each.getJMSDeliveryMode());
      assertEquals(4, each.getJMSPriority());
      assertEquals(0, each.getJMSExpiration());
      assertEquals("t", each.getJMSType());
      assertEquals(topic, each.getJMSReplyTo());
      assertArrayEquals(new byte[] {-1, -2}, each.getJMSCorrelationIDAsBytes());
      assertEquals("v", each.getStringProperty("p"));
    }
    assertEquals("a", again.getText());
    assertEquals(1, deliveryCount(again));
  }

  @Test
  @DisplayName("3.4.1, 3.4.6 destination and reply-to of each kind arrive equal, in their kind")
  void destinations() throws JMSException {
    List<Destination> all =
        List.of(
            queue,
            topic,
            session.createTemporaryQueue(),
            session.createTemporaryTopic(),
            session.createQueue("a/b%c?d"),
            session.createTopic("a.b:c"),
            session.createQueue("topic"));
    for (Destination to : all) {
      try (MessageConsumer consumer = session.createConsumer(to)) {
        for (Destination replyTo : all) {
          Message sent = session.createMessage();
          sent.setJMSReplyTo(replyTo);
          session.createProducer(to).send(sent);
          assertSame(to, sent.getJMSDestination());
          Message received = consumer.receive(LONG_MS);
          assertEquals(to, received.getJMSDestination());
          assertEquals(to instanceof Queue, received.getJMSDestination() instanceof Queue);
          assertEquals(to instanceof Topic, received.getJMSDestination() instanceof Topic);
          assertEquals(replyTo, received.getJMSReplyTo());
          assertEquals(replyTo instanceof Queue, received.getJMSReplyTo() instanceof Queue);
        }
      }
    }
    Message message = session.createMessage();
    message.setJMSReplyTo(queue);
    message.setJMSReplyTo(null);
    assertNull(roundTrip(message).getJMSReplyTo());
    class Elsewhere implements Destination {}
    assertThrows(InvalidDestinationException.class, () -> message.setJMSReplyTo(new Elsewhere()));
  }

  @Test
  @DisplayName("3.4.5 correlation identifiers: texts, message identifiers and bytes, as both")
  void correlation() throws JMSException {
    Message message = session.createMessage();
    for (String text : List.of("c-1", "ID:x", "", "größe €")) {
      message.setJMSCorrelationID(text);
      for (Message each : List.of(message, roundTrip(message))) {
        assertEquals(text, each.getJMSCorrelationID());
        assertArrayEquals(text.getBytes(StandardCharsets.UTF_8), each.getJMSCorrelationIDAsBytes());
      }
    }
    for (byte[] bytes :
        List.of(new byte[] {1, 2}, new byte[] {0, -1, -128}, new byte[0], new byte[300])) {
      byte[] given = bytes.clone();
      message.setJMSCorrelationIDAsBytes(given);
      java.util.Arrays.fill(given, (byte) 9);
      for (Message each : List.of(message, roundTrip(message))) {
        assertArrayEquals(bytes, each.getJMSCorrelationIDAsBytes());
        assertNotSame(each.getJMSCorrelationIDAsBytes(), each.getJMSCorrelationIDAsBytes());
      }
    }
    Message received = roundTrip(message);
    received.setJMSCorrelationID("other");
    assertEquals("other", roundTrip(received).getJMSCorrelationID());
    received.setJMSCorrelationIDAsBytes(null);
    assertNull(roundTrip(received).getJMSCorrelationID());
  }

  @Test
  @DisplayName("3.4.5, 7.6 a producer's correlation identifier as bytes is a copy")
  void correlationOfProducer() throws JMSException {
    JMSContext context = context(JMSContext.AUTO_ACKNOWLEDGE);
    JMSProducer producer = context.createProducer();
    byte[] bytes = {-1, 5};
    producer.setJMSCorrelationIDAsBytes(bytes);
    bytes[1] = 6;
    producer.send(queue, "a");
    Message received = context.createConsumer(queue).receive(LONG_MS);
    assertArrayEquals(new byte[] {-1, 5}, received.getJMSCorrelationIDAsBytes());
    producer.setJMSCorrelationIDAsBytes("text".getBytes(StandardCharsets.UTF_8));
    assertEquals("text", producer.getJMSCorrelationID());
  }

  @Test
  @DisplayName(
      "3.4.2, 3.4.9, 3.4.10 expiration, priority and mode of the producer arrive, at each level")
  void options() throws JMSException {
    MessageProducer producer = session.createProducer(queue);
    MessageConsumer consumer = session.createConsumer(queue);
    for (int priority = 0; priority <= 9; priority++) {
      for (int mode : new int[] {DeliveryMode.PERSISTENT, DeliveryMode.NON_PERSISTENT}) {
        producer.setPriority(priority);
        producer.setDeliveryMode(mode);
        producer.setTimeToLive(100_000 + priority);
        Message sent = session.createMessage();
        producer.send(sent);
        for (Message each : List.of(sent, consumer.receive(LONG_MS))) {
          assertEquals(priority, each.getJMSPriority());
          assertEquals(mode, each.getJMSDeliveryMode());
          assertEquals(each.getJMSTimestamp() + 100_000 + priority, each.getJMSExpiration());
        }
      }
    }
  }

  @Test
  @DisplayName("3.4.8 a message type, or none")
  void type() throws JMSException {
    Message message = session.createMessage();
    assertNull(roundTrip(message).getJMSType());
    message.setJMSType("");
    assertEquals("", roundTrip(message).getJMSType());
    message.setJMSType("order");
    assertEquals("order", roundTrip(message).getJMSType());
    message.setJMSType(null);
    assertNull(roundTrip(message).getJMSType());
  }

  @Test
  @DisplayName("3.6 acknowledge is ignored where the session acknowledges, and before the send")
  void acknowledge() throws JMSException {
    session.createMessage().acknowledge();
    Session transacted = connection.createSession(Session.SESSION_TRANSACTED);
    send(queue, "a", "b");
    session.createConsumer(queue).receive(LONG_MS).acknowledge();
    session.close();
    transacted.createConsumer(queue).receive(LONG_MS).acknowledge();
    transacted.rollback();
    transacted.close();
    assertEquals(List.of("b"), left(queue));
  }
}
