package io.bindery.broker.queue;

import io.bindery.broker.routing.Publication;
import io.bindery.broker.store.PageRef;
import java.util.ArrayList;
import java.util.List;

/**
 * The entries of one priority in the order of their sequence, as a chain of pages. Under its
 * queue's lock.
 *
 * <p>The first pages, up to {@link #WINDOW} entries, and all that hold anything but ready entries
 * are in memory; with a store that evicts, others are not when it has their messages anyhow, or
 * memory is short.
 */
final class Lane {
  /** How many entries from the head on are kept as objects. */
  static final int WINDOW = 16_384;

  /** So many bytes of messages are read ahead at a time. */
  private static final int READ_AHEAD_BYTES = 256 << 10;

  /** So many entries are looked through at a time to find them. */
  private static final int READ_AHEAD_SLOTS = 512;

  private final PageStore store;
  private final Cursor head = new Cursor();
  private Page first;
  private Page last;
  private long ready;
  private long nextIndex;

  /** Up to where messages were read ahead, and from where on the next ones are. */
  private long aheadTo;

  private long aheadAgainAt;

  Lane(PageStore store) {
    this.store = store;
  }

  long ready() {
    return ready;
  }

  void append(Entry entry) {
    if (last == null || last.isFull()) {
      addPage();
    }
    last.append(entry);
    nextIndex++;
  }

  private void addPage() {
    int capacity = last == null ? Page.FIRST_SLOTS : Math.min(Page.SLOTS, last.capacity * 4);
    Page page = new Page(nextIndex, capacity);
    Page before = last;
    page.previous = before;
    last = page;
    if (before == null) {
      first = page;
    } else {
      before.next = page;
      unlinkIfEmpty(before);
      evictIfFar(before);
    }
  }

  /** Adds a page that is in the store, behind all that is here. */
  void link(PageRef ref) {
    if (last != null) {
      last.close();
    }
    Page page = new Page(nextIndex, ref);
    nextIndex += ref.slots();
    ready += ref.live();
    page.previous = last;
    if (last == null) {
      first = page;
    } else {
      last.next = page;
      unlinkIfEmpty(last);
      evictIfFar(last);
    }
    last = page;
  }

  /** Adds its pages to a list. */
  void pages(List<Page> into) {
    for (Page page = first; page != null; page = page.next) {
      if (page.live > 0) {
        into.add(page);
      }
    }
  }

  /** Tells a checkpoint what is here, of what outlives the broker. */
  void snapshot(SnapshotOfQueue into) {
    for (Page page = first; page != null; page = page.next) {
      if (page.live > 0) {
        into.page(page);
      }
    }
  }

  /**
   * Sends a full page away when nobody holds anything of it, and it is beyond the window and its
   * messages are in the store, or memory is short: only then are messages written for it.
   */
  private void evictIfFar(Page page) {
    if (page != first
        && page != last
        && store.evicts()
        && !page.isEvicted()
        && page.isIdle()
        && (store.pressed() || page.firstIndex - first.firstIndex >= WINDOW && page.isStored())) {
      store.evict(page);
    }
  }

  /** Memory is short: what may leave it does, what is delivered last first. */
  void pageOut() {
    for (Page page = first; page != null; page = page.next) {
      evictIfFar(page);
    }
    for (Page page = last; page != null && store.pressed(); page = page.previous) {
      for (int slot = page.isEvicted() ? -1 : page.used - 1; slot >= 0; slot--) {
        Entry entry = page.entries[slot];
        if (entry != null && mayUnload(entry) && store.pressed()) {
          store.unload(entry);
        }
      }
    }
  }

