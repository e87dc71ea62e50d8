package io.bindery.broker.queue;

import io.bindery.broker.routing.Publication;
import io.bindery.broker.store.Store;
import java.nio.ByteBuffer;

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
    int freed = 0;
    if (page.position == 0) {
      ByteBuffer index = ByteBuffer.allocate(page.used * INDEX_BYTES);
      for (int slot = 0; slot < page.used; slot++) {
        write(index, page.entries[slot]);
      }
      page.position = store.keepPage(index.flip(), queue.id() != 0);
    }
    for (int slot = 0; slot < page.used; slot++) {
      if (page.entries[slot] != null) {
        freed += page.entries[slot].publication.release();
      }
    }
    page.entries = null;
    memory.freed(freed);
  }

  private void write(ByteBuffer index, Entry entry) {
    if (entry == null) {
      index.put(new byte[INDEX_BYTES]);
      return;
    }
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

  private static Store.StoredMessage stored(Publication from) {
    return new Store.StoredMessage(
        from.message(), from.route(), from.source().connectionId(), from.source().clientId());
  }

  void load(Page page) {
    ByteBuffer index = ByteBuffer.allocate(page.used * INDEX_BYTES);
    store.readPage(page.position, index);
    index.flip();
    Entry[] entries = new Entry[page.capacity];
    for (int slot = 0; slot < page.used; slot++) {
      long position = index.getLong();
      if (position == 0) {
        index.position(index.position() + INDEX_BYTES - Long.BYTES);
      } else {
        entries[slot] = entry(index, page, position);
        entries[slot].index = page.firstIndex + slot;
      }
    }
    page.entries = entries;
  }

  private Entry entry(ByteBuffer index, Page page, long position) {
    long sequence = index.getLong();
    long expiresAtMs = index.getLong();
    int packed = index.getInt();
    int failures = index.getInt();
    int sizeBytes = index.getInt();
    boolean kept = index.getInt() == 1;
    Publication publication = new Publication(position, sizeBytes, kept, messages);
    publication.retain();
    Entry entry =
        new Entry(queue, publication, new Entry.Place(sequence, packed >>> 24, expiresAtMs));
    entry.position(position);
    entry.deliveries = packed & MAX_DELIVERIES;
    entry.failures = failures;
    entry.kept = kept;
    entry.page = page;
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

  /** A page is no longer as it was written. */
  void changed(Page page) {
    if (page.position != 0) {
      store.forget(page.position, page.used * INDEX_BYTES);
      page.position = 0;
    }
  }

  /** An entry is gone: its message is needed no more on its behalf. */
  void gone(Entry entry) {
    if (entry.position() != 0) {
      store.forget(entry.position(), entry.sizeBytes());
    }
  }
}
