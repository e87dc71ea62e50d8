package io.bindery.amqp.server;

import io.bindery.engine.Transaction;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * How many publishes of the local transactions of a connection were not taken, so that a client
 * that does not wait for each has its commit fail. On the event loop.
 */
final class Refusals {
  private static final Refused NONE = new Refused(0, "");

  private final Map<Transaction, Refused> counted = new IdentityHashMap<>(0);

  /**
   * Those of a transaction.
   *
   * @param last what became of the last
   */
  record Refused(int count, String last) {}

  /** A local transaction has begun: until it is over they count. */
  void begun(Transaction transaction) {
    counted.put(transaction, NONE);
  }

  /** Whether anybody will ask. */
  boolean count(Transaction within) {
    return counted.containsKey(within);
  }

  void add(Transaction within, String what) {
    counted.put(within, new Refused(in(within).count + 1, what));
  }

  Refused in(Transaction within) {
    return counted.getOrDefault(within, NONE);
  }

  void forget(Transaction over) {
    counted.remove(over);
  }
}
