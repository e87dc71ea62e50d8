package io.bindery.broker.queue;

import java.util.Collection;
import java.util.Collections;
import java.util.PriorityQueue;

/**
 * Entries that are not yet due, by due time and then by the order of their sends. When due they go
 * to the end of their lane, as if they were sent then, so they never block what is behind them.
 * Under the queue's lock.
 */
final class DelayedEntries {
  private final PriorityQueue<Entry> byTime =
      new PriorityQueue<>(
          1,
          (a, b) ->
              a.dueMs != b.dueMs
                  ? Long.compare(a.dueMs, b.dueMs)
                  : Long.compare(a.sequence(), b.sequence()));

  void add(Entry entry) {
    byTime.add(entry);
  }

  /** All of them, in no order. */
  Collection<Entry> all() {
    return Collections.unmodifiableCollection(byTime);
  }

  /** The next that is due, taken out, or null. */
  Entry due(long nowMs) {
    Entry next = byTime.peek();
    return next != null && next.dueMs <= nowMs ? byTime.poll() : null;
  }

  /** When the next is due, {@link Long#MAX_VALUE} for never. */
  long nextMs() {
    Entry next = byTime.peek();
    return next == null ? Long.MAX_VALUE : next.dueMs;
  }

  /** Takes one out, whatever its time; null when there is none. */
  Entry poll() {
    return byTime.poll();
  }
}
