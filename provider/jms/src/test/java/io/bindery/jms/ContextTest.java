package io.bindery.jms;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.DeliveryMode;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.InvalidClientIDRuntimeException;
import jakarta.jms.InvalidDestinationRuntimeException;
import jakarta.jms.InvalidSelectorRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.ObjectMessage;
import jakarta.jms.TextMessage;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The simplified API: 2.8, 6.1, 6.2.6, 7, 8.6")
class ContextTest extends JmsTest {
  private static JMSConsumer sending(JMSContext context, jakarta.jms.Queue queue, String... texts) {
    JMSProducer producer = context.createProducer();
    for (String text : texts) {
      producer.send(queue, text);
    }
    return context.createConsumer(queue);
  }

  @Test
  @DisplayName("6.1.2 a context's client identifier: first, once, unique")
  void clientId() {
    JMSContext first = context(JMSContext.AUTO_ACKNOWLEDGE);
    assertNull(first.getClientID());
    first.setClientID("desk");
    assertEquals("desk", first.getClientID());
    assertThrows(IllegalStateRuntimeException.class, () -> first.setClientID("desk"));
    JMSContext second = context(JMSContext.AUTO_ACKNOWLEDGE);
    assertThrows(InvalidClientIDRuntimeException.class, () -> second.setClientID("desk"));
    second.createProducer();
    assertThrows(IllegalStateRuntimeException.class, () -> second.setClientID("late"));
  }

  @Test
  @DisplayName("6.1.4 the first consumer starts the connection, unless autoStart is off")
  void autoStart() {
    JMSContext context = context(JMSContext.AUTO_ACKNOWLEDGE);
    assertTrue(context.getAutoStart());
    context.setAutoStart(false);
    assertFalse(context.getAutoStart());
    JMSConsumer consumer = sending(context, queue, "a", "b");
    assertNull(consumer.receiveNoWait());
    context.start();
    assertEquals("a", consumer.receiveBody(String.class, LONG_MS));
    context.stop();
    assertNull(consumer.receive(1));
    assertEquals(
        "b",
        sending(context(JMSContext.AUTO_ACKNOWLEDGE), queue).receiveBody(String.class, LONG_MS));
  }

  @Test
  @DisplayName("6.1.8 contexts made of one another share a connection, which closes with the last")
  void sharedConnection() {
    JMSContext first = context(JMSContext.AUTO_ACKNOWLEDGE);
    JMSContext second = first.createContext(JMSContext.SESSION_TRANSACTED);
    assertTrue(second.getTransacted());
    assertEquals(JMSContext.SESSION_TRANSACTED, second.getSessionMode());
    jakarta.jms.TemporaryQueue temporary = first.createTemporaryQueue();
    JMSConsumer consumer = second.createConsumer(temporary);
    first.createProducer().send(temporary, "a");
    first.close();
    first.close();
    assertEquals("a", consumer.receiveBody(String.class, LONG_MS));
    second.commit();
    second.close();
    assertThrows(IllegalStateRuntimeException.class, first::createProducer);
    assertThrows(IllegalStateRuntimeException.class, () -> second.createContext(1));
    assertThrows(
        InvalidDestinationRuntimeException.class,
        () -> context(JMSContext.AUTO_ACKNOWLEDGE).createProducer().send(temporary, "late"));
  }

  @Test
  @DisplayName("6.2 a wrong mode, and what the mode does not allow")
  void modes() {
    assertThrows(JMSRuntimeException.class, () -> factory.createContext(99));
    JMSContext context = context(JMSContext.AUTO_ACKNOWLEDGE);
    assertThrows(JMSRuntimeException.class, () -> context.createContext(99));
    assertThrows(IllegalStateRuntimeException.class, context::commit);
    assertThrows(IllegalStateRuntimeException.class, context::rollback);
    JMSContext transacted = context(JMSContext.SESSION_TRANSACTED);
    assertThrows(IllegalStateRuntimeException.class, transacted::recover);
    transacted.acknowledge();
  }

