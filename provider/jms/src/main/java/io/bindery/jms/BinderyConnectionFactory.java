package io.bindery.jms;

import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.Engines;
import io.bindery.jms.message.MessageContext;
import io.bindery.jms.message.ObjectPolicy;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueConnectionFactory;
import jakarta.jms.Session;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicConnectionFactory;
import java.io.Serializable;
import java.util.Objects;
import javax.naming.Reference;
import javax.naming.Referenceable;
import javax.naming.StringRefAddr;

/**
 * Makes connections to the broker that a URI names (Jakarta Messaging 5.3). A bean; set its
 * properties before it is shared, then it is thread-safe. Equal to another of its class with the
 * same properties.
 */
public class BinderyConnectionFactory
    implements ConnectionFactory,
        QueueConnectionFactory,
        TopicConnectionFactory,
        Referenceable,
        Serializable {
  /** How many messages a consumer takes at a time when nothing else is said. */
  public static final int DEFAULT_PREFETCH = 64;

  private static final int MAX_PREFETCH = 10_000;
  private static final long serialVersionUID = 1L;

  private String uri;
  private String user = "";
  private String password = "";
  private String clientId = "";
  private String virtualHost = "/";
  private int prefetch = DEFAULT_PREFETCH;
  private long sendTimeoutMs;
  private String objectMessageAllow = "";

  /** A factory of connections to the embedded broker {@code vm://default}. */
  public BinderyConnectionFactory() {
    this("vm://default");
  }

  /**
   * A factory of connections to a broker.
   *
   * @param uri for example {@code vm://orders}
   */
  public BinderyConnectionFactory(String uri) {
    this.uri = Objects.requireNonNull(uri, "uri");
  }

  @Override
  public final Connection createConnection() throws JMSException {
    return createConnection(user, password);
  }

  @Override
  public final Connection createConnection(String userName, String secret) throws JMSException {
    return connection(userName, secret, Domain.COMMON);
  }

  @Override
  public final QueueConnection createQueueConnection() throws JMSException {
    return createQueueConnection(user, password);
  }

  @Override
  public final QueueConnection createQueueConnection(String userName, String secret)
      throws JMSException {
    return connection(userName, secret, Domain.QUEUE);
  }

  @Override
  public final TopicConnection createTopicConnection() throws JMSException {
    return createTopicConnection(user, password);
  }

  @Override
  public final TopicConnection createTopicConnection(String userName, String secret)
      throws JMSException {
    return connection(userName, secret, Domain.TOPIC);
  }

  @Override
  public final JMSContext createContext() {
    return createContext(user, password, Session.AUTO_ACKNOWLEDGE);
  }

  @Override
  public final JMSContext createContext(int sessionMode) {
    return createContext(user, password, sessionMode);
  }

  @Override
  public final JMSContext createContext(String userName, String secret) {
    return createContext(userName, secret, Session.AUTO_ACKNOWLEDGE);
  }

  @Override
  public final JMSContext createContext(String userName, String secret, int sessionMode) {
    if (sessionMode < Session.SESSION_TRANSACTED || sessionMode > Session.DUPS_OK_ACKNOWLEDGE) {
      throw new JMSRuntimeException("There is no session mode " + sessionMode);
    }
    return JmsExceptions.call(
        () -> {
          BinderyConnection connection = connection(userName, secret, Domain.COMMON);
          return opened(
              connection, () -> new BinderyContext(connection, connection.newSession(sessionMode)));
        });
  }

  /** A context on a new connection, which goes with it when it cannot be made. */
  static <T> T opened(BinderyConnection connection, JmsExceptions.Call<T> context)
      throws JMSException {
    try {
      return context.run();
    } catch (JMSException e) {
      connection.close();
      throw e;
    }
  }

  BinderyConnection connection(String userName, String secret, Domain domain) throws JMSException {
    return new BinderyConnection(connect(userName, secret), domain, settings());
  }

  /** Connects to the engine. */
  final AmqpConnection connect(String userName, String secret) throws JMSException {
    ConnectSpec spec =
        new ConnectSpec(
            orEmpty(userName), orEmpty(secret), virtualHost, connectionName(), sendTimeoutMs);
    try {
      return Engines.find(uri).connect(spec).await();
    } catch (AmqpException e) {
      throw JmsExceptions.of(e, "connecting");
    }
  }

  private String connectionName() {
    return clientId.isEmpty() ? "jms" : clientId;
  }

  final ConnectionSettings settings() {
    return new ConnectionSettings(
        clientId, prefetch, new MessageContext(ObjectPolicy.allow(objectMessageAllow)));
  }

  private static String orEmpty(String value) {
    return value == null ? "" : value;
  }

  /** Which broker, for example {@code vm://orders}. */
  public final String getUri() {
    return uri;
  }

  /** Sets which broker. */
  public final void setUri(String value) {
    uri = Objects.requireNonNull(value, "uri");
  }

  /** The user when a call names none; empty for none. */
  public final String getUser() {
    return user;
  }

  /** Sets the user when a call names none. */
  public final void setUser(String value) {
    user = orEmpty(value);
  }

  /** Sets the user's password; a secret, which can't be read back. */
  public final void setPassword(String value) {
    password = orEmpty(value);
  }

  final String password() {
    return password;
  }

  /** The client identifier of its connections; empty for none (Jakarta Messaging 6.1.2). */
  public final String getClientId() {
    return clientId;
  }

  /** Sets the client identifier of its connections, of which then only one can be open. */
  public final void setClientId(String value) {
    clientId = orEmpty(value);
  }

  /** The virtual host of the broker. */
  public final String getVirtualHost() {
    return virtualHost;
  }

  /** Sets the virtual host of the broker. */
  public final void setVirtualHost(String value) {
    virtualHost = Objects.requireNonNull(value, "virtualHost");
  }

  /** How many messages a consumer takes at a time; 0 for one at a time, on demand. */
  public final int getPrefetch() {
    return prefetch;
  }

  /**
   * Sets how many messages a consumer takes at a time.
   *
   * @param value 0 to 10,000
   */
  public final void setPrefetch(int value) {
    prefetch = checkedPrefetch(value);
  }

  static int checkedPrefetch(int value) {
    if (value < 0 || value > MAX_PREFETCH) {
      throw new IllegalArgumentException(
          "prefetch " + value + " is not within 0 to " + MAX_PREFETCH);
    }
    return value;
  }

  /** How long a send waits for room in the broker, milliseconds; 0 for as long as it takes. */
  public final long getSendTimeoutMs() {
    return sendTimeoutMs;
  }

  /** Sets how long a send waits for room in the broker, milliseconds, 0 or more. */
  public final void setSendTimeoutMs(long value) {
    if (value < 0) {
      throw new IllegalArgumentException("sendTimeoutMs " + value + " is negative");
    }
    sendTimeoutMs = value;
  }

  /** Which classes an {@code ObjectMessage} may hold, comma-separated. */
  public final String getObjectMessageAllow() {
    return objectMessageAllow;
  }

  /** Sets which classes an {@code ObjectMessage} may hold when it is received. */
  public final void setObjectMessageAllow(String value) {
    objectMessageAllow = orEmpty(value);
  }

  /**
   * Sets a property by its name, as naming services know it.
   *
   * @throws IllegalArgumentException when there is no such property, or the value is none of it
   */
  public final void setProperty(String name, String value) {
    try {
      switch (name) {
        case "uri" -> setUri(value);
        case "user" -> setUser(value);
        case "password" -> setPassword(value);
        case "clientId" -> setClientId(value);
        case "virtualHost" -> setVirtualHost(value);
        case "prefetch" -> setPrefetch(Integer.parseInt(value));
        case "sendTimeoutMs" -> setSendTimeoutMs(Long.parseLong(value));
        case "objectMessageAllow" -> setObjectMessageAllow(value);
        default ->
            throw new IllegalArgumentException(
                "it is none of uri, user, password, clientId, virtualHost, prefetch, sendTimeoutMs,"
                    + " objectMessageAllow");
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the property '" + name + "' of a connection factory: " + e.getMessage(), e);
    }
  }

  @Override
  public final Reference getReference() {
    Reference reference =
        new Reference(getClass().getName(), AdministeredObjectFactory.class.getName(), null);
    // A URI may hold a password too.
    reference.add(new SecretAddress("uri", uri));
    reference.add(new StringRefAddr("user", user));
    reference.add(new SecretAddress("password", password));
    reference.add(new StringRefAddr("clientId", clientId));
    reference.add(new StringRefAddr("virtualHost", virtualHost));
    reference.add(new StringRefAddr("prefetch", Integer.toString(prefetch)));
    reference.add(new StringRefAddr("sendTimeoutMs", Long.toString(sendTimeoutMs)));
    reference.add(new StringRefAddr("objectMessageAllow", objectMessageAllow));
    return reference;
  }

  @Override
  public final boolean equals(Object other) {
    return other instanceof BinderyConnectionFactory that
        && getClass() == that.getClass()
        && uri.equals(that.uri)
        && user.equals(that.user)
        && password.equals(that.password)
        && clientId.equals(that.clientId)
        && virtualHost.equals(that.virtualHost)
        && prefetch == that.prefetch
        && sendTimeoutMs == that.sendTimeoutMs
        && objectMessageAllow.equals(that.objectMessageAllow);
  }

  @Override
  public final int hashCode() {
    return Objects.hash(uri, user, clientId, virtualHost);
  }

  /** The kind and the user, never the password, nor the URI, which may hold one. */
  @Override
  public final String toString() {
    return getClass().getSimpleName()
        + "[user="
        + user
        + ", clientId="
        + clientId
        + ", prefetch="
        + prefetch
        + "]";
  }
}
