package io.bindery.engine.selector;

import io.bindery.engine.AmqpMessage;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * A part of a selector. Its value is a Boolean, a String, a number (exact: Long, Integer, Short,
 * Byte; approximate: Double, Float), or null for unknown. Numbers stay the objects that the message
 * holds, so that a comparison allocates nothing.
 */
@FunctionalInterface
interface Expression {
  /** What it yields for a message. */
  Object value(AmqpMessage message);

  /** A constant. */
  record Literal(Object constant) implements Expression {
    @Override
    public Object value(AmqpMessage message) {
      return constant;
    }
  }

  /** A header field or a property (3.8.1.2); what is neither is null. */
  record Identifier(String name, Function<AmqpMessage, Object> read) implements Expression {
    private static final Map<String, Function<AmqpMessage, Object>> HEADERS =
        Map.of(
            "JMSDeliveryMode",
            message -> message.persistent() ? "PERSISTENT" : "NON_PERSISTENT",
            "JMSPriority",
            message -> (long) message.effectivePriority(),
            "JMSMessageID",
            message -> prefixed(message.messageId()),
            "JMSTimestamp",
            AmqpMessage::timestampMs,
            "JMSCorrelationID",
            AmqpMessage::correlationId,
            "JMSType",
            AmqpMessage::type);
    private static final Map<String, Function<AmqpMessage, Object>> JMSX =
        Map.of("JMSXUserID", AmqpMessage::userId, "JMSXAppID", AmqpMessage::appId);

    static Identifier of(String name) {
      Function<AmqpMessage, Object> field = HEADERS.getOrDefault(name, JMSX.get(name));
      return new Identifier(
          name, field == null ? message -> property(message.headers().get(name)) : field);
    }

    /** Whether a name that begins with JMS is one of a selector's (3.8.1.1). */
    static boolean isAllowed(String name) {
      return name.startsWith("JMSX") || name.startsWith("JMS_") || HEADERS.containsKey(name);
    }

    /** The header fields that a selector may name. */
    static String headerFields() {
      return String.join(", ", new TreeSet<>(HEADERS.keySet()));
    }

    @Override
    public Object value(AmqpMessage message) {
      return read.apply(message);
    }

    private static Object prefixed(String messageId) {
      return messageId == null || messageId.startsWith("ID:") ? messageId : "ID:" + messageId;
    }

    /** What other types AMQP has are no properties. */
    private static Object property(Object header) {
      boolean known =
          header instanceof String
              || header instanceof Boolean
              || header instanceof Integer
              || header instanceof Long
              || header instanceof Double
              || header instanceof Float
              || header instanceof Short
              || header instanceof Byte;
      return known ? header : null;
    }
  }

  /** NOT. */
  record Not(Expression operand) implements Expression {
    @Override
    public Object value(AmqpMessage message) {
      return operand.value(message) instanceof Boolean known ? (Object) !known : null;
    }
  }

  /** AND, or its dual OR: the deciding value wins over unknown, unknown over the other. */
  record Connective(boolean deciding, List<Expression> operands) implements Expression {
    @Override
    public Object value(AmqpMessage message) {
      boolean unknown = false;
      for (int i = 0; i < operands.size(); i++) {
        Object value = operands.get(i).value(message);
        if (!(value instanceof Boolean known)) {
          unknown = true;
        } else if (known == deciding) {
          return deciding;
        }
      }
      return unknown ? null : (Object) !deciding;
    }
  }

  /** The comparison operators. */
  enum Operator {
    EQUAL,
    UNEQUAL,
    LESS,
    LESS_OR_EQUAL,
    GREATER,
    GREATER_OR_EQUAL;

    boolean ordering() {
      return this != EQUAL && this != UNEQUAL;
    }

    boolean holds(int order) {
      return switch (this) {
        case EQUAL -> order == 0;
        case UNEQUAL -> order != 0;
        case LESS -> order < 0;
        case LESS_OR_EQUAL -> order <= 0;
        case GREATER -> order > 0;
        case GREATER_OR_EQUAL -> order >= 0;
      };
    }
  }

  /** Whether a number is a whole one by its type. */
  private static boolean isExact(Number number) {
    return !(number instanceof Double || number instanceof Float);
  }

  private static boolean isDouble(Number number) {
    return number instanceof Double;
  }

  /** A comparison (3.8.1.3): of unlike types false, with null unknown. */
  record Comparison(Operator operator, Expression left, Expression right) implements Expression {
    @Override
    public Object value(AmqpMessage message) {
      Object a = left.value(message);
      Object b = right.value(message);
      return a == null || b == null ? null : (Object) compare(operator, a, b);
    }