  @Test
  @DisplayName("6.2.10 acknowledge and recover of a context")
  void acknowledge() {
    JMSContext context = context(JMSContext.CLIENT_ACKNOWLEDGE);
    JMSConsumer consumer = sending(context, queue, "a", "b");
    assertEquals("a", consumer.receiveBody(String.class, LONG_MS));
    context.acknowledge();
    assertEquals("b", consumer.receiveBody(String.class, LONG_MS));
    context.recover();
    assertEquals("b", consumer.receiveBody(String.class, LONG_MS));
    context.acknowledge();
    context.recover();
    assertNull(consumer.receiveNoWait());
    context.close();
    assertThrows(IllegalStateRuntimeException.class, context::acknowledge);
  }

  @Test
  @DisplayName("6.2.7 commit and rollback of a context")
  void transacted() {
    JMSContext context = context(JMSContext.SESSION_TRANSACTED);
    JMSConsumer consumer = sending(context, queue, "a");
    assertNull(consumer.receiveNoWait());
    context.commit();
    assertEquals("a", consumer.receiveBody(String.class, LONG_MS));
    context.rollback();
    assertEquals("a", consumer.receiveBody(String.class, LONG_MS));
    context.commit();
  }

  @Test
  @DisplayName("6.1.5, 6.1.8 stop and close of its own context within a listener are refused")
  void withinListener() throws InterruptedException {
    JMSContext context = context(JMSContext.AUTO_ACKNOWLEDGE);
    BlockingQueue<Object> refused = new LinkedBlockingQueue<>();
    context
        .createConsumer(queue)
        .setMessageListener(
            message -> {
              refused.add(assertThrows(IllegalStateRuntimeException.class, context::stop));
              refused.add(assertThrows(IllegalStateRuntimeException.class, context::close));
            });
    context(JMSContext.AUTO_ACKNOWLEDGE).createProducer().send(queue, "a");
    assertTrue(next(refused) instanceof IllegalStateRuntimeException);
    assertTrue(next(refused) instanceof IllegalStateRuntimeException);
  }

  @Test
  @DisplayName("6.2.6 a second listener may be set while the first is at work")
  void secondListener() throws InterruptedException {
    JMSContext context = context(JMSContext.AUTO_ACKNOWLEDGE);
    BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    jakarta.jms.Queue second = JmsExceptions.call(() -> session.createQueue("second"));
    context.createConsumer(queue).setMessageListener(message -> seen.add(textOf(message)));
    JMSContext sender = context(JMSContext.AUTO_ACKNOWLEDGE);
    sender.createProducer().send(queue, "a").send(second, "b");
    assertEquals("a", next(seen));
    context.createConsumer(second).setMessageListener(message -> seen.add(textOf(message)));
    assertEquals("b", next(seen));
  }

  @Test
  @DisplayName("7.2 the producer makes messages of bodies")
  void bodies() throws JMSException {
    JMSContext context = context(JMSContext.AUTO_ACKNOWLEDGE);
    JMSProducer producer = context.createProducer();
    Serializable date = java.time.LocalDate.of(2026, 1, 2);
    producer
        .send(queue, "text")
        .send(queue, Map.of("k", 1))
        .send(queue, new byte[] {1, 2})
        .send(queue, date)
        .send(queue, context.createTextMessage("message"));
    JMSConsumer consumer = context.createConsumer(queue);
    assertEquals("text", ((TextMessage) consumer.receive(LONG_MS)).getText());
    assertEquals(1, ((MapMessage) consumer.receive(LONG_MS)).getInt("k"));
    assertEquals(2, ((BytesMessage) consumer.receive(LONG_MS)).getBodyLength());
    assertTrue(consumer.receive(LONG_MS) instanceof ObjectMessage);
    assertEquals("message", ((TextMessage) consumer.receive(LONG_MS)).getText());
    producer
        .send(queue, (String) null)
        .send(queue, (Map<String, Object>) null)
        .send(queue, (byte[]) null)
        .send(queue, (Serializable) null);
    assertNull(((TextMessage) consumer.receive(LONG_MS)).getText());
    assertFalse(((MapMessage) consumer.receive(LONG_MS)).getMapNames().hasMoreElements());
    assertEquals(0, ((BytesMessage) consumer.receive(LONG_MS)).getBodyLength());
    assertNull(((ObjectMessage) consumer.receive(LONG_MS)).getObject());
    assertThrows(MessageFormatRuntimeException.class, () -> producer.send(queue, (Message) null));
    assertThrows(InvalidDestinationRuntimeException.class, () -> producer.send(null, "text"));
  }

