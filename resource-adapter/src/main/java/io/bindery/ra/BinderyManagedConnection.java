package io.bindery.ra;

import io.bindery.engine.AmqpException;
import io.bindery.jms.BinderyXAConnection;
import jakarta.jms.ConnectionMetaData;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import jakarta.jms.XASession;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.DissociatableManagedConnection;
import jakarta.resource.spi.LocalTransaction;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionMetaData;
import java.io.PrintWriter;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.security.auth.Subject;
import javax.transaction.xa.XAResource;

/**
 * A physical connection in the server's pool: one connection of the JMS layer and on it, each made
 * when it is needed first, an XA session, a local transaction's session and a session without
 * transaction. Its handles work on the one that fits the transaction of the moment.
 *
 * <p>Thread-safe; as in any pool, one application thread at a time works with it.
 */
final class BinderyManagedConnection implements ManagedConnection, DissociatableManagedConnection {
  private static final System.Logger LOG =
      System.getLogger(BinderyManagedConnection.class.getName());

  private final BinderyManagedConnectionFactory factory;
  private final BrokerAccess access;
  private final BinderyXAConnection physical;
  private final List<ConnectionEventListener> listeners = new CopyOnWriteArrayList<>();
  private final List<SessionHandle> handles = new CopyOnWriteArrayList<>();
  private final List<Closing> temporaries = new CopyOnWriteArrayList<>();
  private final Session[] plain = new Session[Session.DUPS_OK_ACKNOWLEDGE + 1];
  private XASession xaSession;
  private ManagedXaResource xaResource;
  private boolean local;
  private boolean destroyed;

  BinderyManagedConnection(
      BinderyManagedConnectionFactory factory, BrokerAccess access, BinderyXAConnection physical)
      throws JMSException {
    this.factory = factory;
    this.access = access;
    this.physical = physical;
    physical.setExceptionListener(this::failed);
  }

  /** How something of the JMS layer is closed, or deleted. */
  @FunctionalInterface
  interface Closing {
    void close() throws JMSException;
  }

  /** Whether it may serve that factory for that user. */
  synchronized boolean fits(BinderyManagedConnectionFactory wanted, BrokerAccess as) {
    return !destroyed && factory.equals(wanted) && access.equals(as);
  }

  /** The session that fits the transaction of the moment. */
  synchronized Session session(int acknowledgeMode) throws JMSException {
    if (destroyed) {
      throw new jakarta.jms.IllegalStateException("The physical connection was closed");
    }
    if (xaResource != null && xaResource.active()) {
      return xaSession.getSession();
    }
    int mode = local ? Session.SESSION_TRANSACTED : acknowledgeMode;
    if (plain[mode] == null) {
      plain[mode] = physical.createSession(local, mode);
    }
    return plain[mode];
  }

  /** Whether its work belongs to a transaction of the container now. */
  synchronized boolean inTransaction() {
    return local || (xaResource != null && xaResource.active());
  }

  /** Lets messages come to its consumers, until it goes back to the pool. */
  void startConnection() throws JMSException {
    physical.start();
  }

  /** What the JMS layer says of itself. */
  ConnectionMetaData jmsMetaData() throws JMSException {
    return physical.getMetaData();
  }

  /** Remembers a temporary destination: it goes with the handle's use of this connection. */
  void temporary(Closing destination) {
    temporaries.add(destination);
  }

  @Override
  public Object getConnection(Subject subject, ConnectionRequestInfo info)
      throws ResourceException {
    synchronized (this) {
      if (destroyed) {
        throw new jakarta.resource.spi.IllegalStateException("The managed connection is destroyed");
      }
    }
    if (!factory.access(subject, info).equals(access)) {
      throw new jakarta.resource.spi.SecurityException(
          "The managed connection belongs to another user");
    }
    SessionHandle handle = new SessionHandle(this, factory.request(info));
    handles.add(handle);
    return handle;
  }

  @Override
  public void associateConnection(Object connection) throws ResourceException {
    if (!(connection instanceof SessionHandle handle)) {
      throw new jakarta.resource.spi.IllegalStateException("Not a handle of this resource adapter");
    }
    try {
      handle.moveTo(this);
      handles.add(handle);
    } catch (JMSException e) {
      throw ResourceExceptions.of(e);
    }
  }

