package io.bindery.broker.store;

import io.bindery.broker.journal.Completion;
import io.bindery.broker.journal.JournalException;

/**
 * Counts a record as needed before anybody can find its segment without need.
 *
 * @param live where it is counted
 * @param bytes as which
 */
record Counted(Liveness live, int bytes) implements Completion {
  @Override
  public void placed(long position) {
    live.add(position, bytes);
  }

  @Override
  public void durable() {
    // Nobody waits.
  }

  @Override
  public void failed(JournalException why) {
    // The store has failed, and says so itself.
  }
}
