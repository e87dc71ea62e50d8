package io.bindery.jms;

import jakarta.jms.JMSException;

/** The connection that made a temporary destination (Jakarta Messaging 6.2.2). */
interface TemporaryOwner {
  /** Deletes it; refused while it has consumers. */
  void delete(BinderyDestination destination) throws JMSException;

  /** The connection. */
  Object connection();
}
