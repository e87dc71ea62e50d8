package io.bindery.jms;

import io.bindery.engine.AmqpConnection;
import jakarta.jms.JMSException;
import jakarta.jms.XAQueueConnection;
import jakarta.jms.XAQueueSession;
import jakarta.jms.XASession;
import jakarta.jms.XATopicConnection;
import jakarta.jms.XATopicSession;

/**
 * A connection whose sessions may take part in distributed transactions (Jakarta Messaging 11.3.2).
 * Thread-safe.
 */
public final class BinderyXAConnection extends BinderyConnection
    implements XAQueueConnection, XATopicConnection {
  BinderyXAConnection(AmqpConnection engineConnection, Domain domain, ConnectionSettings settings)
      throws JMSException {
    super(engineConnection, domain, settings);
  }

  @Override
  public XASession createXASession() throws JMSException {
    use();
    return newXASession();
  }

  @Override
  public XAQueueSession createXAQueueSession() throws JMSException {
    use();
    domain().forQueues("createXAQueueSession");
    return newXASession();
  }

  @Override
  public XATopicSession createXATopicSession() throws JMSException {
    use();
    domain().forTopics("createXATopicSession");
    return newXASession();
  }

  /** An XA session, which leaves the client identifier settable. */
  JmsXASession newXASession() throws JMSException {
    return add(new JmsXASession(this, nextSessionId(), openChannel()));
  }
}
