package io.bindery.broker;

import io.bindery.engine.AmqpException;
import io.bindery.engine.QueueNames;
import io.bindery.engine.ReplyCode;
import java.nio.charset.StandardCharsets;

/** The broker's fixed limits, each with a number, a name and an error that tells both. */
final class Limits {
  /** Channels of one connection (RabbitMQ's default). */
  static final int CHANNELS = 2_047;

  /** Bytes of one message. */
  static final int MESSAGE_BYTES = 128 * 1024 * 1024;

  private Limits() {}

  /** Fails with SYNTAX_ERROR when a name does not fit into a short string (AMQP 0-9-1, 4.2.5.3). */
  static void checkName(String what, String name) throws AmqpException {
    // A character is at most three bytes of UTF-8 for each of its UTF-16 units: most names need no
    // encoding here.
    if (name.length() * 3 > QueueNames.MAX_NAME_BYTES
        && name.getBytes(StandardCharsets.UTF_8).length > QueueNames.MAX_NAME_BYTES) {
      throw new AmqpException(
          ReplyCode.SYNTAX_ERROR,
          what
              + " '"
              + name.substring(0, 32)
              + "…' is longer than the limit of "
              + QueueNames.MAX_NAME_BYTES
              + " bytes");
    }
  }

  /**
   * Fails with ACCESS_REFUSED for names that are the broker's (AMQP 0-9-1, exchange.declare and
   * queue.declare).
   */
  static void checkUnreserved(String what, String name) throws AmqpException {
    if (name.startsWith("amq.")) {
      throw new AmqpException(
          ReplyCode.ACCESS_REFUSED,
          what + " '" + name + "': names that begin with amq. are the broker's");
    }
  }

  static AmqpException tooLarge(int bytes) {
    return new AmqpException(
        ReplyCode.CONTENT_TOO_LARGE,
        "The message has "
            + bytes
            + " bytes, and the limit for a message (messageBytes) is "
            + MESSAGE_BYTES);
  }

  static AmqpException tooManyChannels() {
    return new AmqpException(
        ReplyCode.RESOURCE_ERROR,
        "The connection has "
            + CHANNELS
            + " open channels, which is the limit (channels); close some first");
  }
}
