package io.bindery.broker.routing;

import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Binding;
import io.bindery.engine.selector.Selector;
import java.util.function.Predicate;

/**
 * A binding, resolved.
 *
 * @param binding what was asked
 * @param target where it leads
 * @param condition what the exchange's type asks of the message, the routing key apart
 * @param selector what must match
 * @param noLocal whose publishes are left out, or null
 */
record Bound(
    Binding binding,
    Target target,
    Predicate<AmqpMessage> condition,
    Selector selector,
    NoLocal noLocal) {
  /** Adds the target when condition, selector and no-local allow it. */
  void route(Publication publication, Routing into) {
    if ((noLocal == null || !noLocal.isLocal(publication))
        && condition.test(publication.message())
        && selector.matches(publication.message())) {
      into.add(target);
    }
  }
}
