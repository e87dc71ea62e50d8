package io.bindery.broker.queue;

import io.bindery.broker.journal.Completion;
import io.bindery.broker.journal.JournalException;
import io.bindery.broker.runtime.Environment;
import io.bindery.broker.store.Ledger;

/**
 * What may have been in delivery when the broker before died: one of it may have killed that
 * broker. So it is handed out one at a time, and before each it is on disk that it has failed; that
 * is taken back when it is given back unseen, and leaves with it when it is accepted. The next
 * crash therefore names one message of the queue, and that one alone counts a failure.
 *
 * <p>A session that holds it and asks for more has seen it to its end, even if it settles later,
 * with others: then the next is named in its place, or whoever settles in batches would wait for
 * ever. Under the queue's lock.
 */
final class Suspects {
  /**
   * So many are handed out alone at most. When selectors had taken entries out of order all of a
   * backlog is suspect, and a sync for each would take hours; each life of the broker looks at so
   * many more, so none that kills is passed over for ever.
   */
  static final int MOST = 4_096;

  private static final long LEAST_PATIENCE_MS = 100;
  private static final long MOST_PATIENCE_MS = 10_000;

  private final MessageQueue queue;
  private final Keeping keeping;
  private final Ledger ledger;
  private final Environment environment;

  /** Of which the store says that it has failed; null when of none. */
  private Entry named;

  private boolean someFound;
  private boolean onDisk;
  private int handedOut;

  /** How long what is named waits for whoever wanted it, longer each time that nobody comes. */
  private long patienceMs = LEAST_PATIENCE_MS;

  Suspects(MessageQueue queue, Keeping keeping, QueueEnvironment outside) {
    this.queue = queue;
    this.keeping = keeping;
    this.ledger = outside.ledger();
    this.environment = outside.environment();
  }

  /** There are some: the broker before has not ended in order. */
  void found() {
    someFound = true;
  }

  /** Whether an entry is to be handed out alone. */
  boolean has(Entry entry) {
    return someFound && entry.suspect && (entry == named || handedOut < MOST);
  }

  /**
   * Whether a suspect may be delivered now. If not, and it is its turn, it is named, and consumers
   * are woken when that is on disk.
   *
   * @param owner who asks
   * @param waits whether they are woken when they are refused
   */
  boolean mayDeliver(Entry entry, Object owner, boolean waits) {
    if (entry == named) {
      return onDisk || keeping.refuse(true);
    }
    if (named != null && !passes(owner, waits)) {
      return keeping.refuse(!onDisk);
    }
    name(entry);
    return keeping.refuse(true);
  }

  /** Whether another may be named. */
  private boolean passes(Object owner, boolean waits) {
    if (!onDisk) {
      return false;
    }
    if (named.state() == Entry.READY) {
      // Whoever it is named for comes soon, or not at all.
      if (waits) {
        return false;
      }
      clear(named);
      return true;
    }
    if (named.owner() != owner) {
      return false;
    }
    named.suspect = false;
    clear(named);
    return true;
  }

  private void name(Entry entry) {
    // Or what was accepted would come back as what has failed.
    keeping.tell();
    named = entry;
    onDisk = false;
    handedOut++;
    int turn = handedOut;
    ledger.failed(
        entry,
        entry.deliveries + 1,
        entry.failures + 1,
        new Completion() {
          @Override
          public void durable() {
            // Consumers are woken when all of the group is there.
          }

          @Override
          public void afterGroup() {
            queue.locked((now, after) -> onDisk(entry, turn));
          }

          @Override
          public void failed(JournalException why) {
            queue.persistence().markFailed(why);
          }
        });
  }

  private void onDisk(Entry entry, int turn) {
    if (entry == named && turn == handedOut) {
      onDisk = true;
      keeping.unblock();
      environment.schedule(() -> queue.locked((now, after) -> nobodyCame(entry, turn)), patienceMs);
    }
  }

  /** Or what nobody has seen would have failed at the next crash, and others would wait. */
  private void nobodyCame(Entry entry, int turn) {
    if (turn == handedOut && entry == named && entry.state() == Entry.READY) {
      patienceMs = Math.min(2 * patienceMs, MOST_PATIENCE_MS);
      cleared(entry);
    }
  }

  /** The store is told that an entry has not failed. */
  private void clear(Entry entry) {
    ledger.failed(entry, entry.deliveries, entry.failures, null);
  }

  /** A suspect has left its consumer's hands, or its queue. */
  void ended(Entry entry) {
    if (entry == named) {
      named = null;
      keeping.unblock();
    }
  }

  /** The same, and nobody has seen it, or it is promised to a transaction manager. */
  void cleared(Entry entry) {
    if (entry == named) {
      clear(entry);
      ended(entry);
    }
  }

  /** A checkpoint begins: what it does not tell comes behind it. */
  void snapshot() {
    if (named != null) {
      ledger.failed(named, named.deliveries + 1, named.failures + 1, null);
    }
  }
}
