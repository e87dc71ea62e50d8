package io.bindery.jms;

import jakarta.jms.JMSContext;
import jakarta.jms.XAJMSContext;
import javax.transaction.xa.XAResource;

/** An XA connection and an XA session in one (Jakarta Messaging 11.3.4). */
final class BinderyXAContext extends BinderyContext implements XAJMSContext {
  private final JmsXASession xaSession;

  BinderyXAContext(BinderyXAConnection connection, JmsXASession session) {
    super(connection, session);
    xaSession = session;
  }

  @Override
  public JMSContext getContext() {
    return this;
  }

  @Override
  public XAResource getXAResource() {
    return xaSession.getXAResource();
  }
}
