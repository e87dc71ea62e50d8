package io.bindery.broker.routing;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Binding;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.ReplyCode;
import java.util.Map;
import java.util.Set;

/**
 * Reaches what is bound with arguments that the message's headers have (AMQP 0-9-1, 3.1.3.4).
 * {@code x-match} is {@code all} (the default) or {@code any}, which leave out arguments that begin
 * with {@code x-}, or RabbitMQ's {@code all-with-x} and {@code any-with-x}.
 */
final class HeadersExchange extends Exchange {
  private static final String X_MATCH = "x-match";
  private static final Set<String> MODES = Set.of("all", "any", "all-with-x", "any-with-x");

  private final BoundList bounds = new BoundList();

  HeadersExchange(ExchangeSpec spec) {
    super(spec);
  }

  @Override
  void check(Binding binding) throws AmqpException {
    Object mode = binding.arguments().getOrDefault(X_MATCH, "all");
    if (!(mode instanceof String text) || !MODES.contains(text)) {
      throw new AmqpException(
          ReplyCode.PRECONDITION_FAILED,
          "Binding of '"
              + binding.source()
              + "': x-match is '"
              + mode
              + "', but must be one of "
              + MODES);
    }
  }

  @Override
  public void route(Publication publication, Routing into) {
    Map<String, Object> headers = publication.message().headers();
    bounds.route(publication, into, bound -> matches(bound.binding().arguments(), headers));
  }

  private static boolean matches(Map<String, Object> arguments, Map<String, Object> headers) {
    String mode = (String) arguments.getOrDefault(X_MATCH, "all");
    boolean any = mode.startsWith("any");
    boolean withX = mode.endsWith("-with-x");
    for (Map.Entry<String, Object> argument : arguments.entrySet()) {
      if (argument.getKey().equals(X_MATCH) || (!withX && argument.getKey().startsWith("x-"))) {
        continue;
      }
      boolean equal = equal(argument.getValue(), headers.get(argument.getKey()));
      if (equal == any) {
        return any;
      }
    }
    // All of nothing is true; any of nothing is false.
    return !any;
  }

  private static boolean equal(Object wanted, Object header) {
    if (wanted instanceof Number a && header instanceof Number b) {
      return a instanceof Double || a instanceof Float || b instanceof Double || b instanceof Float
          ? a.doubleValue() == b.doubleValue()
          : a.longValue() == b.longValue();
    }
    return wanted.equals(header);
  }

  @Override
  void insert(Bound bound) {
    bounds.add(bound);
  }

  @Override
  void remove(Bound bound) {
    bounds.remove(bound.binding());
  }
}
