package io.bindery.jms;

import jakarta.jms.JMSException;

/**
 * A consumer that receives bodies (Jakarta Messaging 8.6), for a resource adapter: who received the
 * message first would have acknowledged it before its body turned out to be of another type.
 */
public interface BodyReceiver {
  /**
   * Receives a body.
   *
   * @param timeoutMs 0 or less only looks, {@link Long#MAX_VALUE} waits for ever
   * @return null when the time is over or the consumer is closed
   * @throws jakarta.jms.MessageFormatException when the message has no body of that type; outside
   *     of a transaction it is delivered again
   */
  <T> T receiveBody(Class<T> type, long timeoutMs) throws JMSException;
}
