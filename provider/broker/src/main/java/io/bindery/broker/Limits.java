package io.bindery.broker;

import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.QueueNames;
import io.bindery.engine.ReplyCode;
import java.nio.charset.StandardCharsets;

/** The broker's fixed limits, each with a number, and an error that tells it. */
final class Limits {
  /** Channels of one connection (RabbitMQ's default). */
  static final int CHANNELS = BrokerSettings.MOST_CHANNELS;

  /** Consumers of one channel. */
  static final int CONSUMERS = 10_000;

  /** Queues of one virtual host. */
  static final int QUEUES = 1_000_000;

  /** Bytes of the body of one message. */
  static final int MESSAGE_BYTES = BrokerSettings.MOST_MESSAGE_BYTES;

  /** Bytes of the headers of one message, as they are estimated. */
  static final int HEADER_BYTES = 1024 * 1024;

  private Limits() {}

  /** Fails with CONTENT_TOO_LARGE when a body or headers are larger than is allowed. */
  static void checkMessage(AmqpMessage message) throws AmqpException {
    int bodyBytes = message.body().sizeBytes();
    if (bodyBytes > MESSAGE_BYTES) {
      throw tooLarge("The message has ", bodyBytes, "a message", MESSAGE_BYTES);
    }
    if (message.headerBytes() > HEADER_BYTES) {
      throw tooLarge("The headers have ", message.headerBytes(), "headers", HEADER_BYTES);
    }
  }

  private static AmqpException tooLarge(String what, long bytes, String limitOf, int limitBytes) {
    return new AmqpException(
        ReplyCode.CONTENT_TOO_LARGE,
        what + bytes + " bytes, and the limit for " + limitOf + " is " + limitBytes);
  }

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
    if (isReserved(name)) {
      throw new AmqpException(
          ReplyCode.ACCESS_REFUSED, what + " name '" + name + "' contains reserved prefix 'amq.*'");
    }
  }

  /** Whether a name is the broker's. */
  static boolean isReserved(String name) {
    return name.startsWith("amq.");
  }

  static AmqpException tooManyChannels() {
    return new AmqpException(
        ReplyCode.RESOURCE_ERROR,
        "The connection has "
            + CHANNELS
            + " open channels, which is the limit (channels); close some first");
  }

  /** The error of RabbitMQ's consumer_max_per_channel. */
  static AmqpException tooManyConsumers() {
    return new AmqpException(
        ReplyCode.NOT_ALLOWED,
        "reached maximum ("
            + CONSUMERS
            + ") of consumers per channel; cancel some, or use another channel");
  }

  /** The error of RabbitMQ's limit of a virtual host, max-queues. */
  static AmqpException tooManyQueues(String queue, String virtualHost, int most) {
    return new AmqpException(
        ReplyCode.PRECONDITION_FAILED,
        "cannot declare queue '"
            + queue
            + "': queue limit in vhost '"
            + virtualHost
            + "' ("
            + most
            + ") is reached; delete some first");
  }
}
