package io.bindery.broker.routing;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A list that is read without a lock while one writer at a time changes it. Snapshots share an
 * array: an append goes beyond what older ones look at, a removal leaves a hole in all of them, and
 * only when half are holes the rest is copied.
 *
 * @param <T> of what; compared by identity
 */
final class SharedList<T> {
  /** Null while it is empty. */
  private volatile Snapshot<T> snapshot;

  /** The first {@code used} slots of an array, of which {@code live} are no holes. */
  private record Snapshot<T>(AtomicReferenceArray<T> slots, int used, int live) {
    /** The same elements in an array with so many slots. */
    Snapshot<T> copy(int capacity) {
      AtomicReferenceArray<T> copies = new AtomicReferenceArray<>(capacity);
      int copied = 0;
      for (int i = 0; i < used; i++) {
        T element = slots.getPlain(i);
        if (element != null) {
          copies.setPlain(copied++, element);
        }
      }
      return new Snapshot<>(copies, copied, live);
    }

    Snapshot<T> with(T element) {
      slots.setPlain(used, element);
      return new Snapshot<>(slots, used + 1, live + 1);
    }

    int find(T element) {
      int slot = 0;
      while (slot < used && slots.getPlain(slot) != element) {
        slot++;
      }
      return slot < used ? slot : -1;
    }
  }

  /** Appends. Writers exclude each other. */
  void add(T element) {
    Snapshot<T> now = snapshot;
    if (now == null) {
      now = new Snapshot<>(new AtomicReferenceArray<>(1), 0, 0);
    } else if (now.used == now.slots.length()) {
      now = now.copy(now.used * 2);
    }
    snapshot = now.with(element);
  }

  /** Removes an element, and tells whether it was there. Writers exclude each other. */
  boolean remove(T element) {
    Snapshot<T> now = snapshot;
    int slot = now == null ? -1 : now.find(element);
    if (slot < 0) {
      return false;
    }
    now.slots.setPlain(slot, null);
    // A new snapshot in any case, so that whoever reads it sees the hole.
    Snapshot<T> left = new Snapshot<>(now.slots, now.used, now.live - 1);
    boolean sparse = left.live * 2 < left.used;
    snapshot = left.live == 0 ? null : sparse ? left.copy(left.live + left.live / 2 + 1) : left;
    return true;
  }

  int size() {
    Snapshot<T> now = snapshot;
    return now == null ? 0 : now.live;
  }

  /** Shows all elements, oldest first. */
  <A, B> void forEach(SelectorIndex.Visitor<? super T, A, B> visitor, A first, B second) {
    Snapshot<T> now = snapshot;
    int used = now == null ? 0 : now.used;
    for (int i = 0; i < used; i++) {
      T element = now.slots.getPlain(i);
      if (element != null) {
        visitor.visit(element, first, second);
      }
    }
  }
}
