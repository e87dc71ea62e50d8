package io.bindery.jms.message;

import jakarta.jms.JMSException;

/** What {@code Message.acknowledge()} does: its session knows. */
@FunctionalInterface
public interface Acknowledgement {
  /** Acknowledges. */
  void acknowledge() throws JMSException;
}