  @Test
  @DisplayName("7.4, 7.10 options of the producer, in a chain")
  void options() throws JMSException {
    JMSContext context = context(JMSContext.AUTO_ACKNOWLEDGE);
    JMSProducer producer = context.createProducer();
    assertEquals(DeliveryMode.PERSISTENT, producer.getDeliveryMode());
    assertEquals(4, producer.getPriority());
    TextMessage message = context.createTextMessage("a");
    producer
        .setDeliveryMode(DeliveryMode.NON_PERSISTENT)
        .setPriority(8)
        .setTimeToLive(60_000)
        .setDeliveryDelay(0)
        .setDisableMessageID(true)
        .setDisableMessageTimestamp(true)
        .send(queue, message);
    assertEquals(8, producer.getPriority());
    assertEquals(60_000, producer.getTimeToLive());
    assertEquals(0, producer.getDeliveryDelay());
    assertTrue(producer.getDisableMessageID() && producer.getDisableMessageTimestamp());
    Message received = context.createConsumer(queue).receive(LONG_MS);
    assertEquals(8, received.getJMSPriority());
    assertEquals(DeliveryMode.NON_PERSISTENT, received.getJMSDeliveryMode());
    assertNull(received.getJMSMessageID());
    assertThrows(JMSRuntimeException.class, () -> producer.setPriority(10));
    assertThrows(JMSRuntimeException.class, () -> producer.setDeliveryMode(7));
    assertThrows(JMSRuntimeException.class, () -> producer.setTimeToLive(-1));
    assertThrows(JMSRuntimeException.class, () -> producer.setDeliveryDelay(-1));
  }

  @Test
  @DisplayName("7.5, 7.6 properties and headers of the producer override the message's")
  void overrides() throws JMSException {
    JMSContext context = context(JMSContext.AUTO_ACKNOWLEDGE);
    JMSProducer producer = context.createProducer();
    producer
        .setProperty("boolean", true)
        .setProperty("byte", (byte) 1)
        .setProperty("short", (short) 2)
        .setProperty("int", 3)
        .setProperty("long", 4L)
        .setProperty("float", 5f)
        .setProperty("double", 6d)
        .setProperty("string", "7")
        .setProperty("object", (Object) 8)
        .setJMSCorrelationID("c")
        .setJMSType("t")
        .setJMSReplyTo(topic);
    assertEquals(
        Set.of("boolean", "byte", "short", "int", "long", "float", "double", "string", "object"),
        producer.getPropertyNames());
    assertTrue(producer.getBooleanProperty("boolean"));
    assertEquals(1, producer.getByteProperty("byte"));
    assertEquals(2, producer.getShortProperty("short"));
    assertEquals(3, producer.getIntProperty("int"));
    assertEquals(4, producer.getLongProperty("long"));
    assertEquals(5, producer.getFloatProperty("float"));
    assertEquals(6, producer.getDoubleProperty("double"));
    assertEquals("7", producer.getStringProperty("string"));
    assertEquals(8, producer.getObjectProperty("object"));
    TextMessage message = context.createTextMessage("a");
    message.setIntProperty("int", 99);
    message.setIntProperty("own", 10);
    message.setJMSCorrelationID("lost");
    producer.send(queue, message);
    Message received = context.createConsumer(queue).receive(LONG_MS);
    assertEquals(3, received.getIntProperty("int"));
    assertEquals(10, received.getIntProperty("own"));
    assertEquals("c", received.getJMSCorrelationID());
    assertEquals("t", received.getJMSType());
    assertEquals(topic, received.getJMSReplyTo());
    assertTrue(producer.propertyExists("int"));
    assertEquals("c", producer.getJMSCorrelationID());
    assertEquals("t", producer.getJMSType());
    assertEquals(topic, producer.getJMSReplyTo());
    assertFalse(producer.clearProperties().propertyExists("int"));
  }

