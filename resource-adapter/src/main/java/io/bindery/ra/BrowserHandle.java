package io.bindery.ra;

import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import java.util.Enumeration;

/**
 * A browser of a session handle. Follows its session to another physical connection; an enumeration
 * does not.
 */
final class BrowserHandle implements QueueBrowser, SessionChild {
  private final SessionHandle owner;
  private final PhysicalSession<QueueBrowser> maker;
  private Session madeOn;
  private QueueBrowser made;
  private boolean closed;

  BrowserHandle(SessionHandle owner, PhysicalSession<QueueBrowser> maker) {
    this.owner = owner;
    this.maker = maker;
  }

  /** The physical browser, on the session of the moment. */
  QueueBrowser physical() throws JMSException {
    if (closed) {
      throw new IllegalStateException("The browser is closed");
    }
    Session session = owner.session();
    if (session != madeOn) {
      release();
      made = maker.on(session);
      madeOn = session;
    }
    return made;
  }

  @Override
  public void release() {
    if (made != null) {
      BinderyManagedConnection.closeQuietly(made::close);
      made = null;
      madeOn = null;
    }
  }

  @Override
  public Queue getQueue() throws JMSException {
    return physical().getQueue();
  }

  @Override
  public String getMessageSelector() throws JMSException {
    return physical().getMessageSelector();
  }

  @Override
  public Enumeration<?> getEnumeration() throws JMSException {
    return physical().getEnumeration();
  }

  @Override
  public void close() throws JMSException {
    closed = true;
    owner.drop(this);
    release();
  }
}
