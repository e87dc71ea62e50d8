package io.bindery.ra;

import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Capabilities;
import io.bindery.engine.ReplyCode;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.resource.NotSupportedException;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.CommException;
import jakarta.resource.spi.EISSystemException;
import jakarta.resource.spi.ResourceAllocationException;
import jakarta.resource.spi.SecurityException;
import javax.transaction.xa.XAException;

/** The one place where failures of the engine become failures of Jakarta Connectors and of XA. */
final class ResourceExceptions {
  private ResourceExceptions() {}

  /**
   * The resource exception for a reply code; its error code is the AMQP number, its cause the
   * original.
   */
  static ResourceException of(AmqpException failure) {
    String text = failure.getMessage();
    ResourceException mapped =
        switch (failure.replyCode()) {
          case ACCESS_REFUSED -> new SecurityException(text);
          case RESOURCE_ERROR -> new ResourceAllocationException(text);
          case CONNECTION_FORCED, CHANNEL_ERROR -> new CommException(text);
          case NOT_IMPLEMENTED -> new jakarta.resource.NotSupportedException(text);
          default -> new EISSystemException(text);
        };
    mapped.setErrorCode(Integer.toString(failure.replyCode().code()));
    mapped.initCause(failure);
    return mapped;
  }

  /** The resource exception for what the JMS layer reported; keeps its error code. */
  static ResourceException of(JMSException failure) {
    ResourceException mapped =
        failure instanceof JMSSecurityException
            ? new SecurityException(failure.getMessage(), failure)
            : new EISSystemException(failure.getMessage(), failure);
    mapped.setErrorCode(failure.getErrorCode());
    return mapped;
  }

  /** Refuses what the configured level of transactions does not allow. */
  static NotSupportedException noXa() {
    return new NotSupportedException(
        "XA transactions are switched off: the resource adapter's property 'transactions' is 'local'; set it to 'auto' or 'xa'");
  }

  /** Refuses transacted use of a broker that says that it has no XA. */
  static void requireXa(AmqpConnection connection) throws AmqpException {
    if (!hasXa(connection)) {
      throw new AmqpException(
          ReplyCode.NOT_IMPLEMENTED,
          "This broker has no XA, which its use in transactions needs: see the resource adapter's property 'transactions'");
    }
  }

  /** Whether the broker at the other end says that it has XA. */
  static boolean hasXa(AmqpConnection connection) {
    return connection.capabilities("classic").has(Capabilities.Feature.XA);
  }

  /** The XA exception for a broker that cannot be used now, whatever the reason: XAER_RMFAIL. */
  static XAException unreachable(AmqpException failure) {
    XAException mapped = new XAException(failure.getMessage());
    mapped.errorCode = XAException.XAER_RMFAIL;
    mapped.initCause(failure);
    return mapped;
  }
}
