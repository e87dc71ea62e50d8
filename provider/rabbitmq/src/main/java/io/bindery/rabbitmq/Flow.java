package io.bindery.rabbitmq;

import io.bindery.engine.AmqpException;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.Route;

/**
 * What a channel has learned of a route: where publishes go well, the next ones need not wait for
 * their confirms. It is forgotten when one failed, and when this engine changed the topology.
 *
 * <p>For the thread that publishes, and the connection's.
 */
final class Flow {
  private final Route route;
  private final RabbitEngine engine;
  private volatile PublishOutcome usual;
  private volatile long asked;

  Flow(Route route, RabbitEngine engine) {
    this.route = route;
    this.engine = engine;
  }

  Route route() {
    return route;
  }

  /** What becomes of a publish that does not wait; null when it must. */
  PublishOutcome ahead() {
    long now = engine.topology();
    if (usual != null && asked == now) {
      return usual;
    }
    usual = null;
    asked = now;
    return null;
  }

  /**
   * A publish was confirmed, or failed.
   *
   * @param waited whether its sender did; others may be older than the topology is
   */
  void became(PublishOutcome outcome, AmqpException failure, boolean waited) {
    if (!isFine(outcome, failure)) {
      usual = null;
    } else if (waited || usual != null) {
      usual = outcome;
    }
  }

  /** Whether its sender may go on as if nothing had happened. */
  boolean isFine(PublishOutcome outcome, AmqpException failure) {
    return failure == null
        && (outcome == PublishOutcome.ROUTED
            || outcome == PublishOutcome.UNROUTED && !route.mandatory());
  }

  /** What became of a publish that was not fine. */
  String told(PublishOutcome outcome, AmqpException failure) {
    String to =
        route.exchange().isEmpty()
            ? "queue '" + route.routingKey() + "'"
            : "exchange '" + route.exchange() + "' with key '" + route.routingKey() + "'";
    if (failure != null) {
      return to + ": " + failure.getMessage();
    }
    return to
        + (outcome == PublishOutcome.UNROUTED
            ? ": no queue is bound"
            : ": a queue has reached its length limit and refuses more");
  }
}
