package io.bindery.jms.message;

import io.bindery.engine.Body;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.MessageFormatException;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A message with named values (Jakarta Messaging 3.11). */
public final class JmsMapMessage extends JmsMessage implements MapMessage {
  private Map<String, Object> values;

  /** A message without values. */
  public JmsMapMessage() {
    values = new LinkedHashMap<>();
  }

  JmsMapMessage(Body.Table body) {
    values = body.content();
  }

  /** The value of a name; null for a name that there is not, also for none (3.11.3). */
  private Object value(String name) {
    return name == null ? null : Conversions.readable(values.get(name));
  }

  private void set(String name, Object value) throws JMSException {
    checkBodyWriteable();
    if (name == null || name.isEmpty()) {
      throw new IllegalArgumentException(
          "The name of a map value is " + (name == null ? "null" : "empty"));
    }
    values.put(name, Conversions.bodyValue(value));
  }

  /**
   * Sets the values of a map that is sent as a body (Jakarta Messaging 7.2); null has none.
   *
   * @throws MessageFormatException for a value that cannot be kept, and a name that is null or
   *     empty
   */
  public void setAll(Map<String, ?> body) throws JMSException {
    if (body == null) {
      return;
    }
    for (Map.Entry<String, ?> each : body.entrySet()) {
      if (each.getKey() == null || each.getKey().isEmpty()) {
        throw new MessageFormatException("send: a name in the map is null or empty");
      }
      set(each.getKey(), each.getValue());
    }
  }

  @Override
  public boolean getBoolean(String name) throws JMSException {
    return Conversions.toBoolean(value(name));
  }

  @Override
  public byte getByte(String name) throws JMSException {
    return Conversions.toByte(value(name));
  }

  @Override
  public short getShort(String name) throws JMSException {
    return Conversions.toShort(value(name));
  }

  @Override
  public char getChar(String name) throws JMSException {
    return Conversions.toChar(value(name));
  }

  @Override
  public int getInt(String name) throws JMSException {
    return Conversions.toInt(value(name));
  }

  @Override
  public long getLong(String name) throws JMSException {
    return Conversions.toLong(value(name));
  }

  @Override
  public float getFloat(String name) throws JMSException {
    return Conversions.toFloat(value(name));
  }

  @Override
  public double getDouble(String name) throws JMSException {
    return Conversions.toDouble(value(name));
  }

  @Override
  public String getString(String name) throws JMSException {
    return Conversions.toText(value(name));
  }

  @Override
  public byte[] getBytes(String name) throws JMSException {
    return Conversions.toBytes(value(name));
  }

  @Override
  public Object getObject(String name) {
    return Conversions.received(value(name));
  }

  @Override
  public Enumeration<String> getMapNames() {
    return Collections.enumeration(List.copyOf(values.keySet()));
  }

  @Override
  public boolean itemExists(String name) {
    return name != null && values.containsKey(name);
  }

  @Override
  public void setBoolean(String name, boolean value) throws JMSException {
    set(name, value);
  }

  @Override
  public void setByte(String name, byte value) throws JMSException {
    set(name, value);
  }

  @Override
  public void setShort(String name, short value) throws JMSException {
    set(name, value);
  }

  @Override
  public void setChar(String name, char value) throws JMSException {
    set(name, value);
  }

  @Override
  public void setInt(String name, int value) throws JMSException {
    set(name, value);
  }

  @Override
  public void setLong(String name, long value) throws JMSException {
    set(name, value);
  }

  @Override
  public void setFloat(String name, float value) throws JMSException {
    set(name, value);
  }

  @Override
  public void setDouble(String name, double value) throws JMSException {
    set(name, value);
  }

  @Override
  public void setString(String name, String value) throws JMSException {
    set(name, value);
  }

  @Override
  public void setBytes(String name, byte[] value) throws JMSException {
    set(name, value);
  }

  @Override
  public void setBytes(String name, byte[] value, int offset, int length) throws JMSException {
    set(name, Conversions.part(value, offset, length));
  }

  @Override
  public void setObject(String name, Object value) throws JMSException {
    set(name, value);
  }

  @Override
  MessageType type() {
    return MessageType.MAP;
  }

  @Override
  Body bodySnapshot() {
    // A received map is the body's own and is never changed.
    return new Body.Table(
        bodyReadOnly() ? values : Collections.unmodifiableMap(new LinkedHashMap<>(values)));
  }

  @Override
  void emptyBody() {
    values = new LinkedHashMap<>();
  }

  @Override
  Object bodyObject() {
    if (values.isEmpty()) {
      return null;
    }
    Map<String, Object> copy = new LinkedHashMap<>();
    values.forEach((name, value) -> copy.put(name, Conversions.received(value)));
    return copy;
  }

  @Override
  boolean isA(Class<?> wanted, Object body) {
    return wanted == Map.class || wanted == Object.class;
  }

  @Override
  public boolean isBodyAssignableTo(Class wanted) {
    return values.isEmpty() || isA(wanted, values);
  }
}
