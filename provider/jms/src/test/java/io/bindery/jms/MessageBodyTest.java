package io.bindery.jms;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.MessageNotWriteableException;
import jakarta.jms.ObjectMessage;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("3.11 Message bodies")
class MessageBodyTest extends JmsTest {
  private <T extends Message> T roundTrip(T message, Class<T> type) throws JMSException {
    try (MessageConsumer consumer = session.createConsumer(queue)) {
      session.createProducer(queue).send(message);
      return type.cast(consumer.receive(LONG_MS));
    }
  }

  private static Set<Object> names(MapMessage map) throws JMSException {
    Enumeration<?> names = map.getMapNames();
    return new HashSet<>(Collections.list(names));
  }

  @Test
  @DisplayName("3.11 a text: none, an empty one, any character")
  void text() throws JMSException {
    for (String text : new String[] {null, "", "a", "ä€\uD83D\uDE00\u0000", "x".repeat(100_000)}) {
      TextMessage message = session.createTextMessage(text);
      assertEquals(text, message.getText());
      assertEquals(text, roundTrip(message, TextMessage.class).getText());
    }
    assertNull(session.createTextMessage().getText());
  }

  @Test
  @DisplayName("3.11 a message without a body")
  void plain() throws JMSException {
    Message received = roundTrip(session.createMessage(), Message.class);
    assertFalse(received instanceof TextMessage || received instanceof BytesMessage);
    assertNull(received.getBody(Integer.class));
    assertTrue(received.isBodyAssignableTo(Integer.class));
    received.clearBody();
    received.acknowledge();
  }

  @Test
  @DisplayName("3.11 a map: names, null values, copies of arrays, no empty names")
  void map() throws JMSException {
    MapMessage map = session.createMapMessage();
    byte[] array = {1, 2, 3};
    map.setBytes("all", array);
    map.setBytes("part", array, 1, 2);
    map.setBytes("no bytes", null);
    map.setBytes("no part", null, 0, 0);
    map.setString("no text", null);
    map.setObject("nothing", null);
    array[1] = 9;
    map.getBytes("all")[0] = 9;
    ((byte[]) map.getObject("all"))[0] = 9;
    MapMessage received = roundTrip(map, MapMessage.class);
    received.getBytes("all")[0] = 9;
    for (MapMessage each : List.of(map, received)) {
      assertArrayEquals(new byte[] {1, 2, 3}, each.getBytes("all"));
      assertArrayEquals(new byte[] {2, 3}, each.getBytes("part"));
      assertEquals(Set.of("all", "part", "no bytes", "no part", "no text", "nothing"), names(each));
      for (String name : List.of("no bytes", "no part", "no text", "nothing")) {
        assertTrue(each.itemExists(name));
        assertNull(each.getObject(name));
      }
      assertFalse(each.itemExists("absent") || each.itemExists(null) || each.itemExists("All"));
    }
    assertThrows(IndexOutOfBoundsException.class, () -> map.setBytes("x", array, 2, 2));
    assertThrows(IndexOutOfBoundsException.class, () -> map.setBytes("x", array, -1, 2));
    assertThrows(MessageFormatException.class, () -> map.setObject("x", new Date()));
    assertThrows(MessageFormatException.class, () -> map.setObject("x", List.of()));
    assertFalse(map.itemExists("x"));
  }

  @Test
  @DisplayName("3.11 the name of a map's value is neither null nor empty, whatever the type")
  void namelessValues() throws JMSException {
    MapMessage map = session.createMapMessage();
    for (String name : new String[] {null, ""}) {
      Class<IllegalArgumentException> refused = IllegalArgumentException.class;
      assertThrows(refused, () -> map.setBoolean(name, true));
      assertThrows(refused, () -> map.setByte(name, (byte) 1));
      assertThrows(refused, () -> map.setShort(name, (short) 1));
      assertThrows(refused, () -> map.setChar(name, 'c'));
      assertThrows(refused, () -> map.setInt(name, 1));
      assertThrows(refused, () -> map.setLong(name, 1));
      assertThrows(refused, () -> map.setFloat(name, 1));
      assertThrows(refused, () -> map.setDouble(name, 1));
      assertThrows(refused, () -> map.setString(name, "1"));
      assertThrows(refused, () -> map.setBytes(name, new byte[1]));
      assertThrows(refused, () -> map.setBytes(name, new byte[1], 0, 1));
      assertThrows(refused, () -> map.setObject(name, 1));
      Map<String, Object> body = new HashMap<>();
      body.put(name, 1);
      JMSProducer producer = context(JMSContext.AUTO_ACKNOWLEDGE).createProducer();
      assertThrows(MessageFormatRuntimeException.class, () -> producer.send(queue, body));
    }
  }

