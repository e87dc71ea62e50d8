package io.bindery.amqp.server;

import io.bindery.amqp.codec.MethodType;
import io.bindery.engine.AmqpException;
import io.bindery.engine.ReplyCode;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * What the log says of a client's connection: a line when it is open, one for each channel that is
 * closed with an error, and one at its end. What clients say themselves is cut, and stays in its
 * line. On the event loop.
 */
final class ConnectionLog {
  private static final Logger LOG = System.getLogger(ConnectionLog.class.getName());

  /** Characters of a name that a client gives, or of a user or virtual host that it asks for. */
  private static final int NAME_CHARS = 100;

  /** Characters of what was wrong. */
  private static final int TEXT_CHARS = 300;

  /** Who it is, as far as that is known. */
  private String who;

  /** Whether its end was told. */
  private boolean over;

  /** Of whom nothing is known but its address. */
  ConnectionLog(String address) {
    who = address;
  }

  /**
   * Who it is.
   *
   * @param name what it calls itself, empty for nothing
   */
  void is(String name, String user, String virtualHost) {
    who =
        (name.isEmpty() ? who : LogText.line(name, NAME_CHARS) + " (" + who + ")")
            + ", user '"
            + LogText.line(user, NAME_CHARS)
            + "', vhost '"
            + LogText.line(virtualHost, NAME_CHARS)
            + "'";
  }

  void opened() {
    LOG.log(Level.INFO, "{0}: opened", who);
  }

  /** The login did not come about: its end. */
  void loginRefused(String mechanism, AmqpException why) {
    end(
        Level.WARNING,
        "login refused (" + LogText.line(mechanism, NAME_CHARS) + "): " + why.getMessage());
  }

  /** The server closes a channel. */
  void channelClosed(int number, MethodType about, AmqpException why) {
    LOG.log(
        Level.WARNING,
        "{0}, channel {1}: closed by the server: {2}: {3}",
        who,
        Integer.toString(number),
        about,
        text(why));
  }

  /** The server closes it; that an operator wants it, or a stop, is nothing to be warned of. */
  void closed(AmqpException why) {
    end(
        why.replyCode() == ReplyCode.CONNECTION_FORCED ? Level.INFO : Level.WARNING,
        "closed by the server: " + text(why));
  }

  /** It does not speak AMQP 0-9-1. */
  void misunderstood() {
    end(Level.WARNING, "closed by the server: it does not begin as AMQP 0-9-1 does");
  }

  /** The client closes it, and may say why. */
  void closedByClient(int code, String text) {
    end(Level.INFO, "closed by the client" + (code == 200 ? "" : ": " + code + " " + text));
  }

  /** The peer is no longer there, or does not do what it must. */
  void lost(String why) {
    end(Level.WARNING, "lost: " + why);
  }

  /**
   * The network is gone.
   *
   * @param silent whether nothing had come: whoever only looks whether the port is there is nothing
   *     to be warned of
   */
  void gone(boolean silent) {
    end(silent ? Level.DEBUG : Level.WARNING, "lost: the client went without connection.close");
  }

  /** A failure of the server itself. */
  void failed(String what, RuntimeException failure) {
    LOG.log(Level.ERROR, who + ": " + what, failure);
  }

  private void end(Level level, String how) {
    if (!over) {
      over = true;
      LOG.log(level, "{0}: {1}", who, LogText.line(how, TEXT_CHARS));
    }
  }

  private static String text(AmqpException why) {
    return LogText.line(why.replyCode().code() + " " + ReplyText.of(why), TEXT_CHARS);
  }
}