  /**
   * What is delivered next and not in memory, to be read now that half of what was read before is
   * delivered; often nothing. Not beyond the page.
   */
  List<Publication> ahead() {
    Page page = head.page;
    long at = head.index();
    if (page == null || page.isEvicted() || at < aheadAgainAt) {
      return List.of();
    }
    List<Publication> away = new ArrayList<>();
    int slot = (int) (Math.max(at, aheadTo) - page.firstIndex);
    int last = Math.min(page.used, slot + READ_AHEAD_SLOTS);
    for (int bytes = 0; slot < last && bytes < READ_AHEAD_BYTES; slot++) {
      Entry entry = page.entries[slot];
      if (entry != null && entry.state() == Entry.READY && !entry.publication.isInMemory()) {
        away.add(entry.publication);
        bytes += entry.publication.sizeBytes();
      }
    }
    aheadTo = page.firstIndex + Math.max(0, slot);
    aheadAgainAt = Math.min(at + (aheadTo - at + 1) / 2, page.firstIndex + page.used);
    return away;
  }

  /** Nobody has it: it waits, or its transaction is open. */
  private static boolean mayUnload(Entry entry) {
    return entry.state() == Entry.READY || entry.state() == Entry.RESERVED;
  }

  /** Makes an entry that has its slot ready. */
  void makeReady(Entry entry) {
    entry.holder = null;
    entry.state(Entry.READY);
    Page page = entry.page;
    page.ready++;
    ready++;
    if (entry.expiresAtMs != 0) {
      page.leastExpiryMs = Math.min(page.leastExpiryMs, entry.expiresAtMs);
    }
    head.rewind(entry);
    if (page != last) {
      evictIfFar(page);
    }
  }

  /** Marks a ready entry as no longer so. */
  void takeOut(Entry entry, int state) {
    store.changed(entry.page);
    entry.page.ready--;
    ready--;
    entry.state(state);
  }

  /** Frees an entry's slot, and its page when it is the last. */
  void remove(Entry entry) {
    entry.state(Entry.GONE);
    Page page = entry.page;
    store.changed(page);
    page.remove(entry);
    unlinkIfEmpty(page);
  }

  /**
   * The last page stays until there is another, so that a cursor that stands in it finds its way by
   * page.next.
   */
  private void unlinkIfEmpty(Page page) {
    if (page.live > 0 || !page.isFull() || page.next == null) {
      return;
    }
    if (page.previous == null) {
      first = page.next;
    } else {
      page.previous.next = page.next;
    }
    page.next.previous = page.previous;
    page.entries = new Entry[0];
    page.used = 0;
  }

  /** The next ready entry for consumers without a selector. */
  Entry nextReady() {
    return ready == 0 ? null : nextReady(head);
  }

  /** The next ready entry from a cursor on, which moves there. */
  Entry nextReady(Cursor cursor) {
    if (cursor.page == null) {
      cursor.page = first;
      cursor.slot = 0;
    }
    while (cursor.page != null) {
      Entry entry = nextInPage(cursor);
      if (entry != null || !nextPage(cursor)) {
        return entry;
      }
    }
    return null;
  }

  /** Moves a cursor to the beginning of the next page. False when there is none. */
  boolean nextPage(Cursor cursor) {
    Page passed = cursor.page;
    if (passed.next == null) {
      return false;
    }
    cursor.page = passed.next;
    cursor.slot = 0;
    if (cursor != head) {
      evictIfFar(passed);
    }
    return true;
  }

  /** Puts a cursor at an index, or at the first that is left. */
  void seek(Cursor cursor, long index) {
    Page page = first;
    while (page.next != null && !page.reaches(index)) {
      page = page.next;
    }
    cursor.to(page, Math.max(index, page.firstIndex));
  }

  /** The first page that reaches an index, or null. */
  Page pageFrom(long index) {
    Page page = first;
    while (page != null && !page.reaches(index)) {
      page = page.next;
    }
    return page;
  }