  @Test
  @DisplayName("3.11.1, 3.11.2 a received map is read-only until it is cleared")
  void readOnlyMap() throws JMSException {
    MapMessage sent = session.createMapMessage();
    sent.setInt("n", 1);
    sent.setIntProperty("p", 2);
    MapMessage map = roundTrip(sent, MapMessage.class);
    Class<MessageNotWriteableException> refused = MessageNotWriteableException.class;
    assertThrows(refused, () -> map.setBoolean("x", true));
    assertThrows(refused, () -> map.setByte("x", (byte) 1));
    assertThrows(refused, () -> map.setShort("x", (short) 1));
    assertThrows(refused, () -> map.setChar("x", 'c'));
    assertThrows(refused, () -> map.setInt("x", 1));
    assertThrows(refused, () -> map.setLong("x", 1));
    assertThrows(refused, () -> map.setFloat("x", 1));
    assertThrows(refused, () -> map.setDouble("x", 1));
    assertThrows(refused, () -> map.setString("x", "1"));
    assertThrows(refused, () -> map.setBytes("x", new byte[1]));
    assertThrows(refused, () -> map.setBytes("x", new byte[1], 0, 1));
    assertThrows(refused, () -> map.setObject("x", 1));
    map.clearBody();
    assertEquals(Set.of(), names(map));
    assertEquals(2, map.getIntProperty("p"));
    map.setInt("m", 3);
    assertEquals(3, map.getInt("m"));
    assertEquals(Set.of("m"), names(roundTrip(map, MapMessage.class)));
  }

  @Test
  @DisplayName("3.11.1, 3.11.2 a received text and object are read-only until they are cleared")
  void readOnlyTextAndObject() throws JMSException {
    TextMessage text = roundTrip(session.createTextMessage("a"), TextMessage.class);
    ObjectMessage object = roundTrip(session.createObjectMessage(1), ObjectMessage.class);
    assertThrows(MessageNotWriteableException.class, () -> text.setText("b"));
    assertThrows(MessageNotWriteableException.class, () -> object.setObject(2));
    text.clearBody();
    object.clearBody();
    assertNull(text.getText());
    assertNull(object.getObject());
    assertNull(roundTrip(text, TextMessage.class).getText());
    assertNull(roundTrip(object, ObjectMessage.class).getObject());
    text.setText("b");
    object.setObject("o");
    assertEquals("b", text.getText());
    assertEquals("o", object.getObject());
  }

  @Test
  @DisplayName("3.9, 3.12 an object is a copy, at the set and at each get")
  void object() throws JMSException {
    ArrayList<String> list = new ArrayList<>(List.of("a"));
    ObjectMessage message = session.createObjectMessage(list);
    list.add("b");
    assertEquals(List.of("a"), message.getObject());
    ObjectMessage received = roundTrip(message, ObjectMessage.class);
    assertEquals(List.of("a"), received.getObject());
    assertNotSame(received.getObject(), received.getObject());
    assertNull(roundTrip(session.createObjectMessage(), ObjectMessage.class).getObject());
    HashMap<String, Object> holding = new HashMap<>(Map.of("x", new Object()));
    assertThrows(MessageFormatException.class, () -> session.createObjectMessage(holding));
    assertThrows(MessageFormatException.class, () -> message.setObject(holding));
    JMSProducer producer = context(JMSContext.AUTO_ACKNOWLEDGE).createProducer();
    assertThrows(
        MessageFormatRuntimeException.class, () -> producer.send(queue, (Serializable) holding));
  }

