package io.bindery.ra;

import jakarta.jms.JMSException;
import jakarta.jms.Message;

/** What a message-driven bean of a test does with a message. */
@FunctionalInterface
interface TestBean {
  /** Processes it; what it throws is the bean's failure. */
  void onMessage(Message message, TestEndpoint endpoint) throws JMSException;
}
