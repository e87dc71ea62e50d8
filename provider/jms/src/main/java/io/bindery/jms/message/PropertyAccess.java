package io.bindery.jms.message;

import jakarta.jms.JMSException;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Set;

/** The property methods of a message (Jakarta Messaging 3.5), which all come down to two. */
abstract class PropertyAccess {
  private static final String DELIVERY_COUNT = "JMSXDeliveryCount";
  private static final String USER_ID = "JMSXUserID";
  private static final String APP_ID = "JMSXAppID";
  private static final List<String> PROVIDED = List.of(DELIVERY_COUNT, USER_ID, APP_ID);

  private final Properties properties = new Properties();
  private int deliveryCount;
  private String userId;
  private String appId;

  final Properties properties() {
    return properties;
  }

  /** Sets what only the provider sets (3.5.9): how often it was delivered, and who sent it. */
  final void provided(int deliveries, String user, String application) {
    deliveryCount = deliveries;
    userId = user;
    appId = application;
  }

  private Object provided(String name) {
    return switch (name) {
      case DELIVERY_COUNT -> deliveryCount == 0 ? null : (Object) deliveryCount;
      case USER_ID -> userId;
      case APP_ID -> appId;
      default -> null;
    };
  }

  private Object value(String name) {
    if (name == null) {
      return null;
    }
    Object provided = name.startsWith(Properties.JMSX) ? provided(name) : null;
    return provided == null ? properties.get(name) : provided;
  }

  /** See {@link jakarta.jms.Message#clearProperties}. */
  public final void clearProperties() {
    properties.clear();
    provided(0, null, null);
  }

  /** See {@link jakarta.jms.Message#propertyExists}. */
  public final boolean propertyExists(String name) {
    return value(name) != null || properties.has(name);
  }

  /** See {@link jakarta.jms.Message#getPropertyNames}. */
  public final Enumeration<String> getPropertyNames() {
    Set<String> names = properties.names();
    for (String name : PROVIDED) {
      if (provided(name) != null) {
        names.add(name);
      }
    }
    return Collections.enumeration(names);
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
