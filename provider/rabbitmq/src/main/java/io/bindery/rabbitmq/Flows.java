package io.bindery.rabbitmq;

import io.bindery.engine.Route;
import java.util.HashMap;
import java.util.Map;

/** The routes by which a channel publishes. For the thread that publishes. */
final class Flows {
  /** More than most applications have; who has more has them learned again. */
  private static final int MOST = 256;

  private final RabbitEngine engine;
  private final Map<Route, Flow> flows = new HashMap<>(4);
  private Flow latest;

  Flows(RabbitEngine engine) {
    this.engine = engine;
  }

  Flow of(Route route) {
    if (latest != null && latest.route() == route) {
      return latest;
    }
    Flow flow = flows.get(route);
    if (flow == null) {
      if (flows.size() == MOST) {
        flows.clear();
      }
      flow = new Flow(route, engine);
      flows.put(route, flow);
    }
    latest = flow;
    return flow;
  }
}
