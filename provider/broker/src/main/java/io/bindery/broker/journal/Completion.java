package io.bindery.broker.journal;

/**
 * Hears what became of a record: one of the two, once. Called by the journal's thread in the order
 * of the log; by the caller's only if the journal is closed. Must be short, must not block and must
 * not throw.
 */
public interface Completion {
  /**
   * The record has its position. Called by whoever appends it, before anything else is, under a
   * lock of the journal: it only notes the position.
   */
  default void placed(long position) {
    // Most do not need it.
  }

  /** The record, and all before it, are on disk; without syncs: handed to the operating system. */
  void durable();

  /**
   * All that became durable with it was told so. Called once after {@link #durable}, in the order
   * of the log: who wakes others does it here, so that they find all of the group.
   */
  default void afterGroup() {
    // Most wake nobody.
  }

  /**
   * The journal has failed: whether the record is on disk, nobody knows before the next start. The
   * exception is the same for all.
   */
  void failed(JournalException why);
}
