package io.bindery.broker.queue;

import io.bindery.broker.routing.Publication;
import io.bindery.broker.store.Ledger;
import io.bindery.broker.store.PageRef;
import io.bindery.broker.store.PageSlot;
import io.bindery.broker.store.Store;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Moves pages of one queue between memory and the store. An index page holds a {@link PageSlot} for
 * each slot.
 *
 * <p>What has not changed since it was read is not written again. Messages are read when they are
 * asked for. Under the queue's lock.
 */
final class PageStore {
  private final MessageQueue queue;
  private final Store store;
  private final MemoryMeter memory;
  private final StoredMessages messages;

  PageStore(MessageQueue queue, Store store, MemoryMeter memory) {
    this.queue = queue;
    this.store = store;
    this.memory = memory;
    this.messages = new StoredMessages(store, memory);
  }

  boolean evicts() {
    return store.evicts();
  }

  /** Whether memory is short, so that what the store has should leave it. */
  boolean pressed() {
    return store.evicts() && memory.pressed();
  }

  void evict(Page page) {
    if (page.ref == null) {
      page.ref = write(Arrays.asList(page.entries).subList(0, page.used));
    }
    int freed = 0;
    for (int slot = 0; slot < page.used; slot++) {
      if (page.entries[slot] != null) {
        freed += page.entries[slot].publication.release();
      }
    }
    page.entries = null;
    memory.freed(freed);
  }

  /** Writes slots as a page; null is a free one. At least one is taken. */
  PageRef write(List<Entry> slots) {
    ByteBuffer index = ByteBuffer.allocate(slots.size() * PageSlot.BYTES);
    Summary summary = new Summary();
    for (Entry entry : slots) {
      if (entry == null) {
        PageSlot.writeFree(index);
      } else {
        summary.add(entry, write(index, entry));
      }
    }
    long position = store.keepPage(index.flip(), queue.id() != 0);
    return summary.of(position, slots.size());
  }

  /** Answers where its message is. */
  private long write(ByteBuffer index, Entry entry) {
    // Not set in the entry: its publication may be another queue's, too, and outlive this one's
    // copy.
    long position =
        entry.position() == 0 ? store.keepMessage(stored(entry.publication)) : entry.position();
    new PageSlot(
            position,
            entry.sequence,
            entry.expiresAtMs,
            entry.priority,
            entry.deliveries,
            entry.failures,
            entry.publication.sizeBytes(),
            entry.kept,
            entry.parked,
            entry.suspect)
        .write(index);
    return position;
  }

  /** What a page says of itself. */
  private static final class Summary {
    private final TreeMap<Long, Long> messages = new TreeMap<>();
    private int lane;
    private int live;
    private int kept;
    private long leastExpiryMs = Long.MAX_VALUE;
    private long firstSequence = Long.MAX_VALUE;
    private long lastSequence;

    void add(Entry entry, long position) {
      lane = entry.priority;
      live++;
      firstSequence = Math.min(firstSequence, entry.sequence);
      lastSequence = Math.max(lastSequence, entry.sequence);
      if (entry.expiresAtMs != 0) {
        leastExpiryMs = Math.min(leastExpiryMs, entry.expiresAtMs);
      }
      kept += entry.kept ? 1 : 0;
      messages.merge(Store.segment(position), (long) entry.sizeBytes(), Long::sum);
    }

    PageRef of(long position, int slots) {
      long[] pairs = new long[messages.size() * 2];
      int at = 0;
      for (Map.Entry<Long, Long> each : messages.entrySet()) {
        pairs[at++] = each.getKey();
        pairs[at++] = each.getValue();
      }
      return new PageRef(
          position,
          slots * PageSlot.BYTES,
          lane,
          slots,
          live,
          kept,
          leastExpiryMs,
          firstSequence,
          lastSequence,
          pairs);
    }
  }

  private static Store.StoredMessage stored(Publication from) {
    return new Store.StoredMessage(
        from.message(), from.route(), from.source().connectionId(), from.source().clientId());
  }

