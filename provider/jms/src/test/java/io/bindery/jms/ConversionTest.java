package io.bindery.jms;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageFormatException;
import jakarta.jms.StreamMessage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName(
    "3.5.4, 3.11.3 The conversion tables, each cell, before the send and after the receipt")
class ConversionTest extends JmsTest {
  private static final List<String> PROPERTY_TYPES =
      List.of("boolean", "byte", "short", "int", "long", "float", "double", "String");
  private static final List<String> BODY_TYPES =
      List.of(
          "boolean", "byte", "short", "char", "int", "long", "float", "double", "String", "byte[]");

  /** What a value of each type may be read as. */
  private static final Map<String, List<String>> TABLE =
      Map.of(
          "boolean", List.of("boolean", "String"),
          "byte", List.of("byte", "short", "int", "long", "String"),
          "short", List.of("short", "int", "long", "String"),
          "char", List.of("char", "String"),
          "int", List.of("int", "long", "String"),
          "long", List.of("long", "String"),
          "float", List.of("float", "double", "String"),
          "double", List.of("double", "String"),
          "byte[]", List.of("byte[]"));

  private static final Map<String, Object> VALUES = values();

  private static Map<String, Object> values() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("boolean", true);
    values.put("byte", (byte) -5);
    values.put("short", (short) 600);
    values.put("char", 'c');
    values.put("int", 70_000);
    values.put("long", 8_000_000_000L);
    values.put("float", 2.5f);
    values.put("double", 3.25);
    values.put("byte[]", new byte[] {1, 2});
    return values;
  }

  /** Reads the value of one name, or the next. */
  private interface Source {
    Object as(String type) throws JMSException;
  }

  private static Source property(Message message, String name) {
    return type ->
        switch (type) {
          case "boolean" -> message.getBooleanProperty(name);
          case "byte" -> message.getByteProperty(name);
          case "short" -> message.getShortProperty(name);
          case "int" -> message.getIntProperty(name);
          case "long" -> message.getLongProperty(name);
          case "float" -> message.getFloatProperty(name);
          case "double" -> message.getDoubleProperty(name);
          case "String" -> message.getStringProperty(name);
          default -> message.getObjectProperty(name);
        };
  }

  private static Source item(MapMessage map, String name) {
    return type ->
        switch (type) {
          case "boolean" -> map.getBoolean(name);
          case "byte" -> map.getByte(name);
          case "short" -> map.getShort(name);
          case "char" -> map.getChar(name);
          case "int" -> map.getInt(name);
          case "long" -> map.getLong(name);
          case "float" -> map.getFloat(name);
          case "double" -> map.getDouble(name);
          case "String" -> map.getString(name);
          case "byte[]" -> map.getBytes(name);
          default -> map.getObject(name);
        };
  }

  private static Source next(StreamMessage stream) {
    return type ->
        switch (type) {
          case "boolean" -> stream.readBoolean();
          case "byte" -> stream.readByte();
          case "short" -> stream.readShort();
          case "char" -> stream.readChar();
          case "int" -> stream.readInt();
          case "long" -> stream.readLong();
          case "float" -> stream.readFloat();
          case "double" -> stream.readDouble();
          case "String" -> stream.readString();
          case "byte[]" -> {
            byte[] read = new byte[2];
            int length = stream.readBytes(read);
            assertEquals(length == 2 ? -1 : length, length < 0 ? -1 : stream.readBytes(read));
            yield length < 0 ? null : read;
          }
          default -> stream.readObject();
        };
  }

  private static void assertReads(Object value, String type, Source source) throws JMSException {
    Object read = source.as(type);
    if (type.equals("String")) {
      assertEquals(value.toString(), read);
    } else if (value instanceof byte[] bytes) {
      assertArrayEquals(bytes, (byte[]) read);
    } else if (value instanceof Number number) {
      assertEquals(number.doubleValue(), ((Number) read).doubleValue());
    } else {
      assertEquals(value, read);
    }
  }

  private Message roundTrip(Message message) throws JMSException {
    try (MessageConsumer consumer = session.createConsumer(queue)) {
      session.createProducer(queue).send(message);
      return consumer.receive(LONG_MS);
    }
  }

  @Test
  @DisplayName("3.5.4, 3.5.5 properties")
  void properties() throws JMSException {
    Message message = session.createMessage();
    for (String row : TABLE.keySet()) {
      if (PROPERTY_TYPES.contains(row)) {
        message.setObjectProperty(row + "_", VALUES.get(row));
      }
    }
    for (Message each : List.of(message, roundTrip(message))) {
      for (String row : PROPERTY_TYPES.subList(0, 7)) {
        Source source = property(each, row + "_");
        for (String column : PROPERTY_TYPES) {
          if (TABLE.get(row).contains(column)) {
            assertReads(VALUES.get(row), column, source);
          } else {
            assertThrows(MessageFormatException.class, () -> source.as(column), row + column);
          }
        }
        assertEquals(VALUES.get(row), source.as("Object"));
      }
    }
  }

  @Test
  @DisplayName("3.11.3 the values of a map")
  void map() throws JMSException {
    MapMessage message = session.createMapMessage();
    for (String row : TABLE.keySet()) {
      message.setObject(row, VALUES.get(row));
    }
    for (Message each : List.of(message, roundTrip(message))) {
      for (String row : TABLE.keySet()) {
        Source source = item((MapMessage) each, row);
        for (String column : BODY_TYPES) {
          if (TABLE.get(row).contains(column)) {
            assertReads(VALUES.get(row), column, source);
          } else {
            assertThrows(MessageFormatException.class, () -> source.as(column), row + column);
          }
        }
        assertReads(VALUES.get(row), row, type -> source.as("Object"));
      }
    }
  }

  @Test
  @DisplayName("3.11.3 the values of a stream; one that does not fit is still there to be read")
  void stream() throws JMSException {
    StreamMessage message = session.createStreamMessage();
    for (String row : VALUES.keySet()) {
      for (int i = 0; i < TABLE.get(row).size() + 1; i++) {
        message.writeObject(VALUES.get(row));
      }
    }
    Message received = roundTrip(message);
    message.reset();
    for (Message each : List.of(message, received)) {
      Source source = next((StreamMessage) each);
      for (String row : VALUES.keySet()) {
        for (String column : BODY_TYPES) {
          if (TABLE.get(row).contains(column)) {
            assertReads(VALUES.get(row), column, source);
          } else {
            assertThrows(MessageFormatException.class, () -> source.as(column), row + column);
          }
        }
        assertReads(VALUES.get(row), row, type -> source.as("Object"));
      }
    }
  }

  /** A property, a map's value and a stream's, which is read again until it fits. */
  private List<Source> everywhere(String value) throws JMSException {
    Message properties = session.createMessage();
    properties.setStringProperty("p", value);
    MapMessage map = session.createMapMessage();
    map.setString("p", value);
    StreamMessage stream = session.createStreamMessage();
    stream.writeString(value);
    stream.reset();
    Source again =
        type -> {
          Object read = next(stream).as(type);
          stream.reset();
          return read;
        };
    return List.of(property(properties, "p"), item(map, "p"), again);
  }

  @Test
  @DisplayName("3.5.4, 3.11.3 a String is read as what it spells")
  void spelled() throws JMSException {
    for (Source source : everywhere("42")) {
      assertEquals(false, source.as("boolean"));
      assertEquals((byte) 42, source.as("byte"));
      assertEquals((short) 42, source.as("short"));
      assertEquals(42, source.as("int"));
      assertEquals(42L, source.as("long"));
      assertEquals(42f, source.as("float"));
      assertEquals(42d, source.as("double"));
      assertEquals("42", source.as("String"));
    }
    for (Source source : everywhere("TruE")) {
      assertEquals(true, source.as("boolean"));
    }
    for (Source source : everywhere("1000").subList(1, 3)) {
      assertThrows(NumberFormatException.class, () -> source.as("byte"));
      assertThrows(MessageFormatException.class, () -> source.as("char"));
      assertThrows(MessageFormatException.class, () -> source.as("byte[]"));
      assertEquals("1000", source.as("Object"));
    }
    for (Source source : everywhere("1.5e0")) {
      for (String whole : List.of("byte", "short", "int", "long")) {
        assertThrows(NumberFormatException.class, () -> source.as(whole));
      }
      assertEquals(1.5, source.as("double"));
    }
    for (Source source : everywhere("none")) {
      assertThrows(NumberFormatException.class, () -> source.as("float"));
      assertThrows(NumberFormatException.class, () -> source.as("double"));
      assertEquals("none", source.as("String"));
    }
  }

  @Test
  @DisplayName(
      "3.5.4, 3.5.8, 3.11.3 null is read as valueOf(null) reads it, and so is what is not there")
  void nothing() throws JMSException {
    List<Source> sources = new ArrayList<>(everywhere(null));
    sources.add(property(session.createMessage(), "absent"));
    sources.add(item(session.createMapMessage(), "absent"));
    sources.add(property(session.createMessage(), null));
    sources.add(item(session.createMapMessage(), null));
    for (Source source : sources) {
      assertEquals(false, source.as("boolean"));
      for (String whole : List.of("byte", "short", "int", "long")) {
        assertThrows(NumberFormatException.class, () -> source.as(whole));
      }
      assertThrows(NullPointerException.class, () -> source.as("float"));
      assertThrows(NullPointerException.class, () -> source.as("double"));
      assertNull(source.as("String"));
      assertNull(source.as("Object"));
    }
    for (Source source : List.of(sources.get(1), sources.get(2), sources.get(4))) {
      assertThrows(NullPointerException.class, () -> source.as("char"));
      assertNull(source.as("byte[]"));
    }
  }
}
