package io.bindery.jms;

import static io.bindery.jms.JmsExceptions.call;
import static io.bindery.jms.JmsExceptions.run;

import io.bindery.jms.message.JmsBytesMessage;
import io.bindery.jms.message.JmsMapMessage;
import io.bindery.jms.message.JmsObjectMessage;
import io.bindery.jms.message.JmsPlainMessage;
import io.bindery.jms.message.JmsTextMessage;
import io.bindery.jms.message.PropertyNames;
import jakarta.jms.CompletionListener;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatRuntimeException;
import java.io.Serializable;
import java.util.Enumeration;
import java.util.Map;
import java.util.Set;

/**
 * A producer of the simplified API (Jakarta Messaging 7.1, 7.5, 7.6). What it sets on the messages
 * that it sends is kept in a message of its own, which has the rules for names, types and
 * conversions. For the context's thread of control.
 */
final class ContextProducer implements JMSProducer {
  private final JmsMessageProducer producer;
  private final JmsPlainMessage overrides = new JmsPlainMessage();
  private CompletionListener async;
  private boolean hasCorrelationId;
  private boolean hasCorrelationBytes;
  private boolean hasProperties;

  ContextProducer(JmsMessageProducer producer) {
    this.producer = producer;
  }

  @Override
  public JMSProducer send(Destination destination, Message message) {
    if (message == null) {
      throw new MessageFormatRuntimeException("send: the message is null");
    }
    run(() -> dispatch(destination, message));
    return this;
  }

  private void dispatch(Destination destination, Message message) throws JMSException {
    override(message);
    if (async == null) {
      producer.send(destination, message);
    } else {
      producer.send(destination, message, async);
    }
  }

  private void override(Message message) throws JMSException {
    if (hasProperties) {
      for (Enumeration<?> names = overrides.getPropertyNames(); names.hasMoreElements(); ) {
        String name = (String) names.nextElement();
        message.setObjectProperty(name, overrides.getObjectProperty(name));
      }
    }
    if (hasCorrelationBytes) {
      message.setJMSCorrelationIDAsBytes(overrides.getJMSCorrelationIDAsBytes());
    } else if (hasCorrelationId) {
      message.setJMSCorrelationID(overrides.getJMSCorrelationID());
    }
    if (overrides.getJMSType() != null) {
      message.setJMSType(overrides.getJMSType());
    }
    if (overrides.getJMSReplyTo() != null) {
      message.setJMSReplyTo(overrides.getJMSReplyTo());
    }
  }

  @Override
  public JMSProducer send(Destination destination, String body) {
    run(
        () -> {
          JmsTextMessage message = new JmsTextMessage();
          message.setText(body);
          dispatch(destination, message);
        });
    return this;
  }

  @Override
  public JMSProducer send(Destination destination, Map<String, Object> body) {
    run(
        () -> {
          JmsMapMessage message = new JmsMapMessage();
          message.setAll(body);
          dispatch(destination, message);
        });
    return this;
  }

  @Override
  public JMSProducer send(Destination destination, byte[] body) {
    run(
        () -> {
          JmsBytesMessage message = new JmsBytesMessage();
          if (body != null) {
            message.writeBytes(body);
          }
          dispatch(destination, message);
        });
    return this;
  }

  @Override
  public JMSProducer send(Destination destination, Serializable body) {
    run(
        () -> {
          JmsObjectMessage message = new JmsObjectMessage();
          message.setObject(body);
          dispatch(destination, message);
        });
    return this;
  }

  @Override
  public JMSProducer setDisableMessageID(boolean value) {
    run(() -> producer.setDisableMessageID(value));
    return this;
  }

  @Override
  public boolean getDisableMessageID() {
    return call(producer::getDisableMessageID);
  }

  @Override
  public JMSProducer setDisableMessageTimestamp(boolean value) {
    run(() -> producer.setDisableMessageTimestamp(value));
    return this;
  }

  @Override
  public boolean getDisableMessageTimestamp() {
    return call(producer::getDisableMessageTimestamp);
  }

  @Override
  public JMSProducer setDeliveryMode(int value) {
    run(() -> producer.setDeliveryMode(value));
    return this;
  }

  @Override
  public int getDeliveryMode() {
    return call(producer::getDeliveryMode);
  }

  @Override
  public JMSProducer setPriority(int value) {
    run(() -> producer.setPriority(value));
    return this;
  }

