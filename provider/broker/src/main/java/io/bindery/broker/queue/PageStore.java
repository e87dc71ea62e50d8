package io.bindery.broker.queue;

import io.bindery.broker.routing.Publication;
import io.bindery.broker.store.Store;
import java.nio.ByteBuffer;

/**
 * Moves pages of one queue between memory and the store. An index page holds 32 bytes for each
 * slot:
 *
 * <pre>
 * offset bytes
 *      0     8  position of the message in the store, -1 for a slot that is free
 *      8     8  sequence
 *     16     8  expiry, ms since 1970, 0 for none
 *     24     1  priority
 *     25     3  deliveries (at most 16,777,215)
 *     28     4  failures
 * </pre>
 *
 * <p>Under the queue's lock.
 */
final class PageStore {
  private static final int INDEX_BYTES = 32;
  private static final int MAX_DELIVERIES = 0xFF_FFFF;

  private final MessageQueue queue;
  private final Store store;
  private final MemoryMeter memory;

  PageStore(MessageQueue queue, Store store, MemoryMeter memory) {
    this.queue = queue;
    this.store = store;
    this.memory = memory;
  }

  boolean evicts() {
    return store.evicts();
  }

  void evict(Page page) {
    ByteBuffer index = ByteBuffer.allocate(page.used * INDEX_BYTES);
    int freed = 0;
    for (int slot = 0; slot < page.used; slot++) {
      Entry entry = page.entries[slot];
      if (entry == null) {
        index.putLong(-1).putLong(0).putLong(0).putLong(0);
      } else {
        write(index, entry);
        freed += entry.publication.release();
      }
    }
    page.position = store.keepPage(index.flip());
    page.entries = null;
    memory.freed(freed);
  }

  private void write(ByteBuffer index, Entry entry) {
    Publication from = entry.publication;
    index.putLong(
        store.keepMessage(
            new Store.StoredMessage(
                from.message(), from.route(), from.connectionId(), from.clientId())));
    index.putLong(entry.sequence);
    index.putLong(entry.expiresAtMs);
    index.putInt(entry.priority << 24 | Math.min(entry.deliveries, MAX_DELIVERIES));
    index.putInt(entry.failures);
  }

  void load(Page page) {
    ByteBuffer index = ByteBuffer.allocate(page.used * INDEX_BYTES);
    store.readPage(page.position, index);
    index.flip();
    Entry[] entries = new Entry[page.capacity];
    int charged = 0;
    for (int slot = 0; slot < page.used; slot++) {
      long position = index.getLong();
      if (position < 0) {
        index.position(index.position() + INDEX_BYTES - Long.BYTES);
      } else {
        entries[slot] = read(index, page, position);
        entries[slot].index = page.firstIndex + slot;
        charged += entries[slot].message().sizeBytes();
        store.forget(position);
      }
    }
    store.forget(page.position);
    page.position = -1;
    page.entries = entries;
    memory.charged(charged);
  }

  private Entry read(ByteBuffer index, Page page, long position) {
    Store.StoredMessage stored = store.message(position);
    Publication publication =
        new Publication(stored.message(), stored.route(), stored.connectionId(), stored.clientId());
    publication.retain();
    long sequence = index.getLong();
    long expiresAtMs = index.getLong();
    int packed = index.getInt();
    Entry entry =
        new Entry(queue, publication, new Entry.Place(sequence, packed >>> 24, expiresAtMs));
    entry.deliveries = packed & MAX_DELIVERIES;
    entry.failures = index.getInt();
    entry.page = page;
    entry.state(Entry.READY);
    return entry;
  }
}
