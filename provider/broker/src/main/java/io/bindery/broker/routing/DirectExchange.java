package io.bindery.broker.routing;

import io.bindery.engine.ExchangeSpec;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Reaches what is bound with the message's routing key (AMQP 0-9-1, 3.1.3.1). */
final class DirectExchange extends Exchange {
  private final Map<String, Bounds> byKey = new ConcurrentHashMap<>();

  DirectExchange(ExchangeSpec spec) {
    super(spec);
  }

  @Override
  void reach(Publication publication, Routing into) {
    reach(publication.route().routingKey(), publication, into);
    for (String key : publication.route().copies()) {
      reach(key, publication, into);
    }
  }

  private void reach(String key, Publication publication, Routing into) {
    Bounds bounds = byKey.get(key);
    if (bounds != null) {
      bounds.route(publication, into);
    }
  }

  @Override
  void insert(Bound bound) {
    byKey.computeIfAbsent(bound.binding().routingKey(), key -> new Bounds()).add(bound);
  }

  @Override
  void remove(Bound bound) {
    Bounds bounds = byKey.get(bound.binding().routingKey());
    bounds.remove(bound);
    if (bounds.isEmpty()) {
      byKey.remove(bound.binding().routingKey());
    }
  }
}
