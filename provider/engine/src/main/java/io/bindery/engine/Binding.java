package io.bindery.engine;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A binding (AMQP 0-9-1, queue.bind; RabbitMQ's exchange.bind). Two bindings are the same when all
 * parts are equal.
 *
 * @param source an exchange
 * @param destination a queue or an exchange
 * @param destinationType which of the two
 * @param routingKey the binding key; a pattern for a topic exchange
 * @param arguments for a headers exchange, or {@link Arguments#SELECTOR}, {@link
 *     Arguments#NO_LOCAL}
 */
public record Binding(
    String source,
    String destination,
    DestinationType destinationType,
    String routingKey,
    Map<String, Object> arguments) {
  /** Copies the arguments. */
  public Binding {
    // Not Map.copyOf: AMQP's void is a value.
    arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
  }

  /** What a binding leads to. */
  public enum DestinationType {
    /** A queue. */
    QUEUE,
    /** Another exchange. */
    EXCHANGE
  }

  /** A queue bound to an exchange without arguments. */
  public static Binding queue(String exchange, String queue, String routingKey) {
    return new Binding(exchange, queue, DestinationType.QUEUE, routingKey, Map.of());
  }

  /** A queue bound to an exchange with arguments. */
  public static Binding queue(
      String exchange, String queue, String routingKey, Map<String, Object> arguments) {
    return new Binding(exchange, queue, DestinationType.QUEUE, routingKey, arguments);
  }

  /** An exchange bound to an exchange. */
  public static Binding exchange(String source, String destination, String routingKey) {
    return new Binding(source, destination, DestinationType.EXCHANGE, routingKey, Map.of());
  }
}
