package io.bindery.ra;

import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import java.util.Enumeration;

/** A browser of a session handle, which closes with it. */
final class BrowserHandle implements QueueBrowser, BinderyManagedConnection.Closing {
  private final SessionHandle owner;
  private final QueueBrowser physical;

  BrowserHandle(SessionHandle owner, QueueBrowser physical) {
    this.owner = owner;
    this.physical = physical;
  }

  @Override
  public Queue getQueue() throws JMSException {
    return physical.getQueue();
  }

  @Override
  public String getMessageSelector() throws JMSException {
    return physical.getMessageSelector();
  }

  @Override
  public Enumeration<?> getEnumeration() throws JMSException {
    return physical.getEnumeration();
  }

  @Override
  public void close() throws JMSException {
    owner.drop(this);
    physical.close();
  }
}
