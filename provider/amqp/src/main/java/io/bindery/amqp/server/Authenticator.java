package io.bindery.amqp.server;

import io.bindery.engine.AmqpException;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.Engine;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;

/**
 * Decides who may log in (AMQP 0-9-1, connection.start-ok). Called on event loops: must not block,
 * and answers by a ticket what takes time. Thread-safe.
 */
public interface Authenticator {
  /**
   * Checks a name and a password (PLAIN and AMQPLAIN); ACCESS_REFUSED when they do not belong
   * together.
   *
   * @param password a secret: never keep or print it
   */
  Ticket<Login> byPassword(String user, String password, Peer peer);

  /** Whether the certificate of this peer says who it is (EXTERNAL). */
  default boolean knowsCertificates(Peer peer) {
    return false;
  }

  /** Who the certificate of a peer says that it is; ACCESS_REFUSED when that is nobody. */
  default Ticket<Login> byCertificate(Peer peer) {
    return Ticket.failed(
        new AmqpException(ReplyCode.ACCESS_REFUSED, "Certificates say nothing about users here"));
  }

  /** Asks an engine, by connecting to its virtual host {@code /} for a moment. */
  static Authenticator of(Engine engine) {
    return (user, password, peer) -> {
      Ticket<Login> answer = new Ticket<>();
      engine
          .connect(new ConnectSpec(user, password, "/", peer.address(), 0))
          .whenDone(
              (connection, failure) -> {
                if (connection != null) {
                  connection.close();
                }
                if (failure == null || failure.replyCode() == ReplyCode.INVALID_PATH) {
                  answer.complete(new Login(user, password));
                } else {
                  answer.fail(failure);
                }
              });
      return answer;
    };
  }
}
