package io.bindery.broker.store;

import io.bindery.broker.journal.JournalSettings;

/**
 * How a store is kept.
 *
 * @param journal how its journal is
 * @param acknowledgeWithinMs within which time acknowledgements that nobody waits for are handed to
 *     the journal
 * @param acknowledgeAtOnce whether an acknowledgement is on disk when its ticket is done, at the
 *     price of a sync
 */
public record StoreSettings(
    JournalSettings journal, long acknowledgeWithinMs, boolean acknowledgeAtOnce) {
  /** Synced, and acknowledgements written within 5 ms. */
  public static final StoreSettings DEFAULT =
      new StoreSettings(JournalSettings.DEFAULT.withDelays(1, 100), 4, false);

  /** The journal for what does not outlive the broker. */
  JournalSettings spill() {
    return journal.withSync(false);
  }
}
