package io.bindery.broker.journal;

/** How soon a record must be on disk. */
public enum Commitment {
  /** As soon as can be: the writer is woken, and syncs. */
  SYNC,
  /**
   * With the next group, or when its delays are over ({@link JournalSettings#writeDelayMs}, {@link
   * JournalSettings#syncDelayMs}). Costs nobody a sync of its own.
   */
  LATER
}
