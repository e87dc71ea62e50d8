package io.bindery.broker.store;

import io.bindery.broker.journal.DiskDirectory;
import io.bindery.broker.journal.JournalDirectory;
import java.io.IOException;

/**
 * Where a store is.
 *
 * @param journal the log of all that outlives the broker; its lock is the store's
 * @param checkpoints what a start begins with
 * @param spill what leaves memory and does not outlive the broker
 */
public record StoreDirectories(
    JournalDirectory journal, JournalDirectory checkpoints, JournalDirectory spill) {
  static final String CHECKPOINTS = "checkpoints";

  /** A directory of the file system, made if it is not there, with one in it for each. */
  public static StoreDirectories in(String directory) throws IOException {
    return new StoreDirectories(
        new DiskDirectory(directory),
        new DiskDirectory(directory + "/" + CHECKPOINTS),
        new DiskDirectory(directory + "/spill"));
  }
}
