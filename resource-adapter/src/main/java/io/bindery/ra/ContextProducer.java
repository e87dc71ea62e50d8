package io.bindery.ra;

import io.bindery.jms.message.JmsMapMessage;
import io.bindery.jms.message.JmsPlainMessage;
import io.bindery.jms.message.PropertyNames;
import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.ObjectMessage;
import jakarta.jms.TextMessage;
import java.io.Serializable;
import java.util.Map;
import java.util.Set;

/**
 * The producer of a context: collects headers and properties and sends with them. For one thread at
 * a time.
 */
final class ContextProducer implements JMSProducer {
  private final ProducerHandle producer;
  private final SessionHandle session;

  /** Never sent: it converts properties by the rules of messages. */
  private final JmsPlainMessage template = new JmsPlainMessage();

  private int deliveryMode = Message.DEFAULT_DELIVERY_MODE;
  private int priority = Message.DEFAULT_PRIORITY;
  private long timeToLiveMs = Message.DEFAULT_TIME_TO_LIVE;
  private long deliveryDelayMs = Message.DEFAULT_DELIVERY_DELAY;
  private boolean disableId;
  private boolean disableTimestamp;
  private boolean correlatesByBytes;

  ContextProducer(ProducerHandle producer, SessionHandle session) {
    this.producer = producer;
    this.session = session;
  }

  @Override
  public JMSProducer send(Destination destination, Message message) {
    if (message == null) {
      throw new MessageFormatRuntimeException("The message is null");
    }
    Unchecked.run(
        () -> {
          fill(message);
          producer.setDeliveryDelay(deliveryDelayMs);
          producer.setDisableMessageID(disableId);
          producer.setDisableMessageTimestamp(disableTimestamp);
          producer.send(destination, message, deliveryMode, priority, timeToLiveMs);
        });
    return this;
  }

  private void fill(Message message) throws JMSException {
    if (correlatesByBytes) {
      // As a text, bytes that are none would be others.
      message.setJMSCorrelationIDAsBytes(template.getJMSCorrelationIDAsBytes());
    } else if (template.getJMSCorrelationID() != null) {
      message.setJMSCorrelationID(template.getJMSCorrelationID());
    }
    if (template.getJMSType() != null) {
      message.setJMSType(template.getJMSType());
    }
    if (template.getJMSReplyTo() != null) {
      message.setJMSReplyTo(template.getJMSReplyTo());
    }
    for (String name : getPropertyNames()) {
      message.setObjectProperty(name, template.getObjectProperty(name));
    }
  }

  @Override
  public JMSProducer send(Destination destination, String body) {
    TextMessage message = Unchecked.call(() -> session.createTextMessage(body));
    return send(destination, message);
  }

  @Override
  public JMSProducer send(Destination destination, Map<String, Object> body) {
    JmsMapMessage message = (JmsMapMessage) Unchecked.call(session::createMapMessage);
    Unchecked.run(() -> message.setAll(body));
    return send(destination, message);
  }

  @Override
  public JMSProducer send(Destination destination, byte[] body) {
    BytesMessage message = Unchecked.call(session::createBytesMessage);
    if (body != null) {
      Unchecked.run(() -> message.writeBytes(body));
    }
    return send(destination, message);
  }

  @Override
  public JMSProducer send(Destination destination, Serializable body) {
    ObjectMessage message = Unchecked.call(() -> session.createObjectMessage(body));
    return send(destination, message);
  }

  @Override
  public JMSProducer setDisableMessageID(boolean value) {
    disableId = value;
    return this;
  }

  @Override
  public boolean getDisableMessageID() {
    return disableId;
  }

  @Override
  public JMSProducer setDisableMessageTimestamp(boolean value) {
    disableTimestamp = value;
    return this;
  }

  @Override
  public boolean getDisableMessageTimestamp() {
    return disableTimestamp;
  }

  @Override
  public JMSProducer setDeliveryMode(int value) {
    if (value != DeliveryMode.PERSISTENT && value != DeliveryMode.NON_PERSISTENT) {
      throw new jakarta.jms.JMSRuntimeException("There is no delivery mode " + value);
    }
    deliveryMode = value;
    return this;
  }

  @Override
  public int getDeliveryMode() {
    return deliveryMode;
  }

  @Override
  public JMSProducer setPriority(int value) {
    if (value < 0 || value > 9) {
      throw new jakarta.jms.JMSRuntimeException("The priority is " + value + ", allowed is 0 to 9");
    }
    priority = value;
    return this;
  }

  @Override
  public int getPriority() {
    return priority;
  }

  @Override
  public JMSProducer setTimeToLive(long value) {
    timeToLiveMs = checkedMs("time to live", value);
    return this;
  }