  /** The entry with an index, null unless it is ready. The cursor stands at or before it. */
  Entry readyAt(Cursor cursor, long index) {
    while (!cursor.page.reaches(index)) {
      if (!nextPage(cursor)) {
        return null;
      }
    }
    Page page = cursor.page;
    // The page that had it may be gone from the chain.
    if (page.ready == 0 || index < page.firstIndex) {
      return null;
    }
    cursor.to(page, index);
    if (page.isEvicted()) {
      store.load(page);
    }
    Entry entry = cursor.slot < page.used ? page.entries[cursor.slot] : null;
    return entry != null && entry.state() == Entry.READY ? entry : null;
  }

  /** The next ready entry from a cursor on, within its page, or null. */
  Entry nextInPage(Cursor cursor) {
    Page page = cursor.page;
    if (page.ready == 0) {
      // Nothing to find, but entries may still be appended here.
      cursor.slot = page.used;
      return null;
    }
    if (page.isEvicted()) {
      store.load(page);
    }
    while (cursor.slot < page.used) {
      Entry entry = page.entries[cursor.slot];
      if (entry != null && entry.state() == Entry.READY) {
        return entry;
      }
      cursor.slot++;
    }
    return null;
  }

  /**
   * Shows every entry that has a slot, in order, from an index on; pages are read back as needed.
   */
  void forEach(long fromIndex, Predicate visitor) {
    for (Page page = first; page != null; page = page.next) {
      if (page.firstIndex + page.used <= fromIndex || page.live == 0) {
        continue;
      }
      boolean evicted = page.isEvicted();
      if (evicted) {
        store.load(page);
      }
      boolean more = visit(page, fromIndex, visitor);
      if (evicted) {
        evictIfFar(page);
      }
      if (!more) {
        return;
      }
    }
  }

  private boolean visit(Page page, long fromIndex, Predicate visitor) {
    for (int slot = (int) Math.max(0, fromIndex - page.firstIndex); slot < page.used; slot++) {
      Entry entry = page.entries[slot];
      if (entry != null && !looked(entry, visitor)) {
        return false;
      }
    }
    return true;
  }

  /** Who only looks leaves nothing in memory that was not. */
  private boolean looked(Entry entry, Predicate visitor) {
    boolean away = !entry.publication.isInMemory();
    boolean more = visitor.more(entry);
    if (away) {
      store.unload(entry);
    }
    return more;
  }

  /** Whether a ready entry is one that is looked for. */
  boolean looksFor(Entry entry, Predicate wanted) {
    return looked(entry, wanted);
  }

  /** Decides whether to go on. */
  interface Predicate {
    /** Whether more are wanted. */
    boolean more(Entry entry);
  }

  /**
   * Shows the ready entries that have expired; the visitor may take them out.
   *
   * @return false when the visitor wanted no more
   */
  boolean forEachExpired(long nowMs, Predicate visitor) {
    for (Page page = first; page != null; page = page.next) {
      if (page.leastExpiryMs > nowMs) {
        continue;
      }
      boolean evicted = page.isEvicted();
      if (evicted) {
        store.load(page);
      }
      boolean more = expire(page, nowMs, visitor);
      if (evicted) {
        evictIfFar(page);
      }
      if (!more) {
        return false;
      }
    }
    return true;
  }

  private static boolean expire(Page page, long nowMs, Predicate visitor) {
    long least = Long.MAX_VALUE;
    for (int slot = 0; slot < page.used; slot++) {
      Entry entry = page.entries[slot];
      // What is not ready counts again when it becomes so.
      if (entry == null || entry.expiresAtMs == 0 || entry.state() != Entry.READY) {
        continue;
      }
      if (!entry.expired(nowMs)) {
        least = Math.min(least, entry.expiresAtMs);
      } else if (!visitor.more(entry)) {
        return false;
      }
    }
    page.leastExpiryMs = least;
    return true;
  }

  /** When the first entry expires, {@link Long#MAX_VALUE} for never. */
  long leastExpiryMs() {
    long least = Long.MAX_VALUE;
    for (Page page = first; page != null; page = page.next) {
      least = page.ready == 0 ? least : Math.min(least, page.leastExpiryMs);
    }
    return least;
  }
}
