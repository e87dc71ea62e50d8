package io.bindery.engine;

import java.util.Objects;

/**
 * Where a message is published: an exchange, a routing key, and whether it is an error that no
 * queue is bound. A producer keeps one for each destination; deliveries share it.
 *
 * @param exchange its name, empty for the default exchange
 * @param routingKey at most 255 bytes
 * @param mandatory whether the outcome tells UNROUTED as a failure of the transaction, too
 */
public record Route(String exchange, String routingKey, boolean mandatory) {
  /** Checks that nothing is null. */
  public Route {
    Objects.requireNonNull(exchange, "exchange");
    Objects.requireNonNull(routingKey, "routingKey");
  }

  /** To one queue, by the default exchange, mandatory. */
  public static Route toQueue(String queue) {
    return new Route("", queue, true);
  }
}