    static boolean compare(Operator operator, Object a, Object b) {
      if (a instanceof Number x && b instanceof Number y) {
        if (isExact(x) && isExact(y)) {
          return operator.holds(Long.compare(x.longValue(), y.longValue()));
        }
        // Java's promotion: without a double, a float makes both floats.
        return isDouble(x) || isDouble(y)
            ? approximate(operator, x.doubleValue(), y.doubleValue())
            : approximate(operator, x.floatValue(), y.floatValue());
      }
      return !operator.ordering()
          && a.getClass() == b.getClass()
          && a.equals(b) == (operator == Operator.EQUAL);
    }

    private static boolean approximate(Operator operator, double x, double y) {
      if (Double.isNaN(x) || Double.isNaN(y)) {
        return operator == Operator.UNEQUAL;
      }
      // Not Double.compare, for which -0.0 and 0.0 differ.
      return operator.holds(x < y ? -1 : x > y ? 1 : 0);
    }
  }

  /**
   * BETWEEN, both ends included: {@code >= AND <=}; negated {@code < OR >}, so that what is no
   * number is neither between nor not.
   */
  record Between(Expression operand, Expression low, Expression high, boolean negated)
      implements Expression {
    @Override
    public Object value(AmqpMessage message) {
      Object value = operand.value(message);
      Operator toLow = negated ? Operator.LESS : Operator.GREATER_OR_EQUAL;
      Operator toHigh = negated ? Operator.GREATER : Operator.LESS_OR_EQUAL;
      Object first = compared(toLow, value, low.value(message));
      Object second = compared(toHigh, value, high.value(message));
      Boolean deciding = negated;
      if (deciding.equals(first) || deciding.equals(second)) {
        return deciding;
      }
      return first == null || second == null ? null : (Object) !negated;
    }

    private static Object compared(Operator operator, Object value, Object bound) {
      return value == null || bound == null
          ? null
          : (Object) Comparison.compare(operator, value, bound);
    }
  }

  /** IN. */
  record In(Expression operand, Set<String> values) implements Expression {
    @Override
    public Object value(AmqpMessage message) {
      Object value = operand.value(message);
      return value == null
          ? null
          : (Object) (value instanceof String text && values.contains(text));
    }
  }

  /** IS NULL. */
  record IsNull(Expression operand) implements Expression {
    @Override
    public Object value(AmqpMessage message) {
      return operand.value(message) == null;
    }
  }

  /** LIKE. */
  record Like(Expression operand, LikePattern pattern) implements Expression {
    @Override
    public Object value(AmqpMessage message) {
      Object value = operand.value(message);
      return value == null
          ? null
          : (Object) (value instanceof String text && pattern.matches(text));
    }
  }

  /**
   * An operator and what stands behind it.
   *
   * @param operator {@code +}, {@code -}, {@code *} or {@code /}
   * @param operand the right side
   */
  record Step(char operator, Expression operand) {
    Object apply(Number x, Number y) {
      if (isExact(x) && isExact(y)) {
        return exact(x.longValue(), y.longValue());
      }
      return isDouble(x) || isDouble(y)
          ? approximate(x.doubleValue(), y.doubleValue())
          : approximate(x.floatValue(), y.floatValue());
    }

    private Object exact(long x, long y) {
      return switch (operator) {
        case '+' -> (Object) (x + y);
        case '-' -> x - y;
        case '*' -> x * y;
        default -> y == 0 ? null : (Object) (x / y);
      };
    }

    private Object approximate(double x, double y) {
      return switch (operator) {
        case '+' -> (Object) (x + y);
        case '-' -> x - y;
        case '*' -> x * y;
        default -> y == 0 ? null : (Object) (x / y);
      };
    }

    private Object approximate(float x, float y) {
      return switch (operator) {
        case '+' -> (Object) (x + y);
        case '-' -> x - y;
        case '*' -> x * y;
        default -> y == 0 ? null : (Object) (x / y);
      };
    }
  }

  /**
   * Arithmetic from left to right: exact with 64 bits while both are exact; unknown for what is no
   * number and for a division by zero.
   */
  record Arithmetic(Expression first, List<Step> steps) implements Expression {
    @Override
    public Object value(AmqpMessage message) {
      Object result = first.value(message);
      for (int i = 0; i < steps.size() && result instanceof Number x; i++) {
        Step step = steps.get(i);
        result = step.operand().value(message) instanceof Number y ? step.apply(x, y) : null;
      }
      return result instanceof Number ? result : null;
    }
  }

  /** Unary minus. */
  record Negation(Expression operand) implements Expression {
    @Override
    public Object value(AmqpMessage message) {
      return operand.value(message) instanceof Number number ? of(number) : null;
    }

    static Object of(Number number) {
      if (isExact(number)) {
        return -number.longValue();
      }
      return isDouble(number) ? (Object) (-number.doubleValue()) : (Object) (-number.floatValue());
    }
  }

  /** Unary plus. */
  record Plus(Expression operand) implements Expression {
    @Override
    public Object value(AmqpMessage message) {
      return operand.value(message) instanceof Number number ? number : null;
    }
  }
}