  @Test
  @DisplayName("7.5, 7.6 what the producer refuses, and its correlation identifier as bytes")
  void overrideRules() throws JMSException {
    JMSContext context = context(JMSContext.AUTO_ACKNOWLEDGE);
    JMSProducer producer = context.createProducer();
    assertThrows(IllegalArgumentException.class, () -> producer.setProperty("", 1));
    assertThrows(IllegalArgumentException.class, () -> producer.setProperty(null, 1));
    assertThrows(
        MessageFormatRuntimeException.class,
        () -> producer.setProperty("date", new java.util.Date()));
    producer.setProperty("text", "no number");
    assertThrows(NumberFormatException.class, () -> producer.getIntProperty("text"));
    producer.setProperty("double", 1.5);
    assertThrows(MessageFormatRuntimeException.class, () -> producer.getIntProperty("double"));
    producer.setJMSCorrelationIDAsBytes(new byte[] {7, 8}).send(queue, "a");
    assertArrayEquals(new byte[] {7, 8}, producer.getJMSCorrelationIDAsBytes());
    Message received = context.createConsumer(queue).receive(LONG_MS);
    assertArrayEquals(new byte[] {7, 8}, received.getJMSCorrelationIDAsBytes());
  }

  @Test
  @DisplayName("7.3 asynchronous sends of a context, with the listener of the producer")
  void asynchronous() throws InterruptedException {
    JMSContext context = context(JMSContext.AUTO_ACKNOWLEDGE);
    BlockingQueue<String> told = new LinkedBlockingQueue<>();
    CompletionListener listener =
        new CompletionListener() {
          @Override
          public void onCompletion(Message message) {
            told.add(textOf(message));
          }

          @Override
          public void onException(Message message, Exception failure) {
            told.add(failure.toString());
          }
        };
    JMSProducer producer = context.createProducer();
    assertNull(producer.getAsync());
    assertSame(listener, producer.setAsync(listener).getAsync());
    producer.send(queue, "a").send(queue, "b");
    assertEquals("a", next(told));
    assertEquals("b", next(told));
    producer.setAsync(null).send(queue, "c");
    context.close();
    assertTrue(told.isEmpty());
  }

  @Test
  @DisplayName("8.3 consumers of each kind of subscription")
  void consumers() {
    JMSContext context = factory.createContext();
    try (context) {
      context.setClientID("desk");
      List<JMSConsumer> all =
          List.of(
              context.createConsumer(topic),
              context.createConsumer(topic, "n = 1"),
              context.createConsumer(topic, null, true),
              context.createDurableConsumer(topic, "d1"),
              context.createDurableConsumer(topic, "d2", "n = 1", false),
              context.createSharedConsumer(topic, "s1"),
              context.createSharedConsumer(topic, "s2", "n = 1"),
              context.createSharedDurableConsumer(topic, "sd1"),
              context.createSharedDurableConsumer(topic, "sd2", "n = 1"));
      context.createProducer().setProperty("n", 1).send(topic, "a");
      for (int i = 0; i < all.size(); i++) {
        assertEquals(
            i == 2 ? null : "a",
            i == 2 ? all.get(i).receiveNoWait() : all.get(i).receiveBody(String.class));
      }
      assertEquals("n = 1", all.get(1).getMessageSelector());
      assertNull(all.get(0).getMessageListener());
      all.forEach(JMSConsumer::close);
      context.unsubscribe("d1");
      assertThrows(InvalidDestinationRuntimeException.class, () -> context.unsubscribe("d1"));
      assertThrows(
          InvalidSelectorRuntimeException.class, () -> context.createConsumer(topic, "n ="));
    }
  }