  /**
   * The container needs this connection for others; its handles stay good. That this can be done
   * also keeps containers from putting a proxy around each handle to find those that nobody closed,
   * which OpenEJB otherwise does.
   */
  @Override
  public void dissociateConnections() {
    List<SessionHandle> left = new ArrayList<>(handles);
    handles.clear();
    left.forEach(SessionHandle::dissociate);
  }

  /** A handle works on another physical connection now. */
  void left(SessionHandle handle) {
    handles.remove(handle);
  }

  /** The application closed a handle. */
  void closed(SessionHandle handle) {
    if (handles.remove(handle)) {
      ConnectionEvent event = new ConnectionEvent(this, ConnectionEvent.CONNECTION_CLOSED);
      event.setConnectionHandle(handle);
      listeners.forEach(listener -> listener.connectionClosed(event));
    }
  }

  private void failed(JMSException cause) {
    ConnectionEvent event =
        new ConnectionEvent(this, ConnectionEvent.CONNECTION_ERROR_OCCURRED, cause);
    listeners.forEach(listener -> listener.connectionErrorOccurred(event));
  }

  /**
   * Back to the pool: nothing of the last application stays, above all no consumer that would take
   * a message.
   */
  @Override
  public void cleanup() throws ResourceException {
    List<SessionHandle> left = new ArrayList<>(handles);
    handles.clear();
    left.forEach(SessionHandle::invalidate);
    temporaries.forEach(BinderyManagedConnection::closeQuietly);
    temporaries.clear();
    try {
      endLocal();
      physical.stop();
    } catch (JMSException e) {
      throw ResourceExceptions.of(e);
    }
  }

  private void endLocal() throws JMSException {
    Session unfinished;
    synchronized (this) {
      unfinished = local ? plain[Session.SESSION_TRANSACTED] : null;
      local = false;
    }
    if (unfinished != null) {
      unfinished.rollback();
    }
  }

  @Override
  public void destroy() throws ResourceException {
    synchronized (this) {
      if (destroyed) {
        return;
      }
      destroyed = true;
    }
    handles.forEach(SessionHandle::invalidate);
    handles.clear();
    try {
      physical.close();
    } catch (JMSException e) {
      throw ResourceExceptions.of(e);
    }
  }

  @Override
  public synchronized XAResource getXAResource() throws ResourceException {
    if (!factory.allowsXa()) {
      throw ResourceExceptions.noXa();
    }
    try {
      if (xaResource == null) {
        // Its pool may have been set up while the broker was away.
        ResourceExceptions.requireXa(physical.engineConnection());
        xaSession = physical.createXASession();
        xaResource = new ManagedXaResource(factory.lasting(xaSession.getXAResource(), access));
      }
      return xaResource;
    } catch (AmqpException e) {
      throw ResourceExceptions.of(e);
    } catch (JMSException e) {
      throw ResourceExceptions.of(e);
    }
  }

  @Override
  public LocalTransaction getLocalTransaction() {
    return new ManagedLocalTransaction(this);
  }

  /** Begins a local transaction of the container. */
  synchronized void beginLocal() throws ResourceException {
    if (inTransaction()) {
      throw new jakarta.resource.spi.LocalTransactionException(
          "The connection is in a transaction already");
    }
    local = true;
  }

  /** Ends the local transaction of the container. */
  void endLocal(boolean commit) throws ResourceException {
    Session work;
    synchronized (this) {
      if (!local) {
        throw new jakarta.resource.spi.LocalTransactionException(
            "The connection is in no local transaction");
      }
      work = plain[Session.SESSION_TRANSACTED];
      local = false;
    }
    if (work == null) {
      return;
    }
    try {
      if (commit) {
        work.commit();
      } else {
        work.rollback();
      }
    } catch (JMSException e) {
      throw ResourceExceptions.of(e);
    }
  }

  @Override
  public void addConnectionEventListener(ConnectionEventListener listener) {
    listeners.add(listener);
  }

  @Override
  public void removeConnectionEventListener(ConnectionEventListener listener) {
    listeners.remove(listener);
  }

  @Override
  public ManagedConnectionMetaData getMetaData() {
    return new ManagedMetaData(access.user());
  }

  @Override
  public void setLogWriter(PrintWriter writer) {
    factory.setLogWriter(writer);
  }

  @Override
  public PrintWriter getLogWriter() {
    return factory.getLogWriter();
  }

  /** Closes what nobody can do anything about if it fails. */
  static void closeQuietly(Closing closed) {
    try {
      closed.close();
    } catch (JMSException | RuntimeException e) {
      LOG.log(Level.DEBUG, "Could not close what an application left open", e);
    }
  }
}