  private static void assertBody(Object body, Message message, List<Class<?>> as, List<Class<?>> no)
      throws JMSException {
    for (Class<?> type : as) {
      assertTrue(message.isBodyAssignableTo(type), type + " of " + message);
      Object had = message.getBody(type);
      if (body instanceof byte[] bytes) {
        assertArrayEquals(bytes, (byte[]) had);
      } else {
        assertEquals(body, had);
      }
    }
    for (Class<?> type : no) {
      assertFalse(message.isBodyAssignableTo(type), type + " of " + message);
      assertThrows(MessageFormatException.class, () -> message.getBody(type));
    }
  }

  @Test
  @DisplayName("3.11 getBody and isBodyAssignableTo of each kind, before the send and after")
  void bodies() throws JMSException {
    TextMessage text = session.createTextMessage("a");
    ObjectMessage object = session.createObjectMessage(5);
    MapMessage map = session.createMapMessage();
    map.setInt("n", 1);
    BytesMessage bytes = session.createBytesMessage();
    bytes.writeBytes(new byte[] {1, 2});
    StreamMessage stream = session.createStreamMessage();
    stream.writeInt(1);
    List<Message> received = new ArrayList<>();
    for (Message each : List.of(text, object, map, bytes, stream)) {
      assertFalse(each.isBodyAssignableTo(Date.class));
      received.add(roundTrip(each, Message.class));
    }
    for (List<Message> all : List.of(List.of(text, object, map, bytes, stream), received)) {
      assertBody(
          "a",
          all.get(0),
          List.of(String.class, Object.class, CharSequence.class, Serializable.class),
          List.of(Integer.class, byte[].class, Map.class));
      assertBody(
          5,
          all.get(1),
          List.of(Integer.class, Number.class, Serializable.class, Object.class),
          List.of(String.class, Long.class));
      assertBody(
          Map.of("n", 1),
          all.get(2),
          List.of(Map.class, Object.class),
          List.of(HashMap.class, String.class, Serializable.class));
      assertBody(
          new byte[] {1, 2},
          all.get(3),
          List.of(byte[].class, Object.class),
          List.of(String.class, Serializable.class, int[].class));
      assertBody(null, all.get(4), List.of(), List.of(Object.class, List.class));
    }
  }

  @Test
  @DisplayName("3.11 without a body any type will do, and it is null; a stream has none to be had")
  void noBodies() throws JMSException {
    for (Message each :
        List.of(
            session.createTextMessage(),
            session.createObjectMessage(),
            session.createMapMessage(),
            session.createBytesMessage(),
            session.createMessage())) {
      assertBody(null, each, List.of(String.class, Date.class, Map.class, byte[].class), List.of());
      Message received = roundTrip(each, Message.class);
      assertBody(null, received, List.of(String.class, Date.class, Map.class), List.of());
    }
    Message stream = session.createStreamMessage();
    assertBody(null, stream, List.of(), List.of(Object.class));
    assertBody(null, roundTrip(stream, Message.class), List.of(), List.of(Object.class));
  }

  @Test
  @DisplayName("3.11 getBody gives copies, and resets a bytes message before and after")
  void bodyIsCopied() throws JMSException {
    BytesMessage bytes = session.createBytesMessage();
    bytes.writeInt(5);
    bytes.writeInt(6);
    bytes.getBody(byte[].class)[3] = 9;
    assertEquals(5, bytes.readInt());
    bytes.getBody(Object.class);
    assertEquals(5, bytes.readInt());
    assertThrows(MessageNotWriteableException.class, () -> bytes.writeInt(7));
    MapMessage map = session.createMapMessage();
    map.setBytes("b", new byte[] {1});
    ((byte[]) map.getBody(Map.class).get("b"))[0] = 9;
    assertArrayEquals(new byte[] {1}, map.getBytes("b"));
  }
}
