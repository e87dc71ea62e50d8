package io.bindery.broker.routing;

import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Binding;
import io.bindery.engine.ExchangeSpec;
import java.util.function.Predicate;

/** Reaches what is bound with arguments that the message's headers have (AMQP 0-9-1, 3.1.3.4). */
final class HeadersExchange extends Exchange {
  private final Bounds bounds = new Bounds();

  HeadersExchange(ExchangeSpec spec) {
    super(spec);
  }

  @Override
  Predicate<AmqpMessage> condition(Binding binding) throws AmqpException {
    return HeadersMatch.of(binding.source(), binding.arguments());
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
