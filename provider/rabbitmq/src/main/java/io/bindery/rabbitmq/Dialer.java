package io.bindery.rabbitmq;

import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultSaslConfig;
import com.rabbitmq.client.ShutdownSignalException;
import io.bindery.engine.AmqpException;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.ReplyCode;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/** Connects to the first host of a URI that answers. Waits, so not for threads that must not. */
final class Dialer {
  /** Who it is where nobody is named, and the password. */
  static final String GUEST = "guest";

  private static final String CONTROL = "bindery.control";

  private final AmqpUri uri;
  private final ConnectSpec spec;
  private final String user;
  private final String virtualHost;

  Dialer(AmqpUri uri, ConnectSpec spec) {
    this.uri = uri;
    this.spec = spec;
    this.user = !spec.user().isEmpty() ? spec.user() : uri.user().isEmpty() ? GUEST : uri.user();
    this.virtualHost = spec.virtualHost().equals("/") ? uri.virtualHost() : spec.virtualHost();
  }

  /** Who answered. */
  record Answered(
      Connection wire, Outflow out, String identity, String virtualHost, Management management) {}

  Answered dial() throws AmqpException {
    JoiningSockets sockets =
        uri.secure() ? JoiningSockets.secure(Tls.context(uri)) : JoiningSockets.plain();
    ConnectionFactory factory = factory(sockets);
    AmqpException last = null;
    StringBuilder tried = new StringBuilder();
    for (AmqpUri.Host host : uri.hosts()) {
      factory.setHost(host.name());
      factory.setPort(host.port());
      try {
        return checked(factory.newConnection(spec.name()), sockets.latest(), host);
      } catch (IOException | TimeoutException | RuntimeException e) { // boundary: the library
        last = failure(e, host);
        if (last.replyCode() != ReplyCode.CONNECTION_FORCED) {
          throw last;
        }
        tried.append(tried.length() == 0 ? "" : "; ").append(last.getMessage());
      }
    }
    throw new AmqpException(ReplyCode.CONNECTION_FORCED, tried.toString(), last);
  }

  ConnectionFactory factory(JoiningSockets sockets) {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setSocketFactory(sockets);
    factory.setUsername(user);
    factory.setPassword(password());
    factory.setVirtualHost(virtualHost);
    factory.setSaslConfig(
        provesByCertificate() ? DefaultSaslConfig.EXTERNAL : DefaultSaslConfig.PLAIN);
    factory.setConnectionTimeout(uri.connectTimeoutMs());
    if (uri.connectTimeoutMs() > 0) {
      factory.setHandshakeTimeout(uri.connectTimeoutMs());
    }
    factory.setRequestedHeartbeat(uri.heartbeatSeconds());
    factory.setMaxInboundMessageBodySize(Integer.MAX_VALUE);
    factory.setChannelRpcTimeout(0);
    factory.setAutomaticRecoveryEnabled(false);
    factory.setTopologyRecoveryEnabled(false);
    factory.setSharedExecutor(new Inline());
    factory.setThreadFactory(Errands.readers(uri.hosts().get(0).toString()));
    factory.setClientProperties(properties());
    return factory;
  }

  /** Who has a certificate and names no user is whom the certificate names. */
  private boolean provesByCertificate() {
    return !uri.cert().isEmpty() && uri.user().isEmpty() && spec.user().isEmpty();
  }

  /** Who gives a user gives the password with it. */
  private String password() {
    if (!spec.user().isEmpty()) {
      return spec.password();
    }
    return uri.user().isEmpty() ? GUEST : uri.password();
  }

  private Map<String, Object> properties() {
    Map<String, Object> properties = new HashMap<>();
    properties.put("product", "Bindery");
    properties.put("platform", "Java");
    properties.put("bindery.send-timeout", spec.sendTimeoutMs());
    properties.put(
        "capabilities",
        Map.of(
            CONTROL,
            true,
            "publisher_confirms",
            true,
            "consumer_cancel_notify",
            true,
            "basic.nack",
            true,
            "connection.blocked",
            true,
            "authentication_failure_close",
            true));
    return properties;
  }

  private Answered checked(Connection wire, Outflow out, AmqpUri.Host host) throws IOException {
    Map<String, Object> server = MessageCodec.headers(wire.getServerProperties());
    boolean knows =
        server.get("capabilities") instanceof Map<?, ?> can
            && Boolean.TRUE.equals(can.get(CONTROL));
    if (!knows) {
      wire.abort(0);
      throw new IOException(
          new AmqpException(
              ReplyCode.NOT_IMPLEMENTED,
              "The server at "
                  + host
                  + " is no Bindery server ("
                  + server.get("product")
                  + " without the capability "
                  + CONTROL
                  + "), and others are not supported yet"));
    }
    return new Answered(
        wire, out, String.valueOf(server.get("identity")), virtualHost, management(host, server));
  }

  /** Who the URI names looks, else who is connected. */
  private Management management(AmqpUri.Host host, Map<String, Object> server) {
    Management.Login login =
        uri.user().isEmpty()
            ? new Management.Login(user, password())
            : new Management.Login(uri.user(), uri.password());
    int port = server.get("management-port") instanceof Number told ? told.intValue() : 0;
    return uri.management().isEmpty()
        ? Management.told(uri, host, port, login)
        : Management.named(uri, login);
  }

  private AmqpException failure(Exception failure, AmqpUri.Host host) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof AmqpException known) {
        return known;
      }
      // Not PossibleAuthenticationFailureException: that is a connection that was lost meanwhile.
      if (each instanceof AuthenticationFailureException) {
        return new AmqpException(
            ReplyCode.ACCESS_REFUSED,
            "The server at "
                + host
                + (provesByCertificate()
                    ? " refused the certificate of " + uri.cert()
                    : " refused the user '" + user + "' with this password"),
            failure);
      }
      if (each instanceof ShutdownSignalException signal && signal.getReason() != null) {
        return opening(Failures.of(signal));
      }
    }
    return new AmqpException(
        ReplyCode.CONNECTION_FORCED,
        "No connection to "
            + host
            + ": "
            + (failure.getMessage() == null ? failure.getClass().getName() : failure.getMessage()),
        failure);
  }

  /** Servers say NOT_ALLOWED for a virtual host that is not there, or not for this user. */
  private AmqpException opening(AmqpException why) {
    if (why.replyCode() != ReplyCode.NOT_ALLOWED) {
      return why;
    }
    return new AmqpException(
        why.getMessage().contains("not found") ? ReplyCode.INVALID_PATH : ReplyCode.ACCESS_REFUSED,
        why.getMessage(),
        why);
  }
}
