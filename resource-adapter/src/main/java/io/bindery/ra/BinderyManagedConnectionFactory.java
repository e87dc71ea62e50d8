package io.bindery.ra;

import io.bindery.engine.AmqpException;
import io.bindery.jms.BinderyXAConnection;
import io.bindery.ra.SessionRequest.Domain;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionFactory;
import jakarta.resource.spi.ResourceAdapter;
import jakarta.resource.spi.ResourceAdapterAssociation;
import jakarta.resource.spi.TransactionSupport;
import jakarta.resource.spi.security.PasswordCredential;
import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import javax.security.auth.Subject;
import javax.transaction.xa.XAResource;

/**
 * Makes the managed connections of connection factories (Jakarta Connectors,
 * ManagedConnectionFactory). A bean in the sense of JavaBeans: the server sets its properties
 * before it uses it; from then on it is thread-safe. What is not set is the resource adapter's.
 */
public class BinderyManagedConnectionFactory
    implements ManagedConnectionFactory, ResourceAdapterAssociation, TransactionSupport {
  private static final long serialVersionUID = 1L;

  private transient BinderyResourceAdapter resourceAdapter;
  private transient PrintWriter logWriter;
  private String uri = "";
  private String user = "";
  private String password = "";
  private String clientId = "";
  private Integer prefetch = -1;
  private Long sendTimeoutMs = -1L;
  private String objectMessageAllow = "";

  /** With the resource adapter's configuration. */
  public BinderyManagedConnectionFactory() {}

  /** The broker's URI. */
  public String getUri() {
    return uri;
  }

  /** Sets the broker's URI; default the resource adapter's. */
  public void setUri(String value) {
    uri = BrokerAccess.uri(value);
  }

  /** The user. */
  public String getUser() {
    return user;
  }

  /** Sets the user; default the resource adapter's, for the resource adapter's broker only. */
  public void setUser(String value) {
    user = text(value);
  }

  /** The password. */
  public String getPassword() {
    return password;
  }

  /** Sets the password: never printed. */
  public void setPassword(String value) {
    password = text(value);
  }

  /** The client identifier. */
  public String getClientId() {
    return clientId;
  }

  /**
   * Sets the client identifier; only one physical connection can have it, so the pool must hold no
   * more than one.
   */
  public void setClientId(String value) {
    clientId = text(value);
  }

  /** How many messages a consumer takes ahead. */
  public Integer getPrefetch() {
    return prefetch;
  }

  /** Sets how many messages a consumer takes ahead; default -1: the JMS layer's. */
  public void setPrefetch(Integer value) {
    prefetch = Objects.requireNonNullElse(value, -1);
  }

  /** How long a send waits for memory, ms. */
  public Long getSendTimeoutMs() {
    return sendTimeoutMs;
  }

  /**
   * Sets how long a send waits for memory, ms, 0 for as long as it takes; default -1: the JMS
   * layer's.
   */
  public void setSendTimeoutMs(Long value) {
    sendTimeoutMs = Objects.requireNonNullElse(value, -1L);
  }

  /** Which classes an ObjectMessage may hold. */
  public String getObjectMessageAllow() {
    return objectMessageAllow;
  }

  /** Sets which classes an ObjectMessage may hold, separated by commas; default none. */
  public void setObjectMessageAllow(String value) {
    objectMessageAllow = text(value);
  }

  private static String text(String value) {
    return Objects.requireNonNullElse(value, "").strip();
  }

  @Override
  public ResourceAdapter getResourceAdapter() {
    return resourceAdapter;
  }

  @Override
  public void setResourceAdapter(ResourceAdapter adapter) throws ResourceException {
    if (resourceAdapter != null) {
      throw new jakarta.resource.spi.IllegalStateException(
          "The managed connection factory has its resource adapter already");
    }
    if (!(adapter instanceof BinderyResourceAdapter ours)) {
      throw new jakarta.resource.NotSupportedException("Not this resource adapter");
    }
    resourceAdapter = ours;
  }

  @Override
  public Object createConnectionFactory(ConnectionManager pool) {
    return new ConnectionFactoryHandle(this, pool);
  }

  /** For use outside of a server: a connection for each session, without a pool. */
  @Override
  public Object createConnectionFactory() {
    return createConnectionFactory(new DirectConnections());
  }

  @Override
  public ManagedConnection createManagedConnection(Subject subject, ConnectionRequestInfo info)
      throws ResourceException {
    BrokerAccess access = access(subject, info);
    try {
      if (resourceAdapter != null) {
        // Holds an embedded broker open for as long as the adapter runs.
        resourceAdapter.hold(access.uri());
      }
      BinderyXAConnection physical = PhysicalConnections.open(this, access);
      return new BinderyManagedConnection(this, access, physical);
    } catch (AmqpException e) {
      throw ResourceExceptions.of(e);
    } catch (JMSException e) {
      throw ResourceExceptions.of(e);
    }
  }

  @Override
  public ManagedConnection matchManagedConnections(
      Set connections, Subject subject, ConnectionRequestInfo info) throws ResourceException {
    BrokerAccess access = access(subject, info);
    for (Object each : connections) {
      if (each instanceof BinderyManagedConnection candidate && candidate.fits(this, access)) {
        return candidate;
      }
    }
    return null;
  }

  /**
   * As whom and to which broker: the container's credentials, else the application's, else the
   * configured ones. A credential without a user says nothing: with one WildFly recovers.
   */
  BrokerAccess access(Subject subject, ConnectionRequestInfo info) throws ResourceException {
    BrokerAccess configured = configured();
    if (subject != null) {
      for (PasswordCredential credential :
          subject.getPrivateCredentials(PasswordCredential.class)) {
        if (equals(credential.getManagedConnectionFactory())
            && !text(credential.getUserName()).isEmpty()) {
          return new BrokerAccess(
              configured.uri(), credential.getUserName(), new String(credential.getPassword()));
        }
      }
    }
    if (info instanceof SessionRequest request && request.user() != null) {
      return new BrokerAccess(
          configured.uri(), request.user(), Objects.requireNonNullElse(request.password(), ""));
    }
    return configured;
  }

  private BrokerAccess configured() {
    BrokerAccess usual =
        resourceAdapter == null
            ? new BrokerAccess("vm://bindery", "", "")
            : resourceAdapter.access();
    String wanted = uri.isEmpty() ? usual.uri() : uri;
    if (user.isEmpty() && wanted.equals(usual.uri())) {
      return usual;
    }
    return new BrokerAccess(wanted, user, password);
  }

  /** The request of a handle: servers may allocate without one. */
  SessionRequest request(ConnectionRequestInfo info) {
    return info instanceof SessionRequest request
        ? request
        : new SessionRequest(null, null, Session.AUTO_ACKNOWLEDGE, Domain.ANY);
  }

  /** A resource that decides its branches also when its connection is lost, with an adapter. */
  XAResource lasting(XAResource session, BrokerAccess access) {
    return resourceAdapter == null ? session : resourceAdapter.lasting(session, access);
  }

  /** Whether XA is not switched off. */
  boolean allowsXa() {
    return resourceAdapter == null || !"local".equals(resourceAdapter.getTransactions());
  }

  /** The level that the server may use (Jakarta Connectors, TransactionSupport). */
  @Override
  public TransactionSupportLevel getTransactionSupport() {
    return resourceAdapter == null
        ? TransactionSupportLevel.XATransaction
        : resourceAdapter.transactionSupport(configured());
  }

  @Override
  public final void setLogWriter(PrintWriter writer) {
    logWriter = writer;
  }

  @Override
  public final PrintWriter getLogWriter() {
    return logWriter;
  }

  @Override
  public boolean equals(Object other) {
    return other != null
        && other.getClass() == getClass()
        && ((BinderyManagedConnectionFactory) other).key().equals(key());
  }

  @Override
  public int hashCode() {
    return key().hashCode();
  }

  private List<Object> key() {
    return List.of(configured(), clientId, prefetch, sendTimeoutMs, objectMessageAllow);
  }

  @Override
  public String toString() {
    return getClass().getSimpleName()
        + "[user="
        + user
        + ", password=****, clientId="
        + clientId
        + "]";
  }
}
