package io.bindery.jms.message;

import jakarta.jms.JMSException;
import java.util.HashMap;
import java.util.Map;

/** The property methods of a message (Jakarta Messaging 3.5), which all come down to two. */
abstract class PropertyAccess {
  private final Properties properties = new Properties();
  private Map<String, Object> jmsx;

  final Properties properties() {
    return properties;
  }

  /** Sets a property that only the provider sets. */
  final void jmsx(String name, Object value) {
    if (value != null) {
      jmsx = jmsx == null ? new HashMap<>() : jmsx;
      jmsx.put(name, value);
    }
  }

  /** A property that the provider gives, or null. */
  Object providerProperty(String name) {
    return jmsx == null ? null : jmsx.get(name);
  }

  private Object value(String name) {
    Object provided = name != null && name.startsWith("JMSX") ? providerProperty(name) : null;
    return provided == null ? properties.get(name) : provided;
  }

  /** See {@link jakarta.jms.Message#clearProperties}. */
  public final void clearProperties() {
    properties.clear();
  }

  /** See {@link jakarta.jms.Message#propertyExists}. */
  public final boolean propertyExists(String name) {
    return value(name) != null || properties.names().contains(name);
  }

  /** See {@link jakarta.jms.Message#getBooleanProperty}. */
  public final boolean getBooleanProperty(String name) throws JMSException {
    return Conversions.toBoolean(value(name));
  }

  /** See {@link jakarta.jms.Message#getByteProperty}. */
  public final byte getByteProperty(String name) throws JMSException {
    return Conversions.toByte(value(name));
  }

  /** See {@link jakarta.jms.Message#getShortProperty}. */
  public final short getShortProperty(String name) throws JMSException {
    return Conversions.toShort(value(name));
  }

  /** See {@link jakarta.jms.Message#getIntProperty}. */
  public final int getIntProperty(String name) throws JMSException {
    return Conversions.toInt(value(name));
  }

  /** See {@link jakarta.jms.Message#getLongProperty}. */
  public final long getLongProperty(String name) throws JMSException {
    return Conversions.toLong(value(name));
  }

  /** See {@link jakarta.jms.Message#getFloatProperty}. */
  public final float getFloatProperty(String name) throws JMSException {
    return Conversions.toFloat(value(name));
  }

  /** See {@link jakarta.jms.Message#getDoubleProperty}. */
  public final double getDoubleProperty(String name) throws JMSException {
    return Conversions.toDouble(value(name));
  }

  /** See {@link jakarta.jms.Message#getStringProperty}. */
  public final String getStringProperty(String name) throws JMSException {
    return Conversions.toText(value(name));
  }

  /** See {@link jakarta.jms.Message#getObjectProperty}. */
  public final Object getObjectProperty(String name) {
    return value(name);
  }

  /** See {@link jakarta.jms.Message#setBooleanProperty}. */
  public final void setBooleanProperty(String name, boolean value) throws JMSException {
    properties.set(name, value);
  }

  /** See {@link jakarta.jms.Message#setByteProperty}. */
  public final void setByteProperty(String name, byte value) throws JMSException {
    properties.set(name, value);
  }

  /** See {@link jakarta.jms.Message#setShortProperty}. */
  public final void setShortProperty(String name, short value) throws JMSException {
    properties.set(name, value);
  }

  /** See {@link jakarta.jms.Message#setIntProperty}. */
  public final void setIntProperty(String name, int value) throws JMSException {
    properties.set(name, value);
  }

  /** See {@link jakarta.jms.Message#setLongProperty}. */
  public final void setLongProperty(String name, long value) throws JMSException {
    properties.set(name, value);
  }

  /** See {@link jakarta.jms.Message#setFloatProperty}. */
  public final void setFloatProperty(String name, float value) throws JMSException {
    properties.set(name, value);
  }

  /** See {@link jakarta.jms.Message#setDoubleProperty}. */
  public final void setDoubleProperty(String name, double value) throws JMSException {
    properties.set(name, value);
  }

  /** See {@link jakarta.jms.Message#setStringProperty}. */
  public final void setStringProperty(String name, String value) throws JMSException {
    properties.set(name, value);
  }

  /** See {@link jakarta.jms.Message#setObjectProperty}. */
  public final void setObjectProperty(String name, Object value) throws JMSException {
    properties.set(name, value);
  }
}
