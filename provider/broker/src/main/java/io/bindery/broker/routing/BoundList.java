package io.bindery.broker.routing;

import io.bindery.engine.Binding;
import java.util.Arrays;
import java.util.function.Predicate;

/**
 * Bindings that are read without a lock while one writer changes them: an append shares the array
 * with older snapshots, who do not look beyond their own size; a removal copies.
 */
final class BoundList {
  private volatile Snapshot snapshot = new Snapshot(new Bound[2], 0);

  private record Snapshot(Bound[] bounds, int size) {}

  /** Appends. Writers hold the exchange's lock. */
  void add(Bound bound) {
    Snapshot now = snapshot;
    Bound[] bounds =
        now.size == now.bounds.length ? Arrays.copyOf(now.bounds, now.size * 2) : now.bounds;
    bounds[now.size] = bound;
    snapshot = new Snapshot(bounds, now.size + 1);
  }

  /** Removes. Writers hold the exchange's lock. */
  void remove(Binding binding) {
    Snapshot now = snapshot;
    Bound[] kept = new Bound[Math.max(2, now.size)];
    int size = 0;
    for (int i = 0; i < now.size; i++) {
      if (!now.bounds[i].binding().equals(binding)) {
        kept[size++] = now.bounds[i];
      }
    }
    snapshot = new Snapshot(kept, size);
  }

  boolean isEmpty() {
    return snapshot.size == 0;
  }

  void route(Publication publication, Routing into) {
    Snapshot now = snapshot;
    for (int i = 0; i < now.size; i++) {
      now.bounds[i].route(publication, into);
    }
  }

  void route(Publication publication, Routing into, Predicate<Bound> which) {
    Snapshot now = snapshot;
    for (int i = 0; i < now.size; i++) {
      if (which.test(now.bounds[i])) {
        now.bounds[i].route(publication, into);
      }
    }
  }
}
