package io.bindery.broker.routing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.Route;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Targets with a name, and what reaches them. */
final class Routed {
  private Routed() {}

  record Name(String name) implements Target {}

  static Exchange exchange(String type) throws AmqpException {
    return Exchange.create(ExchangeSpec.durable(type, type));
  }

  static Publication publication(String key, Map<String, Object> headers) {
    return new Publication(
        AmqpMessage.builder().headers(headers).build(),
        new Route("x", key, false),
        new Publication.Source("", ""),
        any -> {});
  }

  static Set<String> names(Exchange exchange, String key) {
    return names(exchange, publication(key, Map.of()));
  }

  static Set<String> names(Exchange exchange, Publication publication) {
    Routing routing = new Routing();
    exchange.route(publication, routing, (name, any) -> null);
    Set<String> names = new TreeSet<>();
    for (int i = 0; i < routing.size(); i++) {
      if (routing.get(i) instanceof Name target) {
        assertTrue(names.add(target.name()), "each target once");
      }
    }
    return names;
  }
}
