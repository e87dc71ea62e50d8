package io.bindery.broker.queue;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Arguments;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.ReplyCode;
import java.util.Map;
import java.util.Set;

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

  private static final String MAX_LENGTH_BYTES = "x-max-length-bytes";
  private static final String OVERFLOW = "x-overflow";
  private static final String QUEUE_TYPE = "x-queue-type";
  private static final Set<String> KNOWN =
      Set.of(
          Arguments.MESSAGE_TTL,
          Arguments.DEAD_LETTER_EXCHANGE,
          Arguments.DEAD_LETTER_ROUTING_KEY,
          Arguments.DELIVERY_LIMIT,
          Arguments.MAX_PRIORITY,
          Arguments.MAX_LENGTH,
          MAX_LENGTH_BYTES,
          OVERFLOW,
          QUEUE_TYPE);

  /**
   * What the arguments say; {@link #NONE} for what they do not.
   *
   * @param messageTtlMs how long a message may wait
   * @param maxFailures after how many failures it is dead: {@code x-delivery-limit} is how often it
   *     may be given back, so one more than that
   * @param maxPriority how many priorities count
   * @param maxLength how many messages may be ready
   * @param maxLengthBytes how many bytes may be ready
   * @param overflow what happens beyond
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
      String deadLetterExchange,
      String deadLetterRoutingKey) {}

  /** What happens to a message that would pass a length limit. */
  public enum Overflow {
    /** The oldest goes. */
    DROP_HEAD("drop-head"),
    /** It is refused. */
    REJECT_PUBLISH("reject-publish");

    private final String argument;

    Overflow(String argument) {
      this.argument = argument;
    }
  }

  /**
   * Understands a declaration.
   *
   * @throws AmqpException PRECONDITION_FAILED for a value that makes no sense, NOT_IMPLEMENTED for
   *     an argument that this engine does not honour
   */
  public static QueueDefinition parse(String virtualHost, QueueSpec spec) throws AmqpException {
    Map<String, Object> arguments = spec.arguments();
    for (String name : arguments.keySet()) {
      if (name.startsWith("x-") && !KNOWN.contains(name)) {
        throw new AmqpException(
            ReplyCode.NOT_IMPLEMENTED,
            "Queue '" + spec.name() + "': this engine has no argument " + name + "; leave it out");
      }
    }
    Reader reader = new Reader(spec);
    String type = reader.text(QUEUE_TYPE);
    if (type != null && !type.equals("classic")) {
      throw reader.wrong(QUEUE_TYPE, "this engine has only classic queues");
    }
    String key = reader.text(Arguments.DEAD_LETTER_ROUTING_KEY);
    if (key != null && !arguments.containsKey(Arguments.DEAD_LETTER_EXCHANGE)) {
      throw reader.wrong(
          Arguments.DEAD_LETTER_ROUTING_KEY, "needs " + Arguments.DEAD_LETTER_EXCHANGE);
    }
    return new QueueDefinition(
        virtualHost,
        spec,
        new Limits(
            reader.number(Arguments.MESSAGE_TTL, 0, 0xFFFF_FFFFL),
            reader.maxFailures(),
            reader.number(Arguments.MAX_PRIORITY, 1, 255),
            reader.number(Arguments.MAX_LENGTH, 0, Long.MAX_VALUE),
            reader.number(MAX_LENGTH_BYTES, 0, Long.MAX_VALUE),
            reader.overflow(),
            reader.text(Arguments.DEAD_LETTER_EXCHANGE),
            key));
  }

  /** Whether rejected messages and those over the delivery limit are kept somewhere. */
  public boolean hasDeadLetters() {
    return limits.deadLetterExchange != null || spec.defaults() == QueueSpec.Defaults.JMS;
  }

  /** The lane of a message: its priority, as the queue counts it. */
  int lane(int priority) {
    if (limits.maxPriority == NONE) {
      return priority < 0 ? io.bindery.engine.AmqpMessage.DEFAULT_PRIORITY : Math.min(priority, 9);
    }
    // RabbitMQ: with x-max-priority none given is the least, and more than the maximum is the
    // maximum.
    return Math.min(Math.max(priority, 0), (int) limits.maxPriority);
  }

  /** How many lanes there may be. */
  int lanes() {
    return limits.maxPriority == NONE ? 10 : (int) limits.maxPriority + 1;
  }

  private record Reader(QueueSpec spec) {
    AmqpException wrong(String name, String why) {
      return new AmqpException(
          ReplyCode.PRECONDITION_FAILED,
          "Queue '"
              + spec.name()
              + "': argument "
              + name
              + " is '"
              + spec.arguments().get(name)
              + "', but "
              + why);
    }

    String text(String name) throws AmqpException {
      Object value = spec.arguments().get(name);
      if (value != null && !(value instanceof String)) {
        throw wrong(name, "must be a text");
      }
      return (String) value;
    }

    long number(String name, long least, long most) throws AmqpException {
      Object value = spec.arguments().get(name);
      if (value == null) {
        return NONE;
      }
      boolean whole =
          value instanceof Long
              || value instanceof Integer
              || value instanceof Short
              || value instanceof Byte;
      if (!whole || ((Number) value).longValue() < least || ((Number) value).longValue() > most) {
        throw wrong(name, "must be a whole number from " + least + " to " + most);
      }
      return ((Number) value).longValue();
    }

    long maxFailures() throws AmqpException {
      long limit = number(Arguments.DELIVERY_LIMIT, -1, Integer.MAX_VALUE);
      if (limit != NONE) {
        return limit + 1;
      }
      boolean given = spec.arguments().containsKey(Arguments.DELIVERY_LIMIT);
      return !given && spec.defaults() == QueueSpec.Defaults.JMS ? DEFAULT_MAX_FAILURES : NONE;
    }

    Overflow overflow() throws AmqpException {
      String text = text(OVERFLOW);
      if (text == null) {
        return Overflow.DROP_HEAD;
      }
      for (Overflow overflow : Overflow.values()) {
        if (overflow.argument.equals(text)) {
          return overflow;
        }
      }
      throw wrong(OVERFLOW, "must be drop-head or reject-publish");
    }
  }
}
