package io.bindery.ra;

import io.bindery.ra.SessionRequest.Domain;
import jakarta.jms.ConnectionConsumer;
import jakarta.jms.ConnectionMetaData;
import jakarta.jms.Destination;
import jakarta.jms.ExceptionListener;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueSession;
import jakarta.jms.ServerSessionPool;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicSession;

/**
 * A connection as an application in a container has it: a place for one session at a time (Jakarta
 * Messaging 12.2). What would disturb the container's pool is refused. Thread-safe.
 */
final class ConnectionHandle implements QueueConnection, TopicConnection {
  private final SessionSource source;
  private final SessionRequest request;
  private SessionHandle session;
  private boolean started;
  private boolean closed;

  ConnectionHandle(SessionSource source, SessionRequest request) {
    this.source = source;
    this.request = request;
  }

  /** Takes a physical connection and gives it back, so that wrong credentials show. */
  void tryOut() throws JMSException {
    source.take(request).close();
  }

  @Override
  public Session createSession(boolean transacted, int acknowledgeMode) throws JMSException {
    return open(transacted ? Session.SESSION_TRANSACTED : acknowledgeMode, request.domain());
  }

  @Override
  public Session createSession(int sessionMode) throws JMSException {
    return open(sessionMode, request.domain());
  }

  @Override
  public Session createSession() throws JMSException {
    return open(Session.AUTO_ACKNOWLEDGE, request.domain());
  }

  @Override
  public QueueSession createQueueSession(boolean transacted, int acknowledgeMode)
      throws JMSException {
    return open(transacted ? Session.SESSION_TRANSACTED : acknowledgeMode, Domain.QUEUE);
  }

  @Override
  public TopicSession createTopicSession(boolean transacted, int acknowledgeMode)
      throws JMSException {
    return open(transacted ? Session.SESSION_TRANSACTED : acknowledgeMode, Domain.TOPIC);
  }

  /**
   * Local transactions and client acknowledgement become AUTO_ACKNOWLEDGE, as Jakarta Messaging
   * 12.3 recommends.
   */
  synchronized SessionHandle open(int mode, Domain domain) throws JMSException {
    checkOpen();
    if (mode < Session.SESSION_TRANSACTED || mode > Session.DUPS_OK_ACKNOWLEDGE) {
      throw new JMSException("There is no session mode " + mode);
    }
    if (session != null) {
      throw new IllegalStateException(
          "This connection has an open session; in a container it may have only one at a time (Jakarta Messaging 12.2)");
    }
    int effective = mode == Session.DUPS_OK_ACKNOWLEDGE ? mode : Session.AUTO_ACKNOWLEDGE;
    SessionHandle taken =
        source.take(new SessionRequest(request.user(), request.password(), effective, domain));
    taken.belongTo(this);
    session = taken;
    if (started) {
      taken.start();
    }
    return taken;
  }

  /** Gives an inactive session a physical connection again. */
  void associate(SessionHandle inactive, SessionRequest as) throws JMSException {
    source.associate(inactive, as);
  }

  /** The session was closed while it was inactive. */
  void inactiveClosed(SessionHandle inactive) {
    source.inactiveClosed(inactive);
  }

  /** The session was closed. */
  synchronized void forget(SessionHandle closedSession) {
    if (session == closedSession) {
      session = null;
    }
  }

  @Override
  public synchronized void start() throws JMSException {
    checkOpen();
    started = true;
    if (session != null) {
      session.start();
    }
  }

  @Override
  public void stop() throws JMSException {
    throw Forbidden.method("Connection.stop");
  }

  @Override
  public void close() throws JMSException {
    SessionHandle last;
    synchronized (this) {
      closed = true;
      last = session;
      session = null;
    }
    if (last != null) {
      last.close();
    }
  }

  @Override
  public synchronized String getClientID() throws JMSException {
    checkOpen();
    return source.factory().getClientId().isEmpty() ? null : source.factory().getClientId();
  }

  @Override
  public void setClientID(String clientId) throws JMSException {
    throw Forbidden.method("Connection.setClientID");
  }

  @Override
  public synchronized ConnectionMetaData getMetaData() throws JMSException {
    checkOpen();
    if (session != null) {
      return session.metaData();
    }
    SessionHandle taken = source.take(request);
    try {
      return taken.metaData();
    } finally {
      taken.close();
    }
  }

  @Override
  public synchronized ExceptionListener getExceptionListener() throws JMSException {
    checkOpen();
    return null;
  }

  @Override
  public void setExceptionListener(ExceptionListener listener) throws JMSException {
    throw Forbidden.method("Connection.setExceptionListener");
  }

  private void checkOpen() throws JMSException {
    if (closed) {
      throw new IllegalStateException("The connection is closed");
    }
  }

  @Override
  public ConnectionConsumer createConnectionConsumer(
      Queue queue, String selector, ServerSessionPool pool, int most) throws JMSException {
    throw Forbidden.method("Connection.createConnectionConsumer");
  }

  @Override
  public ConnectionConsumer createConnectionConsumer(
      Topic topic, String selector, ServerSessionPool pool, int most) throws JMSException {
    throw Forbidden.method("Connection.createConnectionConsumer");
  }

  @Override
  public ConnectionConsumer createConnectionConsumer(
      Destination destination, String selector, ServerSessionPool pool, int most)
      throws JMSException {
    throw Forbidden.method("Connection.createConnectionConsumer");
  }

  @Override
  public ConnectionConsumer createSharedConnectionConsumer(
      Topic topic, String name, String selector, ServerSessionPool pool, int most)
      throws JMSException {
    throw Forbidden.method("Connection.createSharedConnectionConsumer");
  }

  @Override
  public ConnectionConsumer createDurableConnectionConsumer(
      Topic topic, String name, String selector, ServerSessionPool pool, int most)
      throws JMSException {
    throw Forbidden.method("Connection.createDurableConnectionConsumer");
  }

  @Override
  public ConnectionConsumer createSharedDurableConnectionConsumer(
      Topic topic, String name, String selector, ServerSessionPool pool, int most)
      throws JMSException {
    throw Forbidden.method("Connection.createSharedDurableConnectionConsumer");
  }
}
