package io.bindery.broker;

import io.bindery.broker.queue.QueueDefinition;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Arguments;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.ReplyCode;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Whether a declare asks for what is there (AMQP 0-9-1, queue.declare and exchange.declare, rule
 * "equivalent").
 */
final class Equivalence {
  private final String what;

  private Equivalence(String what) {
    this.what = what;
  }

  static void check(String virtualHost, ExchangeSpec there, ExchangeSpec asked)
      throws AmqpException {
    Equivalence of =
        new Equivalence("exchange '" + there.name() + "' in vhost '" + virtualHost + "'");
    of.same("type", there.type(), asked.type());
    of.same("durable", there.durable(), asked.durable());
    of.same("auto_delete", there.autoDelete(), asked.autoDelete());
    of.same("internal", there.internal(), asked.internal());
    of.sameArguments(there.arguments(), asked.arguments(), Arguments.ALTERNATE_EXCHANGE::equals);
  }

  static void check(String virtualHost, QueueSpec there, QueueSpec asked) throws AmqpException {
    Equivalence of = new Equivalence("queue '" + there.name() + "' in vhost '" + virtualHost + "'");
    // RabbitMQ's code for it, also on the queue's own connection.
    if (there.exclusive() != asked.exclusive()) {
      throw new AmqpException(
          ReplyCode.RESOURCE_LOCKED,
          "cannot obtain exclusive access to locked "
              + of.what
              + ": exclusive is "
              + shown(there.exclusive())
              + ", the declare asks for "
              + shown(asked.exclusive()));
    }
    // An exclusive one ends with its connection, so durable means nothing (and RabbitMQ says so).
    if (!there.exclusive()) {
      of.same("durable", there.durable(), asked.durable());
    }
    of.same("auto_delete", there.autoDelete(), asked.autoDelete());
    of.sameArguments(there.arguments(), asked.arguments(), QueueDefinition::understands);
  }

  /** RabbitMQ: what has no meaning need not be the same. */
  private void sameArguments(
      Map<String, Object> there, Map<String, Object> asked, Predicate<String> means)
      throws AmqpException {
    TreeSet<String> names = new TreeSet<>(there.keySet());
    names.addAll(asked.keySet());
    names.removeIf(means.negate());
    for (String name : names) {
      same(name, meant(name, there), meant(name, asked));
    }
  }

  /** A queue whose type is not said is a classic one (RabbitMQ). */
  private static Object meant(String name, Map<String, Object> arguments) {
    Object given = arguments.get(name);
    return given == null && name.equals(Arguments.QUEUE_TYPE) ? "classic" : byValue(given);
  }

  /** A whole number is the same whatever its type on the wire. */
  private static Object byValue(Object argument) {
    boolean whole =
        argument instanceof Integer || argument instanceof Short || argument instanceof Byte;
    return whole ? (Object) ((Number) argument).longValue() : argument;
  }

  private void same(String part, Object there, Object asked) throws AmqpException {
    if (!Objects.equals(there, asked)) {
      throw new AmqpException(
          ReplyCode.PRECONDITION_FAILED,
          "inequivalent arg '"
              + part
              + "' for "
              + what
              + ": received "
              + shown(asked)
              + " but current is "
              + shown(there)
              + "; use the same, or delete it first");
    }
  }

  private static String shown(Object value) {
    return value == null ? "none" : "'" + value + "'";
  }
}
