package io.bindery.broker.routing;

import io.bindery.engine.ExchangeSpec;

/** Reaches all that is bound, whatever the key (AMQP 0-9-1, 3.1.3.2). */
final class FanoutExchange extends Exchange {
  private final Bounds bounds = new Bounds();

  FanoutExchange(ExchangeSpec spec) {
    super(spec);
  }

  @Override
  void reach(Publication publication, Routing into) {
    bounds.route(publication, into);
  }

  @Override
  void insert(Bound bound) {
    bounds.add(bound);
  }

  @Override
  void remove(Bound bound) {
    bounds.remove(bound);
  }
}
