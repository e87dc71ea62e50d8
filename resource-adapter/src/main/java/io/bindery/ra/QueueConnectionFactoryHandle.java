package io.bindery.ra;

import io.bindery.ra.SessionRequest.Domain;
import jakarta.jms.JMSException;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueConnectionFactory;
import jakarta.resource.spi.ConnectionManager;

/** The queue connection factory that applications look up. */
final class QueueConnectionFactoryHandle extends ConnectionFactoryHandle
    implements QueueConnectionFactory {
  private static final long serialVersionUID = 1L;

  QueueConnectionFactoryHandle(BinderyManagedConnectionFactory factory, ConnectionManager pool) {
    super(factory, pool);
  }

  @Override
  public QueueConnection createQueueConnection() throws JMSException {
    return open(null, null, Domain.QUEUE);
  }

  @Override
  public QueueConnection createQueueConnection(String user, String password) throws JMSException {
    return open(user, password, Domain.QUEUE);
  }
}
