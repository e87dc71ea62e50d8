package io.bindery.jms;

import jakarta.jms.JMSException;

/**
 * Which interfaces a connection or session was made for (Jakarta Messaging 9.2): what the other
 * domain has is refused.
 */
enum Domain {
  /** The classic and the simplified API: everything. */
  COMMON,
  /** Point-to-point. */
  QUEUE,
  /** Publish/subscribe. */
  TOPIC;

  /** Fails in the domain of queues. */
  void forTopics(String method) throws JMSException {
    refuse(QUEUE, method);
  }

  /** Fails in the domain of topics. */
  void forQueues(String method) throws JMSException {
    refuse(TOPIC, method);
  }

  private void refuse(Domain wrong, String method) throws JMSException {
    if (this == wrong) {
      throw JmsExceptions.illegalState(
          method
              + " does not belong to the "
              + (this == QUEUE ? "point-to-point" : "publish/subscribe")
              + " domain");
    }
  }
}
