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
 * @param keepNonPersistent whether non-persistent messages on durable queues outlive an orderly
 *     restart
 */
public record StoreSettings(
    JournalSettings journal,
    long acknowledgeWithinMs,
    boolean acknowledgeAtOnce,
    boolean keepNonPersistent) {
  /** Synced, and acknowledgements written within 5 ms. */
  public static final StoreSettings DEFAULT =
      new StoreSettings(JournalSettings.DEFAULT.withDelays(1, 100), 4, false);

  /** Non-persistent messages outlive no restart. */
  public StoreSettings(
      JournalSettings journal, long acknowledgeWithinMs, boolean acknowledgeAtOnce) {
    this(journal, acknowledgeWithinMs, acknowledgeAtOnce, false);
  }

  /** The same with another fate of non-persistent messages. */
  public StoreSettings withNonPersistentKept(boolean kept) {
    return new StoreSettings(journal, acknowledgeWithinMs, acknowledgeAtOnce, kept);
  }

  /**
   * The journal for what does not outlive the broker. The last of the space is not for it, or what
   * is acknowledged could not be kept.
   */
  JournalSettings spill() {
    return journal.withSync(false).withLeftBytes(journal.minFreeBytes() / 3 * 2);
  }
}
