package io.bindery.broker.queue;

import io.bindery.broker.routing.Publication;
import io.bindery.broker.store.PageRef;
import io.bindery.broker.store.Store;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Moves pages of one queue between memory and the store. An index page holds 40 bytes for each
 * slot:
 *
 * <pre>
 * offset bytes
 *      0     8  position of the message in the store, 0 for a slot that is free
 *      8     8  sequence
 *     16     8  expiry, ms since 1970, 0 for none
 *     24     1  priority
 *     25     3  deliveries (at most 16,777,215)
 *     28     4  failures
 *     32     4  bytes that the message takes in memory
 *     36     4  1 when the store keeps the message until it is settled
 * </pre>
 *
 * <p>What has not changed since it was read is not written again. Messages are read when they are
 * asked for. Under the queue's lock.
 */
final class PageStore {
  private static final int INDEX_BYTES = 40;
  private static final byte[] FREE = new byte[INDEX_BYTES];
  private static final int MAX_DELIVERIES = 0xFF_FFFF;

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
    ByteBuffer index = ByteBuffer.allocate(slots.size() * INDEX_BYTES);
    Summary summary = new Summary();
    for (Entry entry : slots) {
      if (entry == null) {
        index.put(FREE);
      } else {
        write(index, entry);
        summary.add(entry);
      }
    }
    long position = store.keepPage(index.flip(), queue.id() != 0);
    return summary.of(position, slots.size());
  }

  private void write(ByteBuffer index, Entry entry) {
    // Not set in the entry: its publication may be another queue's, too, and outlive this one's
    // copy.
    long position =
        entry.position() == 0 ? store.keepMessage(stored(entry.publication)) : entry.position();
    index.putLong(position).putLong(entry.sequence).putLong(entry.expiresAtMs);
    index.putInt(entry.priority << 24 | Math.min(entry.deliveries, MAX_DELIVERIES));
    index.putInt(entry.failures);
    index.putInt(entry.publication.sizeBytes());
    index.putInt(entry.kept ? 1 : 0);
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

    void add(Entry entry) {
      lane = entry.priority;
      live++;
      firstSequence = Math.min(firstSequence, entry.sequence);
      lastSequence = Math.max(lastSequence, entry.sequence);
      if (entry.expiresAtMs != 0) {
        leastExpiryMs = Math.min(leastExpiryMs, entry.expiresAtMs);
      }
      if (entry.kept) {
        kept++;
        messages.merge(Store.segment(entry.position()), (long) entry.sizeBytes(), Long::sum);
      }
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
          slots * INDEX_BYTES,
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
    for (int slot = 0; slot < entries.length; slot++) {
      long position = index.getLong();
      if (position == 0) {
        index.position(index.position() + INDEX_BYTES - Long.BYTES);
      } else {
        entries[slot] = entry(index, position);
      }
    }
    return entries;
  }

  private Entry entry(ByteBuffer index, long position) {
    long sequence = index.getLong();
    long expiresAtMs = index.getLong();
    int packed = index.getInt();
    int failures = index.getInt();
    int sizeBytes = index.getInt();
    boolean kept = index.getInt() == 1;
    Publication publication = publication(position, sizeBytes, kept);
    Entry entry =
        new Entry(queue, publication, new Entry.Place(sequence, packed >>> 24, expiresAtMs));
    entry.position(position);
    entry.deliveries = packed & MAX_DELIVERIES;
    entry.failures = failures;
    entry.kept = kept;
    entry.state(Entry.READY);
    return entry;
  }

  /** Lets the message of an entry leave memory, if the store has it. */
  void unload(Entry entry) {
    int freed = entry.publication.unload();
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

  /** An entry is gone: its message is needed no more on its behalf. */
  void gone(Entry entry) {
    if (entry.position() != 0) {
      store.forget(entry.position(), entry.sizeBytes());
    }
  }
}
