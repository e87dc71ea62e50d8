package io.bindery.amqp.server;

import io.bindery.amqp.codec.ConnectionMethod;
import io.bindery.amqp.codec.Frames;
import io.bindery.amqp.codec.Method;
import io.bindery.amqp.codec.MethodType;
import io.bindery.amqp.codec.ProtocolException;
import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.ReplyCode;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The methods that open a connection, in their only order (AMQP 0-9-1, 2.2.4): start, tune, open.
 * On the event loop.
 */
final class Handshake {
  /** What a frame may have before limits are negotiated: a token may be a password. */
  static final int FRAME_BYTES = 8_192;

  /** The client property that says how long a publish may wait for memory, ms. */
  private static final String SEND_TIMEOUT = "bindery.send-timeout";

  private final ClientConnection connection;
  private final ServerSettings settings;
  private MethodType expected = MethodType.CONNECTION_START_OK;
  private ConnectionMethod.StartOk client;
  private Login login;
  private int channelMax;
  private int heartbeatSeconds;

  Handshake(ClientConnection connection, ServerSettings settings) {
    this.connection = connection;
    this.settings = settings;
  }

  private Map<String, Object> serverProperties() {
    Map<String, Object> can = new LinkedHashMap<>();
    for (String each :
        new String[] {
          "publisher_confirms",
          "exchange_exchange_bindings",
          "basic.nack",
          "consumer_cancel_notify",
          "connection.blocked",
          "consumer_priorities",
          "authentication_failure_close",
          "per_consumer_qos",
          "direct_reply_to",
          Control.EXCHANGE
        }) {
      can.put(each, true);
    }
    String version = Handshake.class.getPackage().getImplementationVersion();
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("product", "Bindery");
    properties.put("version", version == null ? "0" : version);
    properties.put("platform", "Java " + Runtime.version().feature());
    properties.put("information", "AMQP 0-9-1 with RabbitMQ's extensions");
    properties.put("cluster_name", connection.engine().identity());
    properties.put("identity", connection.engine().identity());
    properties.put("management-port", settings.managementPort());
    properties.put("capabilities", can);
    return properties;
  }

  /** Begins it. */
  void start() {
    connection.reply(
        0,
        new ConnectionMethod.Start(
            0,
            9,
            serverProperties(),
            Sasl.offered(settings.authenticator(), connection.peer()),
            "en_US"));
  }

  int channelMax() {
    return channelMax;
  }

  int heartbeatSeconds() {
    return heartbeatSeconds;
  }

  /** Who has logged in. */
  Login login() {
    return login;
  }

  /** Whether the client says that it can do something. */
  boolean clientCan(String what) {
    return client != null
        && client.clientProperties().get("capabilities") instanceof Map<?, ?> capabilities
        && Boolean.TRUE.equals(capabilities.get(what));
  }

  void method(Method method) throws AmqpException {
    if (method.type() != expected) {
      throw new ProtocolException(
          ReplyCode.COMMAND_INVALID,
          method.type()
              + (expected == null
                  ? " came before the last method was answered"
                  : " came, where " + expected + " is expected"),
          method.type());
    }
    // Until the next step is asked for nothing may come.
    expected = null;
    if (method instanceof ConnectionMethod.StartOk startOk) {
      startOk(startOk);
    } else if (method instanceof ConnectionMethod.TuneOk tuneOk) {
      tuneOk(tuneOk);
    } else if (method instanceof ConnectionMethod.Open open) {
      open(open);
    }
  }

  private void startOk(ConnectionMethod.StartOk startOk) {
    client = startOk;
    connection.then(
        Sasl.login(startOk, settings.authenticator(), connection.peer()),
        (who, failure) -> {
          if (failure != null) {
            connection.loginRefused(startOk.mechanism(), failure);
            return;
          }
          login = who;
          expected = MethodType.CONNECTION_TUNE_OK;
          ServerSettings.Limits limits = settings.limits();
          connection.reply(
              0,
              new ConnectionMethod.Tune(
                  limits.channelMax(), limits.frameMax(), limits.heartbeatSeconds()));
        });
  }

  private void tuneOk(ConnectionMethod.TuneOk tuneOk) throws ProtocolException {
    ServerSettings.Limits limits = settings.limits();
    channelMax = negotiated("channel-max", tuneOk.channelMax(), limits.channelMax());
    int frameMax = negotiated("frame-max", tuneOk.frameMax(), limits.frameMax());
    if (frameMax < Frames.MIN_FRAME_MAX) {
      throw new ProtocolException(
          ReplyCode.NOT_ALLOWED,
          "frame-max is " + frameMax + ", but must be at least " + Frames.MIN_FRAME_MAX,
          MethodType.CONNECTION_TUNE_OK);
    }
    heartbeatSeconds = tuneOk.heartbeat();
    connection.tuned(frameMax);
    expected = MethodType.CONNECTION_OPEN;
  }

  /** AMQP 0-9-1, connection.tune-ok: 0 is no limit, and more than was proposed is not allowed. */
  private static int negotiated(String what, long asked, int proposed) throws ProtocolException {
    if (asked > proposed) {
      throw new ProtocolException(
          ReplyCode.NOT_ALLOWED,
          what + " is " + asked + ", and the server's limit is " + proposed,
          MethodType.CONNECTION_TUNE_OK);
    }
    return asked == 0 ? proposed : (int) asked;
  }

  private void open(ConnectionMethod.Open open) throws ProtocolException {
    Object given = client.clientProperties().get("connection_name");
    String called = given instanceof String text ? text : "";
    connection.log().is(called, login.user(), open.virtualHost());
    if (!connection.takeSeat()) {
      throw new ProtocolException(
          ReplyCode.NOT_ALLOWED,
          "connection refused: the limit (connection.max) of "
              + connection.mostConnections()
              + " is reached",
          MethodType.CONNECTION_OPEN);
    }
    String address = connection.peer().address();
    String name = called.isEmpty() ? address : called + " (" + address + ")";
    ConnectSpec spec =
        new ConnectSpec(login.user(), login.password(), open.virtualHost(), name, sendTimeoutMs());
    connection.then(
        connection.engine().connect(spec),
        (opened, failure) -> opened(opened, failure, open.virtualHost()));
  }

  /** How long a publish may wait for memory; 0 for as long as it takes. */
  private long sendTimeoutMs() {
    Object given = client.clientProperties().get(SEND_TIMEOUT);
    return given instanceof Number number ? Math.max(0, number.longValue()) : 0;
  }

  private void opened(AmqpConnection opened, AmqpException failure, String virtualHost) {
    if (failure != null) {
      boolean known = failure.replyCode() != ReplyCode.INVALID_PATH;
      connection.fail(
          new ProtocolException(
              known ? failure.replyCode() : ReplyCode.NOT_ALLOWED,
              known ? failure.getMessage() : "vhost " + virtualHost + " not found",
              MethodType.CONNECTION_OPEN));
      return;
    }
    connection.opened(opened);
  }
}
