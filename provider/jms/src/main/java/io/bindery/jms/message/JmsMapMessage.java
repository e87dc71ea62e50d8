package io.bindery.jms.message;

import io.bindery.engine.Body;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A message with named values (Jakarta Messaging 3.11). */
public final class JmsMapMessage extends JmsMessage implements MapMessage {
  private Map<String, Object> values = new LinkedHashMap<>();

  /** A message without values. */
  public JmsMapMessage() {}

  JmsMapMessage(Body body) {
    if (body instanceof Body.Table table) {
      values = table.content();
    }
  }

  private void set(String name, Object value) throws JMSException {
    checkBodyWriteable();
    if (name == null || name.isEmpty()) {
      throw new IllegalArgumentException(
          "The name of a map value is " + (name == null ? "null" : "empty"));
    }
    values.put(name, Conversions.bodyValue(value));
  }

  @Override
  public boolean getBoolean(String name) throws JMSException {
    return Conversions.toBoolean(values.get(name));
  }

  @Override
  public byte getByte(String name) throws JMSException {
    return Conversions.toByte(values.get(name));
  }

  @Override
  public short getShort(String name) throws JMSException {
    return Conversions.toShort(values.get(name));
  }

  @Override
  public char getChar(String name) throws JMSException {
    return Conversions.toChar(values.get(name));
  }

  @Override
  public int getInt(String name) throws JMSException {
    return Conversions.toInt(values.get(name));
  }

  @Override
  public long getLong(String name) throws JMSException {
    return Conversions.toLong(values.get(name));
  }

  @Override
  public float getFloat(String name) throws JMSException {
    return Conversions.toFloat(values.get(name));
  }

  @Override
  public double getDouble(String name) throws JMSException {
    return Conversions.toDouble(values.get(name));
  }

  @Override
  public String getString(String name) throws JMSException {
    return Conversions.toText(values.get(name));
  }

  @Override
  public byte[] getBytes(String name) throws JMSException {
    return Conversions.toBytes(values.get(name));
  }

  @Override
  public Object getObject(String name) throws JMSException {
    return Conversions.bodyValue(values.get(name));
  }

  @Override
  public Enumeration<String> getMapNames() {
    return Collections.enumeration(List.copyOf(values.keySet()));
  }

  @Override
  public boolean itemExists(String name) {
    return values.containsKey(name);
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
    set(name, java.util.Arrays.copyOfRange(value, offset, offset + length));
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
  Object bodyObject() throws JMSException {
    Map<String, Object> copy = new LinkedHashMap<>();
    for (Map.Entry<String, Object> value : values.entrySet()) {
      copy.put(value.getKey(), Conversions.bodyValue(value.getValue()));
    }
    return copy;
  }

  @Override
  public <T> T getBody(Class<T> wanted) throws JMSException {
    return values.isEmpty() && isBodyAssignableTo(wanted) ? null : super.getBody(wanted);
  }

  @Override
  public boolean isBodyAssignableTo(Class wanted) {
    return wanted == Map.class || wanted == Object.class;
  }
}
