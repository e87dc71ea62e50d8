package io.bindery.broker.queue;

import io.bindery.broker.routing.Publication;
import io.bindery.broker.store.Store;

/**
 * Reads publications back from the store, and charges the memory that they take. Thread-safe.
 *
 * @param store where they are
 * @param memory where memory is counted
 */
public record StoredMessages(Store store, MemoryMeter memory) implements Publication.Origin {
  @Override
  public void read(Publication publication) {
    Store.StoredMessage stored = store.message(publication.position());
    publication.restore(
        stored.message(),
        stored.route(),
        new Publication.Source(stored.connectionId(), stored.clientId()));
    memory.charged(publication.sizeBytes());
  }
}
