package io.bindery.ra;

import jakarta.jms.JMSConsumer;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;

/**
 * The consumer of a context: receives, never listens.
 *
 * @param consumer what receives
 */
record ContextConsumer(ConsumerHandle consumer) implements JMSConsumer {
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
    return Unchecked.call(() -> consumer.receiveBody(type, Long.MAX_VALUE));
  }

  @Override
  public <T> T receiveBody(Class<T> type, long timeoutMs) {
    long waitMs = timeoutMs == 0 ? Long.MAX_VALUE : timeoutMs;
    return Unchecked.call(() -> consumer.receiveBody(type, waitMs));
  }

  @Override
  public <T> T receiveBodyNoWait(Class<T> type) {
    return Unchecked.call(() -> consumer.receiveBody(type, 0));
  }

  @Override
  public void close() {
    Unchecked.run(consumer::close);
  }
}
