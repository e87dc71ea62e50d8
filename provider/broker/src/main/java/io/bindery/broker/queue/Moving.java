package io.bindery.broker.queue;

import io.bindery.broker.store.Store;
import java.util.function.LongConsumer;
import java.util.function.LongUnaryOperator;

/**
 * Leads a queue out of a segment of the store, page by page, so that the queue's lock is held for
 * one page that is read at most. Thread-safe; what changes in between is no matter: nothing comes
 * later to be in an old segment, and what leaves needs not be moved.
 */
final class Moving {
  private static final long END = -1;

  private final MessageQueue queue;
  private final Contents contents;
  private final PageStore store;
  private final long segment;

  Moving(MessageQueue queue, Contents contents, long segment) {
    this.queue = queue;
    this.contents = contents;
    this.store = contents.lanes().store();
    this.segment = segment;
  }

  /** Shows where messages are in the segment. */
  void visit(LongConsumer positions) {
    forEach(
        entry -> {
          positions.accept(entry.position());
          return false;
        },
        false);
  }

  /** Tells the entries where their messages are now, and writes pages again. */
  void move(LongUnaryOperator moved) {
    forEach(
        entry -> {
          long to = moved.applyAsLong(entry.position());
          boolean moves = to != entry.position();
          if (moves) {
            store.moved(entry, to);
          }
          return moves;
        },
        true);
  }

  /** Does something with an entry whose message is in the segment. */
  private interface Visitor {
    /** Whether the entry has changed. */
    boolean visit(Entry entry);
  }

  private void forEach(Visitor visitor, boolean rewrites) {
    queue.locked(
        (now, after) -> {
          // Before the lanes, because what becomes due goes to the end of one.
          contents.reservedDelayed().forEach(entry -> visit(entry, visitor));
          contents.lanes().delayed().all().forEach(entry -> visit(entry, visitor));
        });
    for (int lane = 0; lane < queue.definition().lanes(); lane++) {
      int priority = lane;
      long[] next = new long[1];
      while (next[0] != END) {
        queue.locked((now, after) -> next[0] = someOf(priority, next[0], visitor, rewrites));
      }
    }
  }

  /** Shows entries up to the end of a page that must be read; answers where to go on. */
  private long someOf(int lane, long fromIndex, Visitor visitor, boolean rewrites) {
    Page page = contents.lanes().pageFrom(lane, fromIndex);
    while (page != null && !(page.isEvicted() && page.ref.needs(segment))) {
      if (!page.isEvicted()) {
        inMemory(page, visitor, rewrites);
      }
      page = page.next;
    }
    if (page == null) {
      return END;
    }
    store.load(page);
    inMemory(page, visitor, rewrites);
    store.evict(page);
    return page.firstIndex + page.used;
  }

  private void inMemory(Page page, Visitor visitor, boolean rewrites) {
    boolean changed = rewrites && page.ref != null && page.ref.needs(segment);
    for (int slot = 0; slot < page.used; slot++) {
      changed |= page.entries[slot] != null && visit(page.entries[slot], visitor);
    }
    if (changed) {
      store.changed(page);
    }
  }

  private boolean visit(Entry entry, Visitor visitor) {
    return entry.position() != 0
        && Store.segment(entry.position()) == segment
        && entry.state() != Entry.SETTLED
        && visitor.visit(entry);
  }
}
