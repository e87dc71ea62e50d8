package io.bindery.broker.routing;

/**
 * Bindings that lead where a message goes if their own conditions allow it. Routing takes no lock.
 */
final class Bounds {
  private final SelectorIndex<Bound> index = new SelectorIndex<>();

  /** Adds a binding. Writers hold the exchange's lock. */
  void add(Bound bound) {
    index.add(bound.selector(), bound);
  }

  /** Removes what was added. Writers hold the exchange's lock. */
  void remove(Bound bound) {
    index.remove(bound.selector(), bound);
  }

  boolean isEmpty() {
    return index.isEmpty();
  }

  void route(Publication publication, Routing into) {
    index.forEachCandidate(publication.message(), Bound::route, publication, into);
  }
}
