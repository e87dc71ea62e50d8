package io.bindery.broker.routing;

import io.bindery.engine.Binding;
import io.bindery.engine.selector.Selector;

/**
 * A binding, resolved.
 *
 * @param binding what was asked
 * @param target where it leads
 * @param selector what must match
 * @param noLocal whose publishes are left out, or null
 */
record Bound(Binding binding, Target target, Selector selector, NoLocal noLocal) {
  /** Adds the target when selector and no-local allow it. */
  void route(Publication publication, Routing into) {
    if ((noLocal == null || !noLocal.isLocal(publication))
        && selector.matches(publication.message())) {
      into.add(target, publication);
    }
  }
}
