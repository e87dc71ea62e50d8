package io.bindery.broker.routing;

import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Arguments;
import io.bindery.engine.ReplyCode;
import java.math.BigDecimal;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What a binding of a headers exchange asks of a message (AMQP 0-9-1, 3.1.3.4). {@code x-match} is
 * {@code all} (the default) or {@code any}, which leave out arguments that begin with {@code x-},
 * or RabbitMQ's {@code all-with-x} and {@code any-with-x}. A void value asks only that the header
 * is there. Numbers are equal by value, whatever their types.
 *
 * @param any whether one equal header is enough
 * @param wanted the headers with their values, null for void
 */
record HeadersMatch(boolean any, List<Map.Entry<String, Object>> wanted)
    implements Predicate<AmqpMessage> {
  private static final String X_MATCH = "x-match";
  private static final Set<String> MODES = Set.of("all", "any", "all-with-x", "any-with-x");

  /** Arguments that are about the binding itself, never about a header. */
  private static final Set<String> OWN = Set.of(X_MATCH, Arguments.SELECTOR, Arguments.NO_LOCAL);

  /**
   * What the arguments of a binding ask.
   *
   * @throws AmqpException PRECONDITION_FAILED for an unknown {@code x-match}
   */
  static HeadersMatch of(String exchange, Map<String, Object> arguments) throws AmqpException {
    Object mode = arguments.getOrDefault(X_MATCH, "all");
    if (!(mode instanceof String text) || !MODES.contains(text)) {
      throw new AmqpException(
          ReplyCode.PRECONDITION_FAILED,
          "Invalid x-match field value '"
              + mode
              + "' for a binding of '"
              + exchange
              + "'; expected one of "
              + new TreeSet<>(MODES));
    }
    List<Map.Entry<String, Object>> wanted = new ArrayList<>(arguments.size());
    arguments.forEach(
        (name, value) -> {
          boolean counts = text.endsWith("-with-x") || !name.startsWith("x-");
          if (counts && !OWN.contains(name)) {
            wanted.add(new SimpleImmutableEntry<>(name, value));
          }
        });
    return new HeadersMatch(text.startsWith("any"), List.copyOf(wanted));
  }

  @Override
  public boolean test(AmqpMessage message) {
    Map<String, Object> headers = message.headers();
    for (int i = 0; i < wanted.size(); i++) {
      Map.Entry<String, Object> header = wanted.get(i);
      if (has(headers, header.getKey(), header.getValue()) == any) {
        return any;
      }
    }
    // All of nothing is true; any of nothing is false.
    return !any;
  }

  private static boolean has(Map<String, Object> headers, String name, Object wanted) {
    if (wanted == null) {
      return headers.containsKey(name);
    }
    Object value = headers.get(name);
    return wanted instanceof Number a && value instanceof Number b
        ? equal(a, b)
        : Objects.deepEquals(wanted, value);
  }

  private static boolean equal(Number a, Number b) {
    if (isWhole(a) && isWhole(b)) {
      return a.longValue() == b.longValue();
    }
    if (isApproximate(a) && isApproximate(b)) {
      return a.doubleValue() == b.doubleValue();
    }
    boolean finite = Double.isFinite(a.doubleValue()) && Double.isFinite(b.doubleValue());
    return finite && decimal(a).compareTo(decimal(b)) == 0;
  }

  private static boolean isWhole(Number number) {
    return number instanceof Integer
        || number instanceof Long
        || number instanceof Short
        || number instanceof Byte;
  }

  private static boolean isApproximate(Number number) {
    return number instanceof Double || number instanceof Float;
  }

  private static BigDecimal decimal(Number number) {
    return isApproximate(number)
        ? new BigDecimal(number.doubleValue())
        : new BigDecimal(number.toString());
  }
}
