package io.bindery.broker.store;

import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Route;
import java.nio.ByteBuffer;

/**
 * Where pages of queues and the messages behind them go when memory should not hold them.
 * Thread-safe; never called back. Positions are greater than 0, and mean something to the store
 * only.
 */
public interface Store {
  /** The store that keeps nothing: nothing is ever evicted. */
  Store NONE = new NullStore();

  /** The segment of a position of a message or a page. */
  static long segment(long position) {
    return Liveness.segment(position);
  }

  /** Whether pages and messages may be put here. */
  boolean evicts();

  /**
   * Keeps a message and what its publisher said of it, for this run of the broker.
   *
   * @return its position
   */
  long keepMessage(StoredMessage message);

  /** A message that was kept, here or by the ledger of this store. */
  StoredMessage message(long position);

  /** Hears of messages that are read. */
  @FunctionalInterface
  interface Reader {
    /** A message, and the index of its position. */
    void message(int index, StoredMessage message);
  }

  /**
   * Reads several messages; neighbours together.
   *
   * @param positions ascending
   */
  default void messages(long[] positions, Reader reader) {
    for (int i = 0; i < positions.length; i++) {
      reader.message(i, message(positions[i]));
    }
  }

  /**
   * Reads what somebody will ask for soon, on a thread of the store.
   *
   * @param read calls {@link #messages}; must not throw
   */
  default void readAhead(Runnable read) {
    // Then it is read when it is asked for.
  }

  /**
   * Keeps an index page.
   *
   * @param page from its position to its limit; read during the call only
   * @param durable whether it is of a queue that outlives the broker
   * @return its position
   */
  long keepPage(ByteBuffer page, boolean durable);

  /**
   * Reads an index page.
   *
   * @param page filled from its position to its limit
   */
  void readPage(long position, ByteBuffer page);

  /**
   * A page, or a message on behalf of one entry, is needed no more.
   *
   * @param bytes its size: of a page as it was kept, of a message as it counts in memory
   */
  void forget(long position, int bytes);

  /**
   * An entry has its message elsewhere from now on.
   *
   * @param bytes as the message counts in memory
   */
  default void moved(long from, long to, int bytes) {
    throw new IllegalStateException("a store that moves nothing was told that something moved");
  }

  /**
   * A message with what its publisher said of it.
   *
   * @param message the message
   * @param route where it was published
   * @param connectionId identifies the publisher's connection, empty for none
   * @param clientId the publisher's client identifier, empty for none
   */
  record StoredMessage(AmqpMessage message, Route route, String connectionId, String clientId) {}
}
