package io.bindery.broker.queue;

import io.bindery.broker.queue.QueueDefinition.Limits;
import io.bindery.broker.queue.QueueDefinition.Overflow;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Arguments;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.ReplyCode;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Understands the arguments of a queue (RabbitMQ, "Queues", optional arguments). What is unknown is
 * passed over as RabbitMQ does; for a queue that JMS made it is refused: whoever gives it counts on
 * it.
 *
 * @param virtualHost where the queue is to be
 * @param spec the declaration
 */
record QueueArguments(String virtualHost, QueueSpec spec) {
  private static final Set<String> KNOWN =
      Set.of(
          Arguments.MESSAGE_TTL,
          Arguments.DEAD_LETTER_EXCHANGE,
          Arguments.DEAD_LETTER_ROUTING_KEY,
          Arguments.DELIVERY_LIMIT,
          Arguments.MAX_PRIORITY,
          Arguments.MAX_LENGTH,
          Arguments.MAX_LENGTH_BYTES,
          Arguments.OVERFLOW,
          Arguments.EXPIRES,
          Arguments.SINGLE_ACTIVE_CONSUMER,
          Arguments.QUEUE_TYPE);

  /**
   * Where a queue lives in a cluster and how it keeps its messages: on one node that pages out by
   * itself each of these values is true already.
   */
  private static final Map<String, Set<Object>> WITHOUT_EFFECT =
      Map.of(
          "x-queue-mode", Set.of("default", "lazy"),
          "x-queue-version", Set.of(1L, 2L),
          "x-queue-master-locator", Set.of("client-local", "min-masters", "random"),
          "x-queue-leader-locator", Set.of("client-local", "balanced"));

  /** What they say. */
  Limits limits() throws AmqpException {
    checkNames();
    checkType();
    String key = text(Arguments.DEAD_LETTER_ROUTING_KEY);
    if (key != null && !spec.arguments().containsKey(Arguments.DEAD_LETTER_EXCHANGE)) {
      throw wrong(Arguments.DEAD_LETTER_ROUTING_KEY, "needs " + Arguments.DEAD_LETTER_EXCHANGE);
    }
    return new Limits(
        number(Arguments.MESSAGE_TTL, 0, Arguments.MOST_TTL_MS),
        maxFailures(),
        number(Arguments.MAX_PRIORITY, 0, 255),
        number(Arguments.MAX_LENGTH, 0, Long.MAX_VALUE),
        number(Arguments.MAX_LENGTH_BYTES, 0, Long.MAX_VALUE),
        overflow(),
        number(Arguments.EXPIRES, 1, Arguments.MOST_TTL_MS),
        yes(Arguments.SINGLE_ACTIVE_CONSUMER),
        text(Arguments.DEAD_LETTER_EXCHANGE),
        key);
  }

  /** Whether an argument of this name means anything. */
  static boolean isKnown(String name) {
    return KNOWN.contains(name) || WITHOUT_EFFECT.containsKey(name);
  }

  private void checkNames() throws AmqpException {
    boolean strict = spec.defaults() == QueueSpec.Defaults.JMS;
    for (Map.Entry<String, Object> argument : spec.arguments().entrySet()) {
      String name = argument.getKey();
      Set<Object> values = WITHOUT_EFFECT.get(name);
      if (values != null && !values.contains(byValue(argument.getValue()))) {
        throw wrong(name, "must be one of " + new TreeSet<>(values));
      }
      if (strict && name.startsWith("x-") && !isKnown(name)) {
        throw wrong(name, "this engine has no such argument; leave it out");
      }
    }
  }

  private static Object byValue(Object argument) {
    return isWhole(argument) ? (Object) ((Number) argument).longValue() : argument;
  }

  private static boolean isWhole(Object value) {
    return value instanceof Long
        || value instanceof Integer
        || value instanceof Short
        || value instanceof Byte;
  }

  private void checkType() throws AmqpException {
    String type = text(Arguments.QUEUE_TYPE);
    if (type == null || type.equals("classic")) {
      return;
    }
    boolean replicated = type.equals("quorum") || type.equals("stream");
    throw wrong(
        Arguments.QUEUE_TYPE,
        replicated
            ? "such queues are replicated in a cluster, and this engine is one node with classic"
                + " queues; use 'classic' or leave it out, or connect to a RabbitMQ cluster"
            : "must be classic");
  }

  private AmqpException wrong(String name, String why) {
    return new AmqpException(
        ReplyCode.PRECONDITION_FAILED,
        "invalid arg '"
            + name
            + "' for queue '"
            + spec.name()
            + "' in vhost '"
            + virtualHost
            + "': it is '"
            + spec.arguments().get(name)
            + "', but "
            + why);
  }

  private String text(String name) throws AmqpException {
    Object value = spec.arguments().get(name);
    if (value != null && !(value instanceof String)) {
      throw wrong(name, "must be a text");
    }
    return (String) value;
  }

  private boolean yes(String name) throws AmqpException {
    Object value = spec.arguments().getOrDefault(name, false);
    if (!(value instanceof Boolean)) {
      throw wrong(name, "must be true or false");
    }
    return (Boolean) value;
  }

  private long number(String name, long least, long most) throws AmqpException {
    Object value = spec.arguments().get(name);
    if (value == null) {
      return QueueDefinition.NONE;
    }
    if (!isWhole(value)
        || ((Number) value).longValue() < least
        || ((Number) value).longValue() > most) {
      throw wrong(name, "must be a whole number from " + least + " to " + most);
    }
    return ((Number) value).longValue();
  }

  private long maxFailures() throws AmqpException {
    long limit = number(Arguments.DELIVERY_LIMIT, -1, Integer.MAX_VALUE);
    if (limit != QueueDefinition.NONE) {
      return limit + 1;
    }
    boolean given = spec.arguments().containsKey(Arguments.DELIVERY_LIMIT);
    return !given && spec.defaults() == QueueSpec.Defaults.JMS
        ? QueueDefinition.DEFAULT_MAX_FAILURES
        : QueueDefinition.NONE;
  }

  private Overflow overflow() throws AmqpException {
    String text = text(Arguments.OVERFLOW);
    for (Overflow overflow : Overflow.values()) {
      if (text == null || overflow.argument().equals(text)) {
        return overflow;
      }
    }
    throw wrong(
        Arguments.OVERFLOW,
        "must be one of "
            + Arrays.stream(Overflow.values())
                .map(Overflow::argument)
                .collect(Collectors.toList()));
  }
}
