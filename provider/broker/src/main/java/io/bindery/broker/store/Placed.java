package io.bindery.broker.store;

import io.bindery.broker.journal.Completion;
import io.bindery.broker.journal.JournalException;
import java.util.List;

/**
 * Tells entries their position, and counts what is needed of it.
 *
 * @param entries whose message it is
 * @param live what is needed
 * @param next whom to tell what becomes of the record, or null
 */
record Placed(List<? extends Kept> entries, Liveness live, Completion next) implements Completion {
  @Override
  public void placed(long position) {
    for (Kept entry : entries) {
      entry.position(position);
      live.add(position, entry.sizeBytes());
    }
  }

  @Override
  public void durable() {
    if (next != null) {
      next.durable();
    }
  }

  @Override
  public void afterGroup() {
    if (next != null) {
      next.afterGroup();
    }
  }

  @Override
  public void failed(JournalException why) {
    if (next != null) {
      next.failed(why);
    }
  }
}
