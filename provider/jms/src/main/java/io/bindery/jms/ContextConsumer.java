package io.bindery.jms;

import jakarta.jms.JMSConsumer;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;

/**
 * A consumer of the simplified API (Jakarta Messaging 8.1): the classic one with unchecked
 * exceptions.
 */
final class ContextConsumer implements JMSConsumer {
  private final JmsConsumer consumer;

  ContextConsumer(JmsConsumer consumer) {
    this.consumer = consumer;
  }

  @Override
  public String getMessageSelector() {
    return JmsExceptions.call(consumer::getMessageSelector);
  }

  @Override
  public MessageListener getMessageListener() {
    return JmsExceptions.call(consumer::getMessageListener);
  }

  @Override
  public void setMessageListener(MessageListener listener) {
    JmsExceptions.run(() -> consumer.setMessageListener(listener));
  }

  @Override
  public Message receive() {
    return JmsExceptions.call(consumer::receive);
  }

  @Override
  public Message receive(long timeoutMs) {
    return JmsExceptions.call(() -> consumer.receive(timeoutMs));
  }

  @Override
  public Message receiveNoWait() {
    return JmsExceptions.call(consumer::receiveNoWait);
  }

  @Override
  public <T> T receiveBody(Class<T> type) {
    return JmsExceptions.call(() -> consumer.receiveBody(type, Long.MAX_VALUE));
  }

  @Override
  public <T> T receiveBody(Class<T> type, long timeoutMs) {
    return JmsExceptions.call(
        () -> consumer.receiveBody(type, timeoutMs == 0 ? Long.MAX_VALUE : timeoutMs));
  }

  @Override
  public <T> T receiveBodyNoWait(Class<T> type) {
    return JmsExceptions.call(() -> consumer.receiveBody(type, 0));
  }

  @Override
  public void close() {
    JmsExceptions.run(consumer::close);
  }
}
