package io.bindery.ra;

import io.bindery.ra.SessionRequest.Domain;
import jakarta.jms.JMSException;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicConnectionFactory;
import jakarta.resource.spi.ConnectionManager;

/** The topic connection factory that applications look up. */
final class TopicConnectionFactoryHandle extends ConnectionFactoryHandle
    implements TopicConnectionFactory {
  private static final long serialVersionUID = 1L;

  TopicConnectionFactoryHandle(BinderyManagedConnectionFactory factory, ConnectionManager pool) {
    super(factory, pool);
  }

  @Override
  public TopicConnection createTopicConnection() throws JMSException {
    return open(null, null, Domain.TOPIC);
  }

  @Override
  public TopicConnection createTopicConnection(String user, String password) throws JMSException {
    return open(user, password, Domain.TOPIC);
  }
}
