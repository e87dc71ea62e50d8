package io.bindery.broker;

import io.bindery.engine.AmqpException;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.ReplyCode;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/**
 * Whether a declare asks for what is there (AMQP 0-9-1, queue.declare and exchange.declare, rule
 * "equivalent").
 */
final class Equivalence {
  private final String what;

  private Equivalence(String what) {
    this.what = what;
  }

  static void check(ExchangeSpec there, ExchangeSpec asked) throws AmqpException {
    Equivalence of = new Equivalence("Exchange '" + there.name() + "'");
    of.same("type", there.type(), asked.type());
    of.same("durable", there.durable(), asked.durable());
    of.same("auto-delete", there.autoDelete(), asked.autoDelete());
    of.same("internal", there.internal(), asked.internal());
    of.sameArguments(there.arguments(), asked.arguments());
  }

  static void check(QueueSpec there, QueueSpec asked) throws AmqpException {
    Equivalence of = new Equivalence("Queue '" + there.name() + "'");
    of.same("durable", there.durable(), asked.durable());
    // RabbitMQ's code for it, also on the queue's own connection.
    of.same("exclusive", there.exclusive(), asked.exclusive(), ReplyCode.RESOURCE_LOCKED);
    of.same("auto-delete", there.autoDelete(), asked.autoDelete());
    of.sameArguments(there.arguments(), asked.arguments());
  }

  private void sameArguments(Map<String, Object> there, Map<String, Object> asked)
      throws AmqpException {
    TreeSet<String> names = new TreeSet<>(there.keySet());
    names.addAll(asked.keySet());
    for (String name : names) {
      same("argument " + name, byValue(there.get(name)), byValue(asked.get(name)));
    }
  }

  /** A whole number is the same whatever its type on the wire. */
  private static Object byValue(Object argument) {
    boolean whole =
        argument instanceof Integer || argument instanceof Short || argument instanceof Byte;
    return whole ? (Object) ((Number) argument).longValue() : argument;
  }

  private void same(String part, Object there, Object asked) throws AmqpException {
    same(part, there, asked, ReplyCode.PRECONDITION_FAILED);
  }

  private void same(String part, Object there, Object asked, ReplyCode otherwise)
      throws AmqpException {
    if (!Objects.equals(there, asked)) {
      throw new AmqpException(
          otherwise,
          what
              + " is there with another "
              + part
              + ": it has "
              + shown(there)
              + ", the declare asks for "
              + shown(asked)
              + "; use the same, or delete it first");
    }
  }

  private static String shown(Object value) {
    return value == null ? "none" : "'" + value + "'";
  }
}
