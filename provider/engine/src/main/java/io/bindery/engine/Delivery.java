package io.bindery.engine;

/**
 * One message in the hands of one consumer, until it is settled. A light view; the message is
 * shared. May be passed between threads.
 */
public interface Delivery {
  /**
   * The message.
   *
   * @throws IllegalStateException when it cannot be read back from where its engine keeps it; the
   *     text says where that is
   */
  AmqpMessage message();

  /** Exchange and routing key with which it was published. */
  Route route();

  /** The queue it came from. */
  String queue();

  /** Its place in the queue: grows with every message of the queue, gaps are legal. */
  long sequence();

  /** How often it was delivered before; {@code JMSXDeliveryCount} is one more. */
  int deliveryCount();

  /** How often an application failed on it. */
  int failureCount();

  /**
   * Whether it went back with a connection that was lost: it comes again, and cannot be settled.
   * May be true only a moment after that.
   */
  default boolean isLost() {
    return false;
  }

  /** Whether it may have been seen before. */
  default boolean redelivered() {
    return deliveryCount() > 0;
  }
}
