package io.bindery.ra;

import io.bindery.ra.SessionRequest.Domain;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import jakarta.resource.Referenceable;
import jakarta.resource.spi.ConnectionManager;
import java.io.Serializable;
import javax.naming.Reference;

/**
 * The connection factory that applications look up. A connection of it is a handle that costs
 * nothing; each session takes a physical connection of the server's pool, and so takes part in the
 * transaction that is active then (Jakarta Messaging 12.3). Thread-safe.
 */
class ConnectionFactoryHandle implements ConnectionFactory, Referenceable, Serializable {
  private static final long serialVersionUID = 1L;

  private final BinderyManagedConnectionFactory factory;
  private final ConnectionManager pool;
  private Reference reference;

  ConnectionFactoryHandle(BinderyManagedConnectionFactory factory, ConnectionManager pool) {
    this.factory = factory;
    this.pool = pool;
  }

  /** The configuration behind it. */
  final BinderyManagedConnectionFactory factory() {
    return factory;
  }

  @Override
  public Connection createConnection() throws JMSException {
    return open(null, null, Domain.ANY);
  }

  @Override
  public Connection createConnection(String user, String password) throws JMSException {
    return open(user, password, Domain.ANY);
  }

  /**
   * A handle; explicit credentials are tried at once, because the specification wants their refusal
   * here.
   */
  final ConnectionHandle open(String user, String password, Domain domain) throws JMSException {
    SessionRequest request = new SessionRequest(user, password, Session.AUTO_ACKNOWLEDGE, domain);
    ConnectionHandle connection = new ConnectionHandle(new SessionSource(factory, pool), request);
    if (user != null) {
      connection.tryOut();
    }
    return connection;
  }

  @Override
  public JMSContext createContext() {
    return createContext(JMSContext.AUTO_ACKNOWLEDGE);
  }

  @Override
  public JMSContext createContext(String user, String password) {
    return createContext(user, password, JMSContext.AUTO_ACKNOWLEDGE);
  }

  @Override
  public JMSContext createContext(int sessionMode) {
    return createContext(null, null, sessionMode);
  }

  @Override
  public JMSContext createContext(String user, String password, int sessionMode) {
    SessionRequest request =
        new SessionRequest(user, password, Session.AUTO_ACKNOWLEDGE, Domain.ANY);
    return ContextHandle.open(
        new ConnectionHandle(new SessionSource(factory, pool), request), sessionMode);
  }

  @Override
  public final void setReference(Reference value) {
    reference = value;
  }

  @Override
  public final Reference getReference() {
    return reference;
  }
}
