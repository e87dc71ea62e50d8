package io.bindery.rabbitmq;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Delivery;
import io.bindery.engine.DeliveryLostException;
import io.bindery.engine.ReplyCode;

/** What is told of what went with a connection. */
final class Losses {
  private Losses() {}

  /**
   * Whether a connection that ended so may come back. What a server says of our own mistake, it
   * would say again; a server that shuts down or was told to close it says CONNECTION_FORCED.
   */
  static boolean mayComeBack(AmqpException why) {
    return why.replyCode() == ReplyCode.CONNECTION_FORCED;
  }

  /** Whether a refused attempt to connect would be refused again. */
  static boolean isFinal(AmqpException why) {
    return switch (why.replyCode()) {
      case ACCESS_REFUSED, INVALID_PATH, NOT_IMPLEMENTED, NOT_ALLOWED -> true;
      default -> false;
    };
  }

  static AmqpException closed(String what) {
    return new AmqpException(ReplyCode.CHANNEL_ERROR, "The " + what + " is closed");
  }

  static AmqpException gaveUp(long seconds, AmqpException last) {
    return new AmqpException(
        ReplyCode.CONNECTION_FORCED,
        "The connection was lost and could not be made again within "
            + seconds
            + " s (reconnect): "
            + last.getMessage(),
        last);
  }

  /** For what was written before the end: CHANNEL_ERROR would say that nothing was; others pass. */
  static AmqpException sent(AmqpException why) {
    return why.replyCode() != ReplyCode.CHANNEL_ERROR
        ? why
        : new AmqpException(ReplyCode.CONNECTION_FORCED, why.getMessage(), why);
  }

  /**
   * For a publish that was written, perhaps in part, and whose confirm had not come; others pass.
   */
  static AmqpException unconfirmed(AmqpException why) {
    return why.replyCode() != ReplyCode.CONNECTION_FORCED
        ? why
        : new AmqpException(
            ReplyCode.CONNECTION_FORCED,
            why.getMessage()
                + "; the message was not confirmed before, so whether it was published is not known",
            why.getCause());
  }

  /** For a queue that was to get a name, and whose declare was not answered; others pass. */
  static AmqpException declaredOrNot(AmqpException why) {
    return why.replyCode() != ReplyCode.CONNECTION_FORCED
        ? why
        : new AmqpException(
            ReplyCode.CONNECTION_FORCED,
            why.getMessage()
                + "; the declare of a queue without a name was not answered before, so whether there"
                + " is one is not known",
            why);
  }

  /** For work of a transaction that ended with its connection. */
  static AmqpException rolledBack() {
    return new AmqpException(
        ReplyCode.CONNECTION_FORCED,
        "The connection was lost, and with it the transaction, which is rolled back");
  }

  /** For a commit that was sent and not answered. */
  static AmqpException commitUnknown(AmqpException why) {
    return new AmqpException(
        ReplyCode.INTERNAL_ERROR,
        "The connection was lost before the commit was answered: whether the transaction is"
            + " committed or rolled back is not known",
        why);
  }

  /** Whether a delivery went back with its connection. */
  static boolean isLost(Delivery delivery) {
    return delivery instanceof RabbitDelivery own && !own.owner().home().isUp();
  }

  static DeliveryLostException lost(Delivery delivery) {
    return new DeliveryLostException(
        "Delivery "
            + delivery.sequence()
            + " of queue '"
            + delivery.queue()
            + "' cannot be settled: the connection that it came by was lost, and it comes again,"
            + " redelivered");
  }

  /** For a settlement that was sent and not answered. */
  static DeliveryLostException settledOrNot() {
    return new DeliveryLostException(
        "The connection was lost before the settlement was answered: what is not settled comes"
            + " again, redelivered");
  }
}
