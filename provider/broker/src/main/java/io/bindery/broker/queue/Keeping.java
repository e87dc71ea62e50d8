package io.bindery.broker.queue;

import io.bindery.broker.journal.Completion;
import io.bindery.broker.journal.JournalException;
import io.bindery.broker.store.KeptQueue;
import io.bindery.broker.store.Ledger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a queue tells the ledger, and what it may do only once the ledger knows. Under the queue's
 * lock, except where it says otherwise.
 *
 * <p>No entry is delivered before it is on disk that it may be: a mark for each lane says below
 * which sequence. An entry that comes in near the head carries the mark for itself; a backlog is
 * marked ahead of its consumers. So a broker that starts after a crash knows what may have been
 * seen, and at most {@link #AHEAD} entries of a lane too many.
 */
final class Keeping {
  /** How far the mark may be ahead of what was delivered. */
  static final int AHEAD = 1_024;

  private static final long[] NONE = {};

  private final MessageQueue queue;
  private final Ledger ledger;
  private final int id;
  private final Ranges left = new Ranges();
  private final List<Consumer<JournalException>> waiting = new ArrayList<>(0);

  /** Below which entries carry the mark themselves, or it was asked for. */
  private long[] asked = NONE;

  /** Below which it was asked for. */
  private long[] pending = NONE;

  private long[] durable = NONE;

  /** How many have their places and are not yet on disk. */
  private long[] coming = NONE;

  private boolean blocked;
  private boolean unblocked;
  private boolean comesSoon;
  private volatile boolean riding;

  Keeping(MessageQueue queue, Ledger ledger, int id) {
    this.queue = queue;
    this.ledger = ledger;
    this.id = id;
  }

  /** The number of the queue, 0 when it is not kept. */
  int id() {
    return id;
  }

  /** Whether an entry with such a message is kept. */
  boolean keeps(boolean persistent) {
    return id != 0 && persistent;
  }

  /**
   * An entry came in that is kept; tells whether it may be delivered as soon as it is on disk.
   *
   * @param waiting how many are ready in its lane
   */
  boolean near(Entry entry, long waiting) {
    grow(entry.priority);
    long ahead = waiting + coming[entry.priority];
    coming[entry.priority]++;
    if (ahead >= AHEAD) {
      return false;
    }
    asked[entry.priority] = Math.max(asked[entry.priority], entry.sequence + 1);
    return true;
  }

  /** An entry of a prepared branch was found: it has its place. */
  void reserved(Entry entry) {
    grow(entry.priority);
    coming[entry.priority]++;
  }

  /** An entry that had its place is on disk, or never was there. */
  void came(Entry entry) {
    if (entry.kept) {
      coming[entry.priority]--;
    }
  }

  /** An entry is on disk. */
  void onDisk(Entry entry) {
    came(entry);
    if (entry.near) {
      int lane = entry.priority;
      durable[lane] = Math.max(durable[lane], entry.sequence + 1);
      asked[lane] = Math.max(asked[lane], durable[lane]);
    }
  }

  private void grow(int lane) {
    if (lane >= asked.length) {
      asked = Arrays.copyOf(asked, lane + 1);
      pending = Arrays.copyOf(pending, lane + 1);
      durable = Arrays.copyOf(durable, lane + 1);
      coming = Arrays.copyOf(coming, lane + 1);
    }
  }

  /**
   * Whether an entry may be delivered now. If not, the mark is asked for, and consumers are woken
   * when it is there.
   *
   * @param inOrder false for a consumer with a selector: then the mark covers all
   */
  boolean mayDeliver(Entry entry, boolean inOrder) {
    if (!entry.kept) {
      return true;
    }
    int lane = entry.priority;
    grow(lane);
    boolean may = entry.sequence < durable[lane];
    // Asked for when half of what is ahead is used, so that consumers seldom wait. What carries the
    // mark further up may be in a transaction that takes its time, so nobody waits for that.
    if (may
        ? entry.sequence >= asked[lane] - AHEAD / 2 && asked[lane] <= queue.lastSequence()
        : entry.sequence >= pending[lane]) {
      ask(lane, inOrder ? entry.sequence + AHEAD : Long.MAX_VALUE);
    }
    return may || refuse(true);
  }

  /** False: whoever wants an entry is woken, or called, when it may be delivered. */
  boolean refuse(boolean untilOnDisk) {
    blocked = true;
    comesSoon = untilOnDisk;
    return false;
  }

  private void ask(int lane, long below) {
    asked[lane] = Math.max(asked[lane], below);
    pending[lane] = below;
    ledger.mark(
        id,
        lane,
        below,
        new Completion() {
          @Override
          public void durable() {
            // Consumers are woken when all of the group is there.
          }

          @Override
          public void afterGroup() {
            queue.persistence().marked(lane, below);
          }

          @Override
          public void failed(JournalException why) {
            queue.persistence().markFailed(why);
          }
        });
  }

  /** A mark is on disk. */
  void marked(int lane, long below) {
    durable[lane] = Math.max(durable[lane], below);
    unblock();
  }

  /** What was refused may be delivered, perhaps. */
  void unblock() {
    unblocked |= blocked;
    blocked = false;
  }

  /** Whether {@link #takeUnblocked} would say so. */
  boolean unblocked() {
    return unblocked;
  }

  /** Whether {@link #unblock} was called since this was last asked, and somebody was refused. */
  boolean takeUnblocked() {
    boolean was = unblocked;
    unblocked = false;
    return was;
  }

  /** Whether somebody was refused, so that waking others is of no use. */
  boolean blocked() {
    return blocked;
  }

  /** Whether the last one who was refused only has to wait for the disk. */
  boolean comesSoon() {
    return blocked && comesSoon;
  }

  /** Calls somebody when what was refused may be delivered, with the store's failure or null. */
  void whenMarked(Consumer<JournalException> task) {
    waiting.add(task);
  }

  /** Who waited, to be called without the lock. */
  List<Consumer<JournalException>> takeWaiting() {
    List<Consumer<JournalException>> taken = List.copyOf(waiting);
    waiting.clear();
    return taken;
  }

  /** An entry has left its queue for good. */
  void left(Entry entry) {
    if (entry.kept && !entry.written) {
      left.add(entry.sequence);
      ride();
    }
  }

  /** An entry was accepted, and is swept later. Needs no lock. */
  void accepted(Entry entry) {
    if (entry.kept && !entry.written) {
      ride();
    }
  }

  private void ride() {
    if (!riding) {
      riding = true;
      ledger.ride(queue.persistence()::tellLeft);
    }
  }

  /** The rider is here: what leaves from now on needs another. Before the queue is swept. */
  void rides() {
    riding = false;
  }

  /** Tells the ledger what has left, after the queue was swept. */
  void tell() {
    if (!left.isEmpty()) {
      ledger.left(id, left.take());
    }
  }

  /**
   * Tells a checkpoint below which sequences entries may have been delivered. Where all were
   * marked, and nobody takes them out of order any more, only those in delivery are from now on.
   */
  void snapshot(KeptQueue into, SnapshotOfQueue seen, boolean outOfOrder) {
    for (int lane = 0; lane < asked.length; lane++) {
      if (durable[lane] == Long.MAX_VALUE && !outOfOrder) {
        asked[lane] = seen.heldBelow(lane);
        pending[lane] = asked[lane];
        durable[lane] = asked[lane];
        unmark(seen.reserved(), lane);
      }
      if (asked[lane] > 0) {
        into.mark(lane, asked[lane]);
      }
    }
  }

  /** The record of a prepared branch that carries their mark may be before the checkpoint. */
  private static void unmark(List<Entry> reserved, int lane) {
    reserved.stream().filter(each -> each.priority == lane).forEach(each -> each.near = false);
  }

  /** An application has failed on an entry. */
  void failed(Entry entry) {
    if (entry.kept) {
      ledger.failed(entry, entry.deliveries, entry.failures, null);
    }
  }
}
