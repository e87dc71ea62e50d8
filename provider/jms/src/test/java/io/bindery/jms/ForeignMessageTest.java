package io.bindery.jms;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.jms.message.JmsMessage;
import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("3.12 Messages and destinations of other providers")
class ForeignMessageTest extends JmsTest {
  private final Set<String> called = new HashSet<>();
  private MessageConsumer consumer;

  private static final class Elsewhere implements Queue {
    @Override
    public String getQueueName() {
      return "elsewhere";
    }
  }

  @BeforeEach
  void consume() throws JMSException {
    consumer = session.createConsumer(queue);
  }

  /** A message of no class of ours, whose reply address is of another provider too. */
  private <T extends Message> T foreign(Class<T> type, T own) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              called.add(method.getName());
              if (method.getName().equals("getJMSReplyTo")) {
                return new Elsewhere();
              }
              try {
                return method.invoke(own, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  private <T extends Message> T sent(T message, Class<T> type) throws JMSException {
    assertFalse(message instanceof JmsMessage);
    session.createProducer(queue).send(message);
    return assertInstanceOf(type, consumer.receive(LONG_MS));
  }

  @Test
  @DisplayName(
      "3.12, 3.4.11 properties and headers of the client are taken, those of the send are set")
  void headers() throws JMSException {
    TextMessage foreign = foreign(TextMessage.class, session.createTextMessage("a"));
    foreign.setJMSCorrelationID("c");
    foreign.setJMSType("t");
    foreign.setJMSPriority(9);
    foreign.setJMSMessageID("theirs");
    foreign.setStringProperty("text", "x");
    foreign.setLongProperty("long", 5);
    foreign.setObjectProperty("nothing", null);
    foreign.setStringProperty("JMSXGroupID", "g");
    foreign.setStringProperty("JMSXAppID", "theirs");
    foreign.setStringProperty("JMS_other", "o");
    called.clear();
    MessageProducer producer = session.createProducer(queue);
    producer.setDeliveryDelay(1);
    producer.send(foreign, DeliveryMode.NON_PERSISTENT, 3, 100_000);
    assertTrue(
        called.containsAll(
            List.of(
                "setJMSDestination",
                "setJMSDeliveryMode",
                "setJMSPriority",
                "setJMSMessageID",
                "setJMSTimestamp",
                "setJMSExpiration",
                "setJMSDeliveryTime")),
        called.toString());
    assertFalse(called.contains("setJMSRedelivered"));
    TextMessage received = assertInstanceOf(TextMessage.class, consumer.receive(LONG_MS));
    for (Message each : List.of(foreign, received)) {
      assertEquals(queue, each.getJMSDestination());
      assertEquals(DeliveryMode.NON_PERSISTENT, each.getJMSDeliveryMode());
      assertEquals(3, each.getJMSPriority());
      assertTrue(each.getJMSMessageID().startsWith("ID:"));
      assertEquals(each.getJMSTimestamp() + 100_000, each.getJMSExpiration());
      assertEquals(each.getJMSTimestamp() + 1, each.getJMSDeliveryTime());
      assertEquals("c", each.getJMSCorrelationID());
      assertEquals("t", each.getJMSType());
      assertEquals("x", each.getStringProperty("text"));
      assertEquals(5L, each.getObjectProperty("long"));
      assertTrue(each.propertyExists("nothing"));
      assertEquals("g", each.getStringProperty("JMSXGroupID"));
      assertEquals("o", each.getStringProperty("JMS_other"));
    }
    assertEquals(foreign.getJMSMessageID(), received.getJMSMessageID());
    assertNull(received.getJMSReplyTo());
    assertFalse(received.propertyExists("JMSXAppID"));
  }

  @Test
  @DisplayName("3.12 bodies of each kind, sent twice")
  void bodies() throws JMSException {
    BytesMessage bytes = foreign(BytesMessage.class, session.createBytesMessage());
    byte[] content = new byte[20_000];
    content[19_999] = 7;
    bytes.writeBytes(content);
    MapMessage map = foreign(MapMessage.class, session.createMapMessage());
    map.setInt("n", 1);
    map.setBytes("b", new byte[] {1});
    map.setString("null", null);
    StreamMessage stream = foreign(StreamMessage.class, session.createStreamMessage());
    stream.writeInt(1);
    stream.writeString(null);
    stream.writeBytes(new byte[] {1});
    ObjectMessage object = foreign(ObjectMessage.class, session.createObjectMessage("o"));
    TextMessage text = foreign(TextMessage.class, session.createTextMessage("a"));
    for (int i = 0; i < 2; i++) {
      assertArrayEquals(content, sent(bytes, BytesMessage.class).getBody(byte[].class));
      MapMessage asMap = sent(map, MapMessage.class);
      assertEquals(1, asMap.getObject("n"));
      assertArrayEquals(new byte[] {1}, asMap.getBytes("b"));
      assertTrue(asMap.itemExists("null"));
      StreamMessage asStream = sent(stream, StreamMessage.class);
      assertEquals(1, asStream.readObject());
      assertNull(asStream.readObject());
      assertArrayEquals(new byte[] {1}, (byte[]) asStream.readObject());
      assertEquals("o", sent(object, ObjectMessage.class).getObject());
      assertEquals("a", sent(text, TextMessage.class).getText());
    }
    assertNull(
        sent(foreign(TextMessage.class, session.createTextMessage()), TextMessage.class).getText());
    assertNull(
        sent(foreign(ObjectMessage.class, session.createObjectMessage()), ObjectMessage.class)
            .getObject());
    Message plain = sent(foreign(Message.class, session.createMessage()), Message.class);
    assertFalse(plain instanceof TextMessage || plain instanceof BytesMessage);
  }

  @Test
  @DisplayName(
      "3.12, 7.5, 7.6 a context's producer sets properties and headers on a foreign message")
  void ofContext() throws JMSException {
    JMSContext context = context(JMSContext.AUTO_ACKNOWLEDGE);
    TextMessage foreign = foreign(TextMessage.class, session.createTextMessage("a"));
    JMSProducer producer = context.createProducer().setProperty("p", 1).setJMSType("t");
    producer.setDisableMessageID(true).setDisableMessageTimestamp(true).send(queue, foreign);
    Message received = consumer.receive(LONG_MS);
    for (Message each : List.of(foreign, received)) {
      assertEquals(1, each.getIntProperty("p"));
      assertEquals("t", each.getJMSType());
      assertNull(each.getJMSMessageID());
      assertEquals(0, each.getJMSTimestamp());
    }
  }

  @Test
  @DisplayName("3.12, 7.3 the CompletionListener gets the foreign message itself, its fields set")
  void asynchronous() throws JMSException, InterruptedException {
    BlockingQueue<Message> told = new LinkedBlockingQueue<>();
    BytesMessage foreign = foreign(BytesMessage.class, session.createBytesMessage());
    foreign.writeInt(5);
    session
        .createProducer(queue)
        .send(
            foreign,
            new CompletionListener() {
              @Override
              public void onCompletion(Message message) {
                told.add(message);
              }

              @Override
              public void onException(Message message, Exception failure) {
                throw new AssertionError(failure);
              }
            });
    assertSame(foreign, next(told));
    assertEquals(queue, foreign.getJMSDestination());
    assertEquals(5, foreign.readInt());
    assertEquals(foreign.getJMSMessageID(), consumer.receive(LONG_MS).getJMSMessageID());
  }

  @Test
  @DisplayName("3.12, 6.2.1 a foreign destination is an InvalidDestinationException")
  void destinations() throws JMSException {
    MessageProducer any = session.createProducer(null);
    Destination elsewhere = new Elsewhere();
    Class<InvalidDestinationException> refused = InvalidDestinationException.class;
    assertThrows(refused, () -> any.send(elsewhere, session.createMessage()));
    assertThrows(refused, () -> session.createMessage().setJMSReplyTo(elsewhere));
  }
}