  @Override
  public int getPriority() {
    return call(producer::getPriority);
  }

  @Override
  public JMSProducer setTimeToLive(long ms) {
    run(() -> producer.setTimeToLive(ms));
    return this;
  }

  @Override
  public long getTimeToLive() {
    return call(producer::getTimeToLive);
  }

  @Override
  public JMSProducer setDeliveryDelay(long ms) {
    run(() -> producer.setDeliveryDelay(ms));
    return this;
  }

  @Override
  public long getDeliveryDelay() {
    return call(producer::getDeliveryDelay);
  }

  @Override
  public JMSProducer setAsync(CompletionListener listener) {
    async = listener;
    return this;
  }

  @Override
  public CompletionListener getAsync() {
    return async;
  }

  @Override
  public JMSProducer setProperty(String name, boolean value) {
    return property(name, value);
  }

  @Override
  public JMSProducer setProperty(String name, byte value) {
    return property(name, value);
  }

  @Override
  public JMSProducer setProperty(String name, short value) {
    return property(name, value);
  }

  @Override
  public JMSProducer setProperty(String name, int value) {
    return property(name, value);
  }

  @Override
  public JMSProducer setProperty(String name, long value) {
    return property(name, value);
  }

  @Override
  public JMSProducer setProperty(String name, float value) {
    return property(name, value);
  }

  @Override
  public JMSProducer setProperty(String name, double value) {
    return property(name, value);
  }

  @Override
  public JMSProducer setProperty(String name, String value) {
    return property(name, value);
  }

  @Override
  public JMSProducer setProperty(String name, Object value) {
    return property(name, value);
  }

  private JMSProducer property(String name, Object value) {
    run(() -> overrides.setObjectProperty(name, value));
    hasProperties = true;
    return this;
  }

  @Override
  public JMSProducer clearProperties() {
    run(overrides::clearProperties);
    hasProperties = false;
    return this;
  }

  @Override
  public boolean propertyExists(String name) {
    return call(() -> overrides.propertyExists(name));
  }

  @Override
  public boolean getBooleanProperty(String name) {
    return call(() -> overrides.getBooleanProperty(name));
  }

  @Override
  public byte getByteProperty(String name) {
    return call(() -> overrides.getByteProperty(name));
  }

  @Override
  public short getShortProperty(String name) {
    return call(() -> overrides.getShortProperty(name));
  }

  @Override
  public int getIntProperty(String name) {
    return call(() -> overrides.getIntProperty(name));
  }

  @Override
  public long getLongProperty(String name) {
    return call(() -> overrides.getLongProperty(name));
  }

  @Override
  public float getFloatProperty(String name) {
    return call(() -> overrides.getFloatProperty(name));
  }

  @Override
  public double getDoubleProperty(String name) {
    return call(() -> overrides.getDoubleProperty(name));
  }

  @Override
  public String getStringProperty(String name) {
    return call(() -> overrides.getStringProperty(name));
  }

  @Override
  public Object getObjectProperty(String name) {
    return call(() -> overrides.getObjectProperty(name));
  }

  @Override
  public Set<String> getPropertyNames() {
    return new PropertyNames(overrides);
  }

  @Override
  public JMSProducer setJMSCorrelationIDAsBytes(byte[] value) {
    run(() -> overrides.setJMSCorrelationIDAsBytes(value));
    hasCorrelationId = value != null;
    hasCorrelationBytes = hasCorrelationId;
    return this;
  }

  @Override
  public byte[] getJMSCorrelationIDAsBytes() {
    return call(overrides::getJMSCorrelationIDAsBytes);
  }

  @Override
  public JMSProducer setJMSCorrelationID(String value) {
    run(() -> overrides.setJMSCorrelationID(value));
    hasCorrelationId = value != null;
    hasCorrelationBytes = false;
    return this;
  }

  @Override
  public String getJMSCorrelationID() {
    return call(overrides::getJMSCorrelationID);
  }

  @Override
  public JMSProducer setJMSType(String value) {
    run(() -> overrides.setJMSType(value));
    return this;
  }

  @Override
  public String getJMSType() {
    return call(overrides::getJMSType);
  }

  @Override
  public JMSProducer setJMSReplyTo(Destination value) {
    run(() -> overrides.setJMSReplyTo(value));
    return this;
  }

  @Override
  public Destination getJMSReplyTo() {
    return call(overrides::getJMSReplyTo);
  }
}
