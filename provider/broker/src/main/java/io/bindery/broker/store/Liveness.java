package io.bindery.broker.store;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * How many bytes of each segment of a journal are still needed. A message counts once for each
 * entry that has it. Thread-safe.
 */
final class Liveness {
  private static final int SEGMENT_SHIFT = 32;

  private final Map<Long, AtomicLong> bytes = new ConcurrentHashMap<>();
  private final ReadWriteLock telling = new ReentrantReadWriteLock();

  /**
   * Held by who tells the journal where messages are, from when it looks where until the record has
   * its position: messages that are moved meanwhile are needed at their old places, too.
   */
  Lock telling() {
    return telling.readLock();
  }

  /** Held by who finds out what is needed no more. Short. */
  Lock deciding() {
    return telling.writeLock();
  }

  static long segment(long position) {
    return position >>> SEGMENT_SHIFT;
  }

  void add(long position, long count) {
    addTo(segment(position), count);
  }

  void addTo(long segment, long count) {
    bytes.computeIfAbsent(segment, any -> new AtomicLong()).addAndGet(count);
  }

  /** Adds all that was found. */
  void add(KeptState state) {
    for (KeptQueue queue : state.queues()) {
      queue.pages().forEach(this::add);
      queue.delayed().forEach(this::add);
      queue.entries().values().forEach(this::add);
    }
    state.branches().stream()
        .flatMap(branch -> branch.enqueued().stream())
        // Of a queue that was deleted meanwhile nobody says that they have left.
        .filter(entry -> state.queue(entry.queueId()) != null)
        .forEach(this::add);
  }

  private void add(KeptEntry entry) {
    add(entry.position(), entry.sizeBytes());
  }

  private void add(PageRef page) {
    add(page.position(), page.bytes());
    for (int i = 0; i < page.messages().length; i += 2) {
      // What was spilled is not there any more.
      if (page.messages()[i] < segment(Spill.MARK)) {
        addTo(page.messages()[i], page.messages()[i + 1]);
      }
    }
  }

  /** So many are needed no more; answers how many of the segment still are. */
  long remove(long position, long count) {
    AtomicLong live = bytes.get(segment(position));
    return live == null ? 0 : live.addAndGet(-count);
  }

  long live(long segment) {
    AtomicLong live = bytes.get(segment);
    return live == null ? 0 : live.get();
  }

  void forget(List<Long> segments) {
    segments.forEach(bytes::remove);
  }
}
