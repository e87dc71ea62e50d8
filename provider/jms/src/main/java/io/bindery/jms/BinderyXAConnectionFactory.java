package io.bindery.jms;

import jakarta.jms.JMSException;
import jakarta.jms.XAConnection;
import jakarta.jms.XAJMSContext;
import jakarta.jms.XAQueueConnection;
import jakarta.jms.XAQueueConnectionFactory;
import jakarta.jms.XATopicConnection;
import jakarta.jms.XATopicConnectionFactory;

/**
 * Makes XA connections to the broker that a URI names (Jakarta Messaging 11.3.1). A bean; set its
 * properties before it is shared, then it is thread-safe.
 */
public final class BinderyXAConnectionFactory extends BinderyConnectionFactory
    implements XAQueueConnectionFactory, XATopicConnectionFactory {
  private static final long serialVersionUID = 1L;

  /** A factory of connections to the embedded broker {@code vm://default}. */
  public BinderyXAConnectionFactory() {}

  /**
   * A factory of connections to a broker.
   *
   * @param uri for example {@code vm://orders}
   */
  public BinderyXAConnectionFactory(String uri) {
    super(uri);
  }

  @Override
  public XAConnection createXAConnection() throws JMSException {
    return createXAConnection(getUser(), password());
  }

  @Override
  public XAConnection createXAConnection(String userName, String secret) throws JMSException {
    return xaConnection(userName, secret, Domain.COMMON);
  }

  @Override
  public XAQueueConnection createXAQueueConnection() throws JMSException {
    return createXAQueueConnection(getUser(), password());
  }

  @Override
  public XAQueueConnection createXAQueueConnection(String userName, String secret)
      throws JMSException {
    return xaConnection(userName, secret, Domain.QUEUE);
  }

  @Override
  public XATopicConnection createXATopicConnection() throws JMSException {
    return createXATopicConnection(getUser(), password());
  }

  @Override
  public XATopicConnection createXATopicConnection(String userName, String secret)
      throws JMSException {
    return xaConnection(userName, secret, Domain.TOPIC);
  }

  @Override
  public XAJMSContext createXAContext() {
    return createXAContext(getUser(), password());
  }

  @Override
  public XAJMSContext createXAContext(String userName, String secret) {
    return JmsExceptions.call(
        () -> {
          BinderyXAConnection connection = xaConnection(userName, secret, Domain.COMMON);
          return opened(
              connection, () -> new BinderyXAContext(connection, connection.newXASession()));
        });
  }

  private BinderyXAConnection xaConnection(String userName, String secret, Domain domain)
      throws JMSException {
    return new BinderyXAConnection(connect(userName, secret), domain, settings());
  }
}
