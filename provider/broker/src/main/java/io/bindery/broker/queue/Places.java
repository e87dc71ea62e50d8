package io.bindery.broker.queue;

/**
 * Indexes of entries in ascending order, each once: a ring that is mostly added to at one end and
 * emptied at the other. Under the queue's lock.
 */
final class Places {
  private static final int FIRST_SLOTS = 16;

  /** A larger ring is given back when it is empty. */
  private static final int KEPT_SLOTS = 1_024;

  private static final long[] NOTHING = {};

  private long[] ring = NOTHING;
  private int head;
  private int size;

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }

  private long get(int position) {
    return ring[head + position & ring.length - 1];
  }

  private void set(int position, long index) {
    ring[head + position & ring.length - 1] = index;
  }

  long first() {
    return get(0);
  }

  long last() {
    return get(size - 1);
  }

  void removeFirst() {
    head = head + 1 & ring.length - 1;
    size--;
    if (size == 0 && ring.length > KEPT_SLOTS) {
      ring = NOTHING;
      head = 0;
    }
  }

  /** Adds an index in its order, unless it is there. */
  void add(long index) {
    if (size == ring.length) {
      grow();
    }
    int position = size == 0 || index > last() ? size : find(index);
    if (position < size && get(position) == index) {
      return;
    }
    // The shorter side makes room.
    if (position < size / 2) {
      head = head - 1 & ring.length - 1;
      for (int i = 0; i < position; i++) {
        set(i, get(i + 1));
      }
    } else {
      for (int i = size; i > position; i--) {
        set(i, get(i - 1));
      }
    }
    set(position, index);
    size++;
  }

  /** The first position whose index is not less. */
  private int find(long index) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (get(middle) < index) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private void grow() {
    long[] larger = new long[Math.max(FIRST_SLOTS, ring.length * 2)];
    for (int i = 0; i < size; i++) {
      larger[i] = get(i);
    }
    ring = larger;
    head = 0;
  }
}