  @Test
  @DisplayName(
      "8.6 receiveBody, and a body that does not fit: AUTO delivers the message again, not as redelivered")
  void receiveBody() throws JMSException {
    JMSContext context = context(JMSContext.AUTO_ACKNOWLEDGE);
    JMSConsumer consumer = sending(context, queue, "a", "b");
    assertThrows(
        MessageFormatRuntimeException.class, () -> consumer.receiveBody(byte[].class, LONG_MS));
    Message first = consumer.receive(LONG_MS);
    assertEquals("a", text(first));
    assertRedelivered(false, first);
    assertEquals("b", consumer.receiveBody(CharSequence.class));
    assertNull(consumer.receiveBodyNoWait(String.class));
    assertNull(consumer.receiveBody(String.class, 1));
    context.createProducer().send(queue, new byte[] {1, 2}).send(queue, Map.of("k", "v"));
    assertArrayEquals(new byte[] {1, 2}, consumer.receiveBody(byte[].class, LONG_MS));
    assertEquals(Map.of("k", "v"), consumer.receiveBodyNoWait(Map.class));
  }

  @Test
  @DisplayName("8.6 CLIENT and transacted: a body that does not fit counts as delivered")
  void unreadableBody() {
    for (int mode : new int[] {JMSContext.CLIENT_ACKNOWLEDGE, JMSContext.SESSION_TRANSACTED}) {
      JMSContext context = context(mode);
      context(JMSContext.AUTO_ACKNOWLEDGE).createProducer().send(queue, "a").send(queue, "b");
      JMSConsumer consumer = context.createConsumer(queue);
      assertThrows(
          MessageFormatRuntimeException.class, () -> consumer.receiveBody(byte[].class, LONG_MS));
      assertEquals("b", consumer.receiveBody(String.class, LONG_MS));
      if (mode == JMSContext.CLIENT_ACKNOWLEDGE) {
        context.recover();
      } else {
        context.rollback();
      }
      Message again = consumer.receive(LONG_MS);
      assertEquals("a", textOf(again));
      JmsExceptions.run(() -> assertRedelivered(true, again));
      assertEquals("b", consumer.receiveBody(String.class, LONG_MS));
      if (mode == JMSContext.CLIENT_ACKNOWLEDGE) {
        context.acknowledge();
      } else {
        context.commit();
      }
      context.close();
    }
  }

  @Test
  @DisplayName("8.6 a message without a body cannot be received as one")
  void noBody() {
    JMSContext context = context(JMSContext.AUTO_ACKNOWLEDGE);
    context.createProducer().send(queue, context.createMessage());
    JMSConsumer consumer = context.createConsumer(queue);
    assertThrows(
        MessageFormatRuntimeException.class, () -> consumer.receiveBody(String.class, LONG_MS));
    assertTrue(consumer.receiveNoWait() != null);
  }

  @Test
  @DisplayName("4.1.6 a context's browser, metadata and exception listener")
  void others() throws JMSException {
    JMSContext context = context(JMSContext.AUTO_ACKNOWLEDGE);
    assertEquals("3.1", context.getMetaData().getJMSVersion());
    context.setExceptionListener(problem -> {});
    assertTrue(context.getExceptionListener() != null);
    context.createProducer().send(queue, "a");
    assertTrue(context.createBrowser(queue).getEnumeration().hasMoreElements());
    assertFalse(context.createBrowser(queue, "n = 1").getEnumeration().hasMoreElements());
    assertEquals("q", JmsExceptions.call(context.createQueue("q")::getQueueName));
    assertEquals("t", JmsExceptions.call(context.createTopic("t")::getTopicName));
    context.createProducer().send(context.createTemporaryTopic(), context.createStreamMessage());
    context.createProducer().send(context.createTemporaryQueue(), context.createBytesMessage());
    context.createProducer().send(queue, context.createMapMessage());
    context.createProducer().send(queue, context.createObjectMessage("o"));
    context.createProducer().send(queue, context.createObjectMessage());
    context.createProducer().send(queue, context.createTextMessage());
  }
}