  void load(Page page) {
    Entry[] entries = Arrays.copyOf(read(page.ref), page.capacity);
    for (int slot = 0; slot < page.used; slot++) {
      if (entries[slot] != null) {
        entries[slot].index = page.firstIndex + slot;
        entries[slot].page = page;
      }
    }
    page.entries = entries;
  }

  /** Reads the slots of a page: ready entries, whose messages are read when they are asked for. */
  Entry[] read(PageRef ref) {
    ByteBuffer index = ByteBuffer.allocate(ref.bytes());
    store.readPage(ref.position(), index);
    index.flip();
    Entry[] entries = new Entry[ref.slots()];
    for (int i = 0; i < entries.length; i++) {
      PageSlot slot = PageSlot.read(index);
      entries[i] = slot == null ? null : entry(slot);
    }
    return entries;
  }

  private Entry entry(PageSlot slot) {
    Publication publication = publication(slot.position(), slot.sizeBytes(), slot.kept());
    Entry entry =
        new Entry(
            queue, publication, new Entry.Place(slot.sequence(), slot.lane(), slot.expiresAtMs()));
    entry.position(slot.position());
    entry.deliveries = slot.deliveries();
    entry.failures = slot.failures();
    entry.kept = slot.kept();
    entry.parked = slot.parked();
    entry.suspect = slot.suspect();
    entry.state(Entry.READY);
    return entry;
  }

  /**
   * Puts what the store does not keep of a page where the next broker finds it.
   *
   * @return how many bytes that are
   */
  long park(Page page, Ledger ledger) {
    if (page.ref != null && page.ref.kept() == page.ref.live()) {
      return 0;
    }
    boolean evicted = page.isEvicted();
    if (evicted) {
      load(page);
    }
    long bytes = 0;
    for (int slot = 0; slot < page.used; slot++) {
      bytes += page.entries[slot] == null ? 0 : park(page.entries[slot], ledger);
    }
    if (bytes > 0) {
      changed(page);
    }
    if (evicted) {
      evict(page);
    }
    return bytes;
  }

  /** The same for an entry. */
  long park(Entry entry, Ledger ledger) {
    int state = entry.state();
    if (entry.kept || entry.parked || state != Entry.READY && state != Entry.DELAYED) {
      return 0;
    }
    long before = entry.position();
    ledger.stage(before == 0 ? stored(entry.publication) : store.message(before), List.of(entry));
    if (before != 0) {
      store.forget(before, entry.sizeBytes());
    }
    entry.parked = true;
    return entry.sizeBytes();
  }

  /**
   * Lets the message of an entry leave memory. If the store does not have it, it gets it, unless
   * other queues have the message, too, and not in the store.
   */
  void unload(Entry entry) {
    Publication publication = entry.publication;
    if (publication.position() == 0 && publication.isInMemory() && publication.isAlone()) {
      if (entry.position() == 0) {
        entry.position(store.keepMessage(stored(publication)));
      }
      publication.position(entry.position());
    }
    int freed = publication.unload();
    if (freed > 0) {
      memory.freed(freed);
    }
  }

  /** A publication that is in the store, held once. */
  Publication publication(long position, int sizeBytes, boolean kept) {
    Publication publication = new Publication(position, sizeBytes, kept, messages);
    publication.retain();
    return publication;
  }

  /** A page is no longer as it was written. */
  void changed(Page page) {
    if (page.ref != null) {
      forget(page.ref);
      page.ref = null;
    }
  }

  /** A page in the store is needed no more. */
  void forget(PageRef ref) {
    store.forget(ref.position(), ref.bytes());
  }

  /** An entry has its message elsewhere from now on. */
  void moved(Entry entry, long to) {
    store.moved(entry.position(), to, entry.sizeBytes());
    entry.position(to);
    entry.publication.moved(to);
  }

  /** An entry is gone: its message is needed no more on its behalf. */
  void gone(Entry entry) {
    if (entry.position() != 0) {
      store.forget(entry.position(), entry.sizeBytes());
    }
  }
}
