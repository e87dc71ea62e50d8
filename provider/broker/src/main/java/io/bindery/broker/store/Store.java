package io.bindery.broker.store;

import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Route;
import java.nio.ByteBuffer;

/**
 * Where pages of queues and the messages behind them go when memory should not hold them.
 * Thread-safe; never called back. Positions mean something to the store only.
 */
public interface Store {
  /** The store that keeps nothing: nothing is ever evicted. */
  Store NONE = new NullStore();

  /** Whether pages and messages may be put here. */
  boolean evicts();

  /**
   * Keeps a message and what its publisher said of it.
   *
   * @return its position
   */
  long keepMessage(StoredMessage message);

  /** A message that was kept. */
  StoredMessage message(long position);

  /**
   * Keeps an index page.
   *
   * @param page from its position to its limit; read during the call only
   * @return its position
   */
  long keepPage(ByteBuffer page);

  /**
   * Reads an index page.
   *
   * @param page filled from its position to its limit
   */
  void readPage(long position, ByteBuffer page);

  /** A page or message at that position is needed no more. */
  void forget(long position);

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
