package io.bindery.broker.queue;

import io.bindery.broker.routing.Publication;
import io.bindery.broker.store.Store;
import io.bindery.broker.store.Store.StoredMessage;
import io.bindery.broker.store.StoreException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Reads publications back from the store, and charges the memory that they take. Thread-safe.
 *
 * @param store where they are
 * @param memory where memory is counted
 */
public record StoredMessages(Store store, MemoryMeter memory) implements Publication.Origin {
  @Override
  public void read(Publication publication) {
    StoredMessage stored = store.message(publication.position());
    publication.restore(stored.message(), stored.route(), source(stored));
    memory.charged(publication.sizeBytes());
  }

  private static Publication.Source source(StoredMessage stored) {
    return new Publication.Source(stored.connectionId(), stored.clientId());
  }

  /** A publication that is to be read, and where it was then. */
  private record Wanted(Publication publication, long position) {}

  /**
   * Reads what of these is not in memory, together. What moves meanwhile, or cannot be read, stays
   * away: whoever asks for it reads it then, or hears why not.
   */
  void readAll(List<Publication> publications) {
    Wanted[] wanted =
        publications.stream()
            .filter(each -> !each.isInMemory())
            .map(each -> new Wanted(each, each.position()))
            .sorted(Comparator.comparingLong(Wanted::position))
            .toArray(Wanted[]::new);
    if (wanted.length == 0) {
      return;
    }
    long[] charged = new long[1];
    try {
      store.messages(
          Arrays.stream(wanted).mapToLong(Wanted::position).toArray(),
          (index, stored) -> {
            Publication one = wanted[index].publication;
            if (one.restoreFrom(
                wanted[index].position, stored.message(), stored.route(), source(stored))) {
              charged[0] += one.sizeBytes();
            }
          });
    } catch (StoreException e) {
      // Who needs that one reads it by itself, and fails if it must.
    } finally {
      memory.charged(charged[0]);
    }
  }
}
