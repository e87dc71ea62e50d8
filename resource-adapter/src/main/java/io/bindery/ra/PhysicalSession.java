package io.bindery.ra;

import jakarta.jms.JMSException;
import jakarta.jms.Session;

/**
 * Makes something on a session of the physical connection, when it is needed first or the session
 * changed.
 */
@FunctionalInterface
interface PhysicalSession<T> {
  /** Makes it. */
  T on(Session session) throws JMSException;
}
