package io.bindery.ra;

import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageListener;

/**
 * The consumer of a context: receives, never listens.
 *
 * @param consumer what receives
 */
record ContextConsumer(MessageConsumer consumer) implements JMSConsumer {
  @Override
  public String getMessageSelector() {
    return Unchecked.call(consumer::getMessageSelector);
  }

  @Override
  public MessageListener getMessageListener() {
    throw Forbidden.contextMethod("JMSConsumer.getMessageListener");
  }

  @Override
  public void setMessageListener(MessageListener listener) {
    throw Forbidden.contextMethod("JMSConsumer.setMessageListener");
  }

  @Override
  public Message receive() {
    return Unchecked.call(() -> consumer.receive());
  }

  @Override
  public Message receive(long timeoutMs) {
    return Unchecked.call(() -> consumer.receive(timeoutMs));
  }

  @Override
  public Message receiveNoWait() {
    return Unchecked.call(consumer::receiveNoWait);
  }

  @Override
  public <T> T receiveBody(Class<T> type) {
    return Unchecked.call(() -> body(consumer.receive(), type));
  }

  @Override
  public <T> T receiveBody(Class<T> type, long timeoutMs) {
    return Unchecked.call(() -> body(consumer.receive(timeoutMs), type));
  }

  @Override
  public <T> T receiveBodyNoWait(Class<T> type) {
    return Unchecked.call(() -> body(consumer.receiveNoWait(), type));
  }

  private static <T> T body(Message message, Class<T> type) throws JMSException {
    if (message == null) {
      return null;
    }
    T body = message.getBody(type);
    if (body == null) {
      throw new MessageFormatException("The message has no body");
    }
    return body;
  }

  @Override
  public void close() {
    Unchecked.run(consumer::close);
  }
}
