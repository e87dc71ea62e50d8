package io.bindery.broker.store;

import io.bindery.broker.journal.JournalSettings;

/**
 * How a store is kept.
 *
 * @param journal how its journal is
 * @param acknowledgeWithinMs within which time acknowledgements that nobody waits for are handed to
 *     the journal
 */
public record StoreSettings(JournalSettings journal, long acknowledgeWithinMs) {
  /** Synced, and acknowledgements written within 5 ms. */
  public static final StoreSettings DEFAULT =
      new StoreSettings(JournalSettings.DEFAULT.withDelays(1, 100), 4);

  /** The journal for what does not outlive the broker. */
  JournalSettings spill() {
    return journal.withSync(false);
  }
}
