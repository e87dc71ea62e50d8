package io.bindery.engine;

import java.util.Map;

/**
 * An exchange to be declared (AMQP 0-9-1, exchange.declare).
 *
 * @param name at most 255 bytes; names that begin with {@code amq.} are the broker's
 * @param type {@code direct}, {@code topic}, {@code fanout} or {@code headers}
 * @param durable whether it outlives a restart
 * @param autoDelete whether it goes with its last binding
 * @param internal whether clients may not publish to it
 * @param arguments RabbitMQ's names, e.g. {@code alternate-exchange}
 */
public record ExchangeSpec(
    String name,
    String type,
    boolean durable,
    boolean autoDelete,
    boolean internal,
    Map<String, Object> arguments) {
  /** Copies the arguments. */
  public ExchangeSpec {
    arguments = Map.copyOf(arguments);
  }

  /** A durable exchange without arguments. */
  public static ExchangeSpec durable(String name, String type) {
    return new ExchangeSpec(name, type, true, false, false, Map.of());
  }
}
