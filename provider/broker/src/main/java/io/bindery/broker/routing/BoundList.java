package io.bindery.broker.routing;

import java.util.Arrays;

/**
 * Bindings that are read without a lock while one writer changes them. Snapshots share an array: an
 * append goes beyond what older ones look at, a removal leaves a hole in all of them, and only when
 * half are holes the rest is copied.
 */
final class BoundList {
  private static final Snapshot NOTHING = new Snapshot(new Bound[0], 0, 0);

  private volatile Snapshot snapshot = NOTHING;

  /** The first {@code used} slots of an array, of which {@code live} are no holes. */
  private record Snapshot(Bound[] slots, int used, int live) {}

  /** Appends. Writers hold the exchange's lock. */
  void add(Bound bound) {
    Snapshot now = snapshot;
    Bound[] slots = now.slots;
    if (now.used == slots.length) {
      slots = Arrays.copyOf(slots, Math.max(1, now.used * 2));
    }
    slots[now.used] = bound;
    snapshot = new Snapshot(slots, now.used + 1, now.live + 1);
  }

  /** Removes what was added. Writers hold the exchange's lock. */
  void remove(Bound bound) {
    Snapshot now = snapshot;
    int slot = 0;
    while (now.slots[slot] != bound) {
      slot++;
    }
    now.slots[slot] = null;
    int live = now.live - 1;
    if (live == 0) {
      snapshot = NOTHING;
    } else if (live * 2 < now.used) {
      snapshot = compacted(now, live);
    } else {
      // A new snapshot, so that whoever reads it sees the hole.
      snapshot = new Snapshot(now.slots, now.used, live);
    }
  }

  private static Snapshot compacted(Snapshot from, int live) {
    Bound[] slots = new Bound[live + live / 2 + 1];
    int used = 0;
    for (int i = 0; i < from.used; i++) {
      if (from.slots[i] != null) {
        slots[used++] = from.slots[i];
      }
    }
    return new Snapshot(slots, used, live);
  }

  boolean isEmpty() {
    return snapshot.live == 0;
  }

  void route(Publication publication, Routing into) {
    Snapshot now = snapshot;
    for (int i = 0; i < now.used; i++) {
      Bound bound = now.slots[i];
      if (bound != null) {
        bound.route(publication, into);
      }
    }
  }
}
