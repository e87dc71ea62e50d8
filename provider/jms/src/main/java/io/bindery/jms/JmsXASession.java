package io.bindery.jms;

import io.bindery.engine.Channel;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.TopicSession;
import jakarta.jms.XAQueueSession;
import jakarta.jms.XATopicSession;
import javax.transaction.xa.XAResource;

/** An XA session of any domain (Jakarta Messaging 11.3.3). */
final class JmsXASession extends JmsSession implements XAQueueSession, XATopicSession {
  private final XAResource resource;

  JmsXASession(BinderyConnection connection, String id, Channel channel) {
    super(connection, id, channel, XaTransaction::new);
    resource = new BinderyXaResource(connection.engineConnection(), (XaTransaction) mode());
  }

  @Override
  public XAResource getXAResource() {
    return resource;
  }

  @Override
  public Session getSession() {
    return this;
  }

  @Override
  public QueueSession getQueueSession() {
    return this;
  }

  @Override
  public TopicSession getTopicSession() {
    return this;
  }
}
