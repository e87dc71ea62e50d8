package io.bindery.broker.queue;

import io.bindery.broker.store.PageRef;
import java.util.Arrays;

/**
 * A range of a lane: slots for consecutive entries. Evicted, it is the position of its index in the
 * store and a few numbers. Under its queue's lock.
 */
final class Page {
  /** Slots of a full-sized page. */
  static final int SLOTS = 4_096;

  /** Slots of a lane's first page: most queues are small. */
  static final int FIRST_SLOTS = 16;

  final long firstIndex;
  int capacity;
  Entry[] entries;
  int used;
  int live;
  int ready;
  long leastExpiryMs = Long.MAX_VALUE;

  /** Where it is in the store as it is now, null when it is not. */
  PageRef ref;

  Page previous;
  Page next;

  /** A page that is in the store, and not in memory. */
  Page(long firstIndex, PageRef ref) {
    this.firstIndex = firstIndex;
    this.capacity = ref.slots();
    this.used = ref.slots();
    this.live = ref.live();
    this.ready = ref.live();
    this.leastExpiryMs = ref.leastExpiryMs();
    this.ref = ref;
  }

  Page(long firstIndex, int capacity) {
    this.firstIndex = firstIndex;
    this.capacity = capacity;
    // A large page grows as it fills, so that a queue of a few thousand messages does not pay for
    // all of it.
    this.entries = new Entry[Math.min(capacity, FIRST_SLOTS * 16)];
  }

  /** Takes no more entries: what comes goes behind it. */
  void close() {
    capacity = used;
  }

  /** Whether an index is in it, or before it. */
  boolean reaches(long index) {
    return index < firstIndex + capacity;
  }

  boolean isFull() {
    return used == capacity;
  }

  /** Whether it may leave memory: nothing of it is in anybody's hands. */
  boolean isIdle() {
    return isFull() && live == ready && live > 0;
  }

  boolean isEvicted() {
    return entries == null;
  }

  /** Whether the store has all messages of it. */
  boolean isStored() {
    for (int slot = 0; slot < used; slot++) {
      if (entries[slot] != null && entries[slot].position() == 0) {
        return false;
      }
    }
    return true;
  }

  void append(Entry entry) {
    if (used == entries.length) {
      entries = Arrays.copyOf(entries, Math.min(capacity, used * 4));
    }
    entry.page = this;
    entry.index = firstIndex + used;
    entries[used++] = entry;
    live++;
  }

  void remove(Entry entry) {
    entries[(int) (entry.index - firstIndex)] = null;
    live--;
  }
}
