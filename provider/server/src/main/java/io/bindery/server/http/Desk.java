package io.bindery.server.http;

import io.bindery.broker.Broker;
import io.bindery.broker.runtime.IoFailure;
import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.ConnectSpec;
import io.bindery.server.access.AccessControl;
import io.bindery.server.access.AccessState;
import io.bindery.server.access.User;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.UnaryOperator;

/**
 * What management works on.
 *
 * @param broker the broker
 * @param access who may do what
 */
public record Desk(Broker broker, AccessControl access) {
  private static final long PUBLISH_TIMEOUT_MS = 10_000;

  /**
   * Changes who may do what.
   *
   * @throws UncheckedIOException when it cannot be written: the client is told, and must not be
   *     taken for gone
   */
  void change(UnaryOperator<AccessState> change) {
    try {
      access.change(change);
      broker.permissionsChanged();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Users and permissions cannot be written: " + IoFailure.of(e), e);
    }
  }

  /** Whether a user may see what is in a virtual host. */
  boolean sees(User user, String host) {
    return user.is(User.MONITORING) || access.mayEnter(user.name(), host);
  }

  /** Fails with 404 unless there is such a virtual host and a user may see what is in it. */
  void checkHost(User user, String host) throws Refusal {
    if (!access.state().hosts().contains(host) || !sees(user, host)) {
      throw Refusal.notFound("There is no virtual host '" + host + "'");
    }
  }

  /** A connection that may do everything in a virtual host. Blocks for a moment at most. */
  AmqpConnection operator(String host) throws AmqpException {
    return connect(AccessControl.OPERATOR, access.operatorToken(), host);
  }

  /** A connection of whoever asks. */
  AmqpConnection as(Request request, String host) throws AmqpException {
    User user = request.user();
    return connect(user.name(), request.password(), host);
  }

  private AmqpConnection connect(String user, String password, String host) throws AmqpException {
    return broker
        .connect(new ConnectSpec(user, password, host, "management", PUBLISH_TIMEOUT_MS))
        .await();
  }
}
