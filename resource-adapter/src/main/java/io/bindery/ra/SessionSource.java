package io.bindery.ra;

import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.LazyAssociatableConnectionManager;

/**
 * Takes sessions of the server's pool.
 *
 * @param factory what is pooled
 * @param pool the server's, or our own where there is no server
 */
record SessionSource(BinderyManagedConnectionFactory factory, ConnectionManager pool) {
  /**
   * A session handle on a physical connection; enlisted in the transaction that is active, if one
   * is.
   *
   * @throws JMSException with the cause that the pool or the broker gave
   */
  SessionHandle take(SessionRequest request) throws JMSException {
    try {
      return (SessionHandle) pool.allocateConnection(factory, request);
    } catch (ResourceException e) {
      throw mapped(e);
    }
  }

  /**
   * Associates an inactive handle with a physical connection.
   *
   * @throws JMSException with the cause that the pool or the broker gave
   */
  void associate(SessionHandle inactive, SessionRequest request) throws JMSException {
    if (pool instanceof LazyAssociatableConnectionManager lazy) {
      try {
        lazy.associateConnection(inactive, factory, request);
      } catch (ResourceException e) {
        throw mapped(e);
      }
    }
  }

  /** Tells the pool that a handle without a physical connection was closed. */
  void inactiveClosed(SessionHandle inactive) {
    if (pool instanceof LazyAssociatableConnectionManager lazy) {
      lazy.inactiveConnectionClosed(inactive, factory);
    }
  }

  private static JMSException mapped(ResourceException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof JMSException original) {
        return original;
      }
      if (cause instanceof jakarta.resource.spi.SecurityException) {
        return new JMSSecurityException(cause.getMessage(), failure.getErrorCode(), failure);
      }
    }
    return new JMSException(
        "No connection from the pool: " + failure.getMessage(), failure.getErrorCode(), failure);
  }
}