  private static long checkedMs(String what, long ms) {
    if (ms < 0) {
      throw new jakarta.jms.JMSRuntimeException("The " + what + " of " + ms + " ms is negative");
    }
    return ms;
  }

  @Override
  public long getTimeToLive() {
    return timeToLiveMs;
  }

  @Override
  public JMSProducer setDeliveryDelay(long value) {
    deliveryDelayMs = checkedMs("delivery delay", value);
    return this;
  }

  @Override
  public long getDeliveryDelay() {
    return deliveryDelayMs;
  }

  @Override
  public JMSProducer setAsync(CompletionListener listener) {
    throw Forbidden.contextMethod("JMSProducer.setAsync");
  }

  @Override
  public CompletionListener getAsync() {
    return null;
  }

  private JMSProducer set(Unchecked.Action action) {
    Unchecked.run(action);
    return this;
  }

  @Override
  public JMSProducer setProperty(String name, boolean value) {
    return set(() -> template.setBooleanProperty(name, value));
  }

  @Override
  public JMSProducer setProperty(String name, byte value) {
    return set(() -> template.setByteProperty(name, value));
  }

  @Override
  public JMSProducer setProperty(String name, short value) {
    return set(() -> template.setShortProperty(name, value));
  }

  @Override
  public JMSProducer setProperty(String name, int value) {
    return set(() -> template.setIntProperty(name, value));
  }

  @Override
  public JMSProducer setProperty(String name, long value) {
    return set(() -> template.setLongProperty(name, value));
  }

  @Override
  public JMSProducer setProperty(String name, float value) {
    return set(() -> template.setFloatProperty(name, value));
  }

  @Override
  public JMSProducer setProperty(String name, double value) {
    return set(() -> template.setDoubleProperty(name, value));
  }

  @Override
  public JMSProducer setProperty(String name, String value) {
    return set(() -> template.setStringProperty(name, value));
  }

  @Override
  public JMSProducer setProperty(String name, Object value) {
    return set(() -> template.setObjectProperty(name, value));
  }

  @Override
  public JMSProducer clearProperties() {
    return set(template::clearProperties);
  }

  @Override
  public boolean propertyExists(String name) {
    return Unchecked.call(() -> template.propertyExists(name));
  }

  @Override
  public boolean getBooleanProperty(String name) {
    return Unchecked.call(() -> template.getBooleanProperty(name));
  }

  @Override
  public byte getByteProperty(String name) {
    return Unchecked.call(() -> template.getByteProperty(name));
  }

  @Override
  public short getShortProperty(String name) {
    return Unchecked.call(() -> template.getShortProperty(name));
  }

  @Override
  public int getIntProperty(String name) {
    return Unchecked.call(() -> template.getIntProperty(name));
  }

  @Override
  public long getLongProperty(String name) {
    return Unchecked.call(() -> template.getLongProperty(name));
  }

  @Override
  public float getFloatProperty(String name) {
    return Unchecked.call(() -> template.getFloatProperty(name));
  }

  @Override
  public double getDoubleProperty(String name) {
    return Unchecked.call(() -> template.getDoubleProperty(name));
  }

  @Override
  public String getStringProperty(String name) {
    return Unchecked.call(() -> template.getStringProperty(name));
  }

  @Override
  public Object getObjectProperty(String name) {
    return Unchecked.call(() -> template.getObjectProperty(name));
  }

  @Override
  public Set<String> getPropertyNames() {
    return new PropertyNames(template);
  }

  @Override
  public JMSProducer setJMSCorrelationIDAsBytes(byte[] value) {
    correlatesByBytes = value != null;
    return set(() -> template.setJMSCorrelationIDAsBytes(value));
  }

  @Override
  public byte[] getJMSCorrelationIDAsBytes() {
    return Unchecked.call(template::getJMSCorrelationIDAsBytes);
  }

  @Override
  public JMSProducer setJMSCorrelationID(String value) {
    correlatesByBytes = false;
    return set(() -> template.setJMSCorrelationID(value));
  }

  @Override
  public String getJMSCorrelationID() {
    return Unchecked.call(template::getJMSCorrelationID);
  }

  @Override
  public JMSProducer setJMSType(String value) {
    return set(() -> template.setJMSType(value));
  }

  @Override
  public String getJMSType() {
    return Unchecked.call(template::getJMSType);
  }

  @Override
  public JMSProducer setJMSReplyTo(Destination value) {
    return set(() -> template.setJMSReplyTo(value));
  }

  @Override
  public Destination getJMSReplyTo() {
    return Unchecked.call(template::getJMSReplyTo);
  }
}
