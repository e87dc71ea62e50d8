package io.bindery.engine;

/**
 * What publishes and settles belong to: the auto-commit of a channel, a local transaction or an XA
 * branch. An object of the engine, not state of a channel. One thread at a time.
 */
public interface Transaction {
  /** Whether each operation stands for itself. */
  boolean autoCommit();

  /**
   * Makes all of it visible at once, or nothing. Afterwards the transaction is over. An auto-commit
   * has nothing to commit and is done.
   */
  Ticket<Void> commit();

  /**
   * Undoes its publishes; what it settled is unsettled again, in the hands of its consumer, who
   * gives it back with {@link Channel#giveBack}. Afterwards the transaction is over.
   */
  Ticket<Void> rollback();
}
