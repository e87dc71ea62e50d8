package io.bindery.amqp.server;

import io.bindery.amqp.codec.ConnectionMethod;
import io.bindery.amqp.codec.FieldTables;
import io.bindery.amqp.codec.ProtocolException;
import io.bindery.engine.AmqpException;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;
import java.util.Map;

/** The mechanisms by which clients say who they are (AMQP 0-9-1, 2.2.4). */
enum Sasl {
  /** Name and password, RFC 4616. */
  PLAIN,
  /** Name and password in a field table. */
  AMQPLAIN,
  /** What the transport knows: a client's certificate. */
  EXTERNAL;

  /** What a peer may use, separated by spaces. */
  static String offered(Authenticator authenticator, Peer peer) {
    return authenticator.knowsCertificates(peer) ? "PLAIN AMQPLAIN EXTERNAL" : "PLAIN AMQPLAIN";
  }

  /** Logs a client in. */
  static Ticket<Login> login(
      ConnectionMethod.StartOk start, Authenticator authenticator, Peer peer) {
    try {
      return switch (start.mechanism()) {
        case "PLAIN" -> plain(start.response(), authenticator, peer);
        case "AMQPLAIN" -> amqplain(start.response(), authenticator, peer);
        case "EXTERNAL" -> external(authenticator, peer);
        default -> throw refused("The mechanism '" + start.mechanism() + "' is not offered");
      };
    } catch (AmqpException e) {
      return Ticket.failed(e);
    }
  }

  /** An identity to act as, a name and a password, each behind a zero octet. */
  private static Ticket<Login> plain(String response, Authenticator authenticator, Peer peer)
      throws AmqpException {
    String[] parts = response.split("\0", -1);
    if (parts.length != 3) {
      throw refused("A response of PLAIN has three parts");
    }
    return authenticator.byPassword(parts[1], parts[2], peer);
  }

  private static Ticket<Login> amqplain(String response, Authenticator authenticator, Peer peer)
      throws AmqpException {
    Map<String, Object> fields;
    try {
      fields = FieldTables.fields(response);
    } catch (ProtocolException e) {
      throw refused("A response of AMQPLAIN is a field table");
    }
    if (fields.get("LOGIN") instanceof String user
        && fields.get("PASSWORD") instanceof String password) {
      return authenticator.byPassword(user, password, peer);
    }
    throw refused("A response of AMQPLAIN has the fields LOGIN and PASSWORD");
  }

  private static Ticket<Login> external(Authenticator authenticator, Peer peer)
      throws AmqpException {
    if (!authenticator.knowsCertificates(peer)) {
      throw refused("The mechanism 'EXTERNAL' is not offered");
    }
    return authenticator.byCertificate(peer);
  }

  private static AmqpException refused(String why) {
    return new AmqpException(ReplyCode.ACCESS_REFUSED, why);
  }
}
