package io.bindery.broker.journal;

import io.bindery.broker.journal.JournalException.Reason;

/** How damage is told: file, offset, what is wrong, what to do. */
final class Damage {
  private Damage() {}

  static JournalException at(String file, long offset, String what) {
    return new JournalException(
        Reason.DAMAGED,
        file + ", offset " + offset + ": " + what,
        "Restore the directory from a backup; what can still be read, 'store verify' tells, and 'store"
            + " export' saves");
  }
}
