package io.bindery.jms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotWriteableException;
import jakarta.jms.MessageNotWriteableRuntimeException;
import jakarta.jms.TextMessage;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.Date;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("3.5 Message properties")
class MessagePropertyTest extends JmsTest {
  private Message roundTrip(Message message) throws JMSException {
    try (MessageConsumer consumer = session.createConsumer(queue)) {
      session.createProducer(queue).send(message);
      return consumer.receive(LONG_MS);
    }
  }

  private static Set<Object> names(Message message) throws JMSException {
    Enumeration<?> names = message.getPropertyNames();
    return new HashSet<>(Collections.list(names));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1a", "a b", "a-b", "a.b", "a'b", " a", "a ", "-", "NULL", "null", "True", "FALSE", "not",
        "AND", "Or", "BETWEEN", "between", "like", "IN", "iS", "ESCAPE", "x-death"
      })
  @DisplayName("3.5.1, 3.8.1.1 a name that is no identifier of a selector is refused")
  void wrongNames(String name) throws JMSException {
    Message message = session.createMessage();
    assertThrows(JMSException.class, () -> message.setIntProperty(name, 1));
    assertThrows(JMSException.class, () -> message.setObjectProperty(name, "1"));
    JMSProducer producer = context(JMSContext.AUTO_ACKNOWLEDGE).createProducer();
    assertThrows(JMSRuntimeException.class, () -> producer.setProperty(name, 1));
    assertFalse(message.propertyExists(name));
    assertEquals(Set.of(), names(message));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a", "_", "$", "größe", "a1_$", "\uD835\uDD6B", "ESCAPED", "nul", "jms", "JMS_x"})
  @DisplayName("3.5.1, 3.5.10 names that are identifiers, in their case")
  void names(String name) throws JMSException {
    Message message = session.createMessage();
    message.setIntProperty(name, 7);
    Message received = roundTrip(message);
    assertEquals(7, received.getIntProperty(name));
    assertTrue(received.propertyExists(name));
    assertFalse(received.propertyExists(name + "x"));
    assertFalse(received.propertyExists("A1_$"));
    assertEquals(Set.of(name, "JMSXDeliveryCount"), names(received));
  }

  @Test
  @DisplayName("3.5.1 a name that is null or empty is an IllegalArgumentException, of any type")
  void noName() throws JMSException {
    Message message = session.createMessage();
    for (String name : new String[] {null, ""}) {
      Class<IllegalArgumentException> refused = IllegalArgumentException.class;
      assertThrows(refused, () -> message.setBooleanProperty(name, true));
      assertThrows(refused, () -> message.setByteProperty(name, (byte) 1));
      assertThrows(refused, () -> message.setShortProperty(name, (short) 1));
      assertThrows(refused, () -> message.setIntProperty(name, 1));
      assertThrows(refused, () -> message.setLongProperty(name, 1));
      assertThrows(refused, () -> message.setFloatProperty(name, 1));
      assertThrows(refused, () -> message.setDoubleProperty(name, 1));
      assertThrows(refused, () -> message.setStringProperty(name, "1"));
      assertThrows(refused, () -> message.setObjectProperty(name, "1"));
      assertFalse(message.propertyExists(name));
      assertNull(message.getObjectProperty(name));
    }
  }

  @Test
  @DisplayName("3.5.5 an object of another class is a MessageFormatException")
  void wrongObjects() throws JMSException {
    Message message = session.createMessage();
    for (Object wrong :
        List.of('c', new byte[1], new Date(), BigDecimal.ONE, List.of(), new StringBuilder("x"))) {
      assertThrows(MessageFormatException.class, () -> message.setObjectProperty("p", wrong));
    }
    assertFalse(message.propertyExists("p"));
  }

  @Test
  @DisplayName("3.5.2, 3.12 null is a value, which arrives")
  void nullValues() throws JMSException {
    Message message = session.createMessage();
    message.setStringProperty("text", null);
    message.setObjectProperty("object", null);
    Message received = roundTrip(message);
    for (Message each : List.of(message, received)) {
      assertTrue(each.propertyExists("text") && each.propertyExists("object"));
      assertNull(each.getStringProperty("text"));
      assertNull(each.getObjectProperty("object"));
      assertTrue(names(each).containsAll(Set.of("text", "object")));
    }
    assertTrue(roundTrip(received).propertyExists("text"));
  }

  @Test
  @DisplayName(
      "3.5.3, 3.5.7, 3.10 the properties of a received message are read-only until cleared")
  void readOnly() throws JMSException {
    TextMessage message = session.createTextMessage("body");
    message.setIntProperty("n", 1);
    message.setJMSType("kept");
    TextMessage received = (TextMessage) roundTrip(message);
    Class<MessageNotWriteableException> refused = MessageNotWriteableException.class;
    assertThrows(refused, () -> received.setBooleanProperty("p", true));
    assertThrows(refused, () -> received.setByteProperty("p", (byte) 1));
    assertThrows(refused, () -> received.setShortProperty("p", (short) 1));
    assertThrows(refused, () -> received.setIntProperty("p", 1));
    assertThrows(refused, () -> received.setLongProperty("p", 1));
    assertThrows(refused, () -> received.setFloatProperty("p", 1));
    assertThrows(refused, () -> received.setDoubleProperty("p", 1));
    assertThrows(refused, () -> received.setStringProperty("p", "1"));
    assertThrows(refused, () -> received.setObjectProperty("p", 1));
    JMSContext context = context(JMSContext.AUTO_ACKNOWLEDGE);
    JMSProducer producer = context.createProducer().setProperty("p", 1);
    assertThrows(MessageNotWriteableRuntimeException.class, () -> producer.send(queue, received));
    received.clearBody();
    assertThrows(refused, () -> received.setIntProperty("p", 1));
    received.setText("new");
    received.clearProperties();
    assertEquals(Set.of(), names(received));
    assertFalse(received.propertyExists("n"));
    received.setIntProperty("p", 1);
    assertEquals(Set.of("p"), names(received));
    assertEquals("new", received.getText());
    assertEquals("kept", received.getJMSType());
    Message forwarded = roundTrip(received);
    assertEquals(Set.of("p", "JMSXDeliveryCount"), names(forwarded));
  }

  @Test
  @DisplayName("3.5.6, 3.5.7 clearing leaves the body; the names are those set, no header fields")
  void clearing() throws JMSException {
    TextMessage message = session.createTextMessage("body");
    message.setJMSCorrelationID("c");
    message.setJMSType("t");
    assertFalse(message.getPropertyNames().hasMoreElements());
    message.setIntProperty("n", 1);
    message.setIntProperty("n", 2);
    assertEquals(Set.of("n"), names(message));
    assertEquals(2, message.getIntProperty("n"));
    assertNull(message.getObjectProperty("JMSType"));
    message.clearProperties();
    assertEquals(Set.of(), names(message));
    assertEquals("body", message.getText());
    assertEquals("c", message.getJMSCorrelationID());
  }

  @Test
  @DisplayName("3.5.9 groups are the client's, what the provider sets is not, no other JMS names")
  void definedProperties() throws JMSException {
    Message message = session.createMessage();
    message.setStringProperty("JMSXGroupID", "g");
    message.setIntProperty("JMSXGroupSeq", 1);
    message.setStringProperty("JMSXUserID", "forged");
    message.setIntProperty("JMSXDeliveryCount", 77);
    for (String reserved : List.of("JMSType", "JMSPriority", "JMSFoo", "JMS")) {
      assertThrows(JMSException.class, () -> message.setStringProperty(reserved, "x"));
    }
    Message received = roundTrip(message);
    assertEquals("g", received.getStringProperty("JMSXGroupID"));
    assertEquals(1, received.getIntProperty("JMSXGroupSeq"));
    assertEquals(1, received.getIntProperty("JMSXDeliveryCount"));
    assertFalse(received.propertyExists("JMSXUserID"));
    assertEquals(Set.of("JMSXGroupID", "JMSXGroupSeq", "JMSXDeliveryCount"), names(received));
    List<String> supported =
        Collections.list((Enumeration<?>) connection.getMetaData().getJMSXPropertyNames()).stream()
            .map(String.class::cast)
            .toList();
    assertTrue(supported.containsAll(Set.of("JMSXGroupID", "JMSXGroupSeq", "JMSXDeliveryCount")));
  }

  @Test
  @DisplayName("3.4.7, 3.5.11 the delivery count begins at 1 and is 2 or more when redelivered")
  void deliveryCount() throws JMSException {
    session.close();
    session = connection.createSession(jakarta.jms.Session.CLIENT_ACKNOWLEDGE);
    send(queue, "a");
    MessageConsumer consumer = session.createConsumer(queue);
    Message first = consumer.receive(LONG_MS);
    assertRedelivered(false, first);
    assertEquals("1", first.getStringProperty("JMSXDeliveryCount"));
    assertEquals(1, first.getObjectProperty("JMSXDeliveryCount"));
    session.recover();
    assertRedelivered(true, consumer.receive(LONG_MS));
  }

  @Test
  @DisplayName("3.10 what a consumer changed is as it was when it is redelivered")
  void redeliveredUnchanged() throws JMSException {
    session.close();
    session = connection.createSession(jakarta.jms.Session.CLIENT_ACKNOWLEDGE);
    TextMessage message = session.createTextMessage("original");
    message.setStringProperty("p", "original");
    message.setJMSType("original");
    session.createProducer(queue).send(message);
    MessageConsumer consumer = session.createConsumer(queue);
    TextMessage first = (TextMessage) consumer.receive(LONG_MS);
    first.clearBody();
    first.clearProperties();
    first.setText("changed");
    first.setStringProperty("p", "changed");
    first.setJMSType("changed");
    session.recover();
    TextMessage second = (TextMessage) consumer.receive(LONG_MS);
    assertEquals("original", second.getText());
    assertEquals("original", second.getStringProperty("p"));
    assertEquals("original", second.getJMSType());
  }
}
