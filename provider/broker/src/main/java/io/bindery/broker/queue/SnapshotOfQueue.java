package io.bindery.broker.queue;

import io.bindery.broker.store.KeptQueue;
import io.bindery.broker.store.KeptState;
import io.bindery.broker.store.PageRef;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * Tells a checkpoint what a queue holds. A page that is in the store as it is now is told as it is;
 * of any other, what is there and outlives the broker is written as a page for this checkpoint.
 * Under the queue's lock.
 */
final class SnapshotOfQueue {
  private final PageStore store;
  private final KeptState state;
  private final KeptQueue queue;
  private final long[] heldBelow;
  private final List<Entry> reserved = new ArrayList<>(0);

  SnapshotOfQueue(Lanes lanes, KeptState state, KeptQueue queue) {
    this.store = lanes.store();
    this.heldBelow = new long[lanes.count()];
    this.state = state;
    this.queue = queue;
  }

  void page(Page page) {
    if (page.ref == null && page.isIdle() && isKept(page)) {
      // The next checkpoint need not write it again, unless it has changed.
      page.ref = store.write(slots(page));
    }
    if (page.ref != null) {
      queue.pages().add(page.ref);
    } else {
      write(slots(page), queue.pages());
    }
  }

  private static List<Entry> slots(Page page) {
    return Arrays.asList(page.entries).subList(0, page.used);
  }

  private static boolean isKept(Page page) {
    return slots(page).stream().allMatch(entry -> entry == null || entry.kept);
  }

  void delayed(Collection<Entry> entries) {
    List<Entry> rest = new ArrayList<>(entries);
    for (int from = 0; from < rest.size(); from += Page.SLOTS) {
      write(rest.subList(from, Math.min(rest.size(), from + Page.SLOTS)), queue.delayed());
    }
  }

  /** Not yet in the journal, or in a transaction that may never commit. */
  void reserved(Entry entry) {
    if (entry.kept) {
      queue.reserved(entry.sequence);
      reserved.add(entry);
    }
  }

  /** Those of {@link #reserved(Entry)}. */
  List<Entry> reserved() {
    return reserved;
  }

  /** Below which sequence all entries of a lane lie that are in somebody's hands. */
  long heldBelow(int lane) {
    return heldBelow[lane];
  }

  private void write(List<Entry> entries, List<PageRef> into) {
    List<Entry> there = new ArrayList<>(entries.size());
    for (Entry entry : entries) {
      if (entry != null && (entry.kept || queue.parked() && entry.parked)) {
        int entryState = entry.state();
        if (entryState == Entry.RESERVED) {
          reserved(entry);
          continue;
        }
        if (entryState != Entry.READY && entryState != Entry.DELAYED) {
          heldBelow[entry.priority] = Math.max(heldBelow[entry.priority], entry.sequence + 1);
        }
        if (entryState != Entry.SETTLED) {
          there.add(entry);
        }
      }
    }
    if (!there.isEmpty()) {
      PageRef ref = store.write(there);
      into.add(ref);
      state.own(ref);
    }
  }
}
