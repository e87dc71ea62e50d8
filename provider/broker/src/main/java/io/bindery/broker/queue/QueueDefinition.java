package io.bindery.broker.queue;

import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.QueueSpec;

/**
 * What a queue is: its declaration, with its arguments understood. Immutable.
 *
 * @param virtualHost where it is
 * @param spec what was declared
 * @param limits what its arguments say
 */
public record QueueDefinition(String virtualHost, QueueSpec spec, Limits limits) {
  /** After how many failures a message of a queue that JMS created is dead. */
  public static final int DEFAULT_MAX_FAILURES = 10;

  /** Stands for no limit. */
  public static final long NONE = -1;

  /**
   * What the arguments say; {@link #NONE} for what they do not.
   *
   * @param messageTtlMs how long a message may wait
   * @param maxFailures after how many failures it is dead: {@code x-delivery-limit} is how often it
   *     may be given back, so one more than that
   * @param maxPriority how many priorities count
   * @param maxLength how many messages may be ready
   * @param maxLengthBytes how many bytes of bodies may be ready
   * @param overflow what happens beyond
   * @param expiresMs how long nobody may use the queue
   * @param singleActiveConsumer whether only one consumer at a time gets messages
   * @param deadLetterExchange where dead letters go, or null
   * @param deadLetterRoutingKey with which key, or null for their own
   */
  public record Limits(
      long messageTtlMs,
      long maxFailures,
      long maxPriority,
      long maxLength,
      long maxLengthBytes,
      Overflow overflow,
      long expiresMs,
      boolean singleActiveConsumer,
      String deadLetterExchange,
      String deadLetterRoutingKey) {}

  /** What happens to a message that would pass a length limit. */
  public enum Overflow {
    /** The oldest goes. */
    DROP_HEAD("drop-head"),
    /** It is refused. */
    REJECT_PUBLISH("reject-publish"),
    /**
     * It is refused, and goes to the dead letters as well; not in a transaction, which may still be
     * rolled back.
     */
    REJECT_PUBLISH_DLX("reject-publish-dlx");

    private final String argument;

    Overflow(String argument) {
      this.argument = argument;
    }

    /** What x-overflow says. */
    String argument() {
      return argument;
    }
  }

  /**
   * Understands a declaration.
   *
   * @throws AmqpException PRECONDITION_FAILED for an argument that this engine does not honour, or
   *     a value that makes no sense
   */
  public static QueueDefinition parse(String virtualHost, QueueSpec spec) throws AmqpException {
    return new QueueDefinition(virtualHost, spec, new QueueArguments(virtualHost, spec).limits());
  }

  /** Whether an argument of a queue means anything here; others are kept, and that is all. */
  public static boolean understands(String argument) {
    return QueueArguments.isKnown(argument);
  }

  /** Whether rejected messages and those over the delivery limit are kept somewhere. */
  public boolean hasDeadLetters() {
    return limits.deadLetterExchange != null || spec.defaults() == QueueSpec.Defaults.JMS;
  }

  /** The lane of a message: its priority, as the queue counts it. */
  public int lane(int priority) {
    if (limits.maxPriority == NONE) {
      return priority < 0 ? AmqpMessage.DEFAULT_PRIORITY : Math.min(priority, 9);
    }
    // RabbitMQ: with x-max-priority none given is the least, and more than the maximum is the
    // maximum.
    return Math.min(Math.max(priority, 0), (int) limits.maxPriority);
  }

  /** How many lanes there may be. */
  int lanes() {
    return limits.maxPriority == NONE ? 10 : (int) limits.maxPriority + 1;
  }
}
