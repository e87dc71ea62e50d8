package io.bindery.testkit;

import io.bindery.broker.store.StoreDirectories;
import java.util.Set;

/**
 * What a store is on, in one machine.
 *
 * @param journal has the counted steps of all three
 * @param checkpoints the checkpoints' directory
 * @param spill for what need not outlive the broker
 */
public record Disks(FaultyDirectory journal, FaultyDirectory checkpoints, FaultyDirectory spill) {
  /** New disks; what they do by chance follows from the seed. */
  public static Disks empty(long seed, Set<FaultyDirectory.Sabotage> sabotage) {
    FaultyDirectory journal = new FaultyDirectory(seed, sabotage);
    FaultyDirectory checkpoints = journal.beside();
    return new Disks(journal, checkpoints, checkpoints.beside());
  }

  /** For a store. */
  public StoreDirectories directories() {
    return new StoreDirectories(journal, checkpoints, spill);
  }

  /** As they are found when the power is back; these can do no more. */
  public Disks afterCrash() {
    return new Disks(journal.afterCrash(), checkpoints.afterCrash(), spill.afterCrash());
  }

  /** As another process finds them when this one was killed; these can do no more. */
  public Disks afterKill() {
    return new Disks(journal.afterKill(), checkpoints.afterKill(), spill.afterKill());
  }

  /** Another machine's, where all is on disk that is read here now; these go on. */
  public Disks copy() {
    return new Disks(journal.copy(), checkpoints.copy(), spill.copy());
  }

  /** Whether a step was told to crash or to fail, and has been reached. */
  public boolean areFaulty() {
    return journal.hasCrashed() || journal.hasFailed();
  }
}
