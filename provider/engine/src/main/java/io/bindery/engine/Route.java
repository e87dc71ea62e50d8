package io.bindery.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Where a message is published: an exchange, a routing key, and whether it is an error that no
 * queue is bound. A producer keeps one for each destination; deliveries share it.
 *
 * @param exchange its name, empty for the default exchange
 * @param routingKey at most 255 bytes
 * @param mandatory whether the outcome tells UNROUTED as a failure of the transaction, too
 * @param copies further routing keys: it reaches what any of all reaches, once (RabbitMQ,
 *     "Sender-selected Distribution"); no part of what a delivery shows
 */
public record Route(String exchange, String routingKey, boolean mandatory, List<String> copies) {
  /** Checks that nothing is null. */
  public Route {
    Objects.requireNonNull(exchange, "exchange");
    Objects.requireNonNull(routingKey, "routingKey");
    copies = List.copyOf(copies);
  }

  /** With one routing key. */
  public Route(String exchange, String routingKey, boolean mandatory) {
    this(exchange, routingKey, mandatory, List.of());
  }

  /** To one queue, by the default exchange, mandatory. */
  public static Route toQueue(String queue) {
    return new Route("", queue, true);
  }

  /** The routing key and the further ones. */
  public List<String> routingKeys() {
    if (copies.isEmpty()) {
      return List.of(routingKey);
    }
    List<String> keys = new ArrayList<>(copies.size() + 1);
    keys.add(routingKey);
    keys.addAll(copies);
    return keys;
  }
}
