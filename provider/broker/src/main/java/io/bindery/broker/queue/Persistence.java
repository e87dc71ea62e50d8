package io.bindery.broker.queue;

import io.bindery.broker.journal.Completion;
import io.bindery.broker.journal.JournalException;
import io.bindery.broker.queue.DeadLetters.Reason;
import io.bindery.broker.store.KeptEntry;
import io.bindery.broker.store.KeptQueue;
import io.bindery.broker.store.KeptState;
import io.bindery.broker.store.Ledger;
import io.bindery.broker.store.OnDisk;
import io.bindery.engine.AmqpException;
import io.bindery.engine.SubscriptionSpec;
import io.bindery.engine.Ticket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;

/** A queue's side towards the store: what it tells it, and what it is filled with. Thread-safe. */
public final class Persistence {
  private final MessageQueue queue;
  private final Contents contents;
  private final Dispatch dispatch;
  private final Keeping keeping;
  private boolean parked;
  private List<Entry> spent = List.of();

  Persistence(MessageQueue queue, Contents contents, Dispatch dispatch) {
    this.queue = queue;
    this.contents = contents;
    this.dispatch = dispatch;
    this.keeping = contents.keeping();
  }

  /** Tells the ledger what has left. */
  void tellLeft() {
    queue.locked(
        (now, after) -> {
          keeping.rides();
          sweep();
          keeping.tell();
        });
  }

  /** Completes when it is on disk what has left so far; for a queue that is kept. */
  public Ticket<Void> leftOnDisk(Ledger ledger) {
    tellLeft();
    Ticket<Void> ticket = new Ticket<>();
    ledger.after(new OnDisk(ticket));
    return ticket;
  }

  private void sweep() {
    dispatch.consumers().all().forEach(consumer -> consumer.sweep(contents::accepted));
  }

  /** It is on disk that entries of a lane below a sequence may be delivered. */
  void marked(int lane, long below) {
    queue.locked((now, after) -> keeping.marked(lane, below));
  }

  /** A mark cannot come any more. */
  void markFailed(JournalException why) {
    List<Consumer<JournalException>> waited = new ArrayList<>(0);
    queue.locked((now, after) -> waited.addAll(keeping.takeWaiting()));
    waited.forEach(each -> each.accept(why));
  }

  /**
   * Tells a checkpoint what the queue holds.
   *
   * @param subscription the durable subscription whose queue it is, or null
   * @param last whether nothing is in delivery, and nothing will come behind
   */
  public void snapshot(KeptState state, SubscriptionSpec subscription, boolean last) {
    queue.locked(
        (now, after) -> {
          sweep();
          KeptQueue kept =
              new KeptQueue(
                  queue.id(), queue.definition().virtualHost(), queue.definition().spec());
          kept.subscription(subscription);
          kept.seen(contents.lastSequence());
          kept.parked(last && parked);
          SnapshotOfQueue snapshot = new SnapshotOfQueue(contents.lanes(), state, kept);
          contents.lanes().snapshot(snapshot);
          contents.reservedDelayed().forEach(snapshot::reserved);
          if (!last) {
            keeping.snapshot(kept, snapshot, !contents.selections().selective().isEmpty());
            contents.suspects().snapshot();
          }
          state.add(kept);
        });
  }

  /** Shows where messages of its entries are in a segment of the store. */
  public void visit(long segment, LongConsumer positions) {
    new Moving(queue, contents, segment).visit(positions);
  }

  /** Leaves a segment of the store, whose messages are elsewhere now. */
  public void move(long segment, LongUnaryOperator moved) {
    new Moving(queue, contents, segment).move(moved);
  }

  /**
   * Puts what the store does not keep where the next broker finds it, if this one ends in order.
   * Called when nobody uses the queue any more; waits for the disk now and then, without the lock.
   *
   * @return whether all of it is there; if not, none of it counts
   */
  public boolean park(Ledger ledger) {
    List<Page> pages = new ArrayList<>();
    List<Entry> delayed = new ArrayList<>();
    queue.locked(
        (now, after) -> {
          sweep();
          pages.addAll(contents.lanes().pages());
          delayed.addAll(contents.lanes().delayed().all());
        });
    PageStore store = contents.lanes().store();
    Parking parking = new Parking(ledger);
    boolean all = true;
    for (Page page : pages) {
      all = all && parking.next(() -> store.park(page, ledger));
    }
    for (Entry entry : delayed) {
      all = all && parking.next(() -> store.park(entry, ledger));
    }
    parked = all && parking.written();
    return parked;
  }

  /** Parks piece after piece, and lets the disk keep up. One thread. */
  private final class Parking {
    private static final long AHEAD_BYTES = 8 << 20;

    private final Ledger ledger;
    private long bytes;

    Parking(Ledger ledger) {
      this.ledger = ledger;
    }

    boolean next(LongSupplier piece) {
      queue.locked((now, after) -> bytes += piece.getAsLong());
      return bytes < AHEAD_BYTES || written();
    }

    /** Waits until what was parked is on disk; false when there is no room for more. */
    boolean written() {
      bytes = 0;
      Ticket<Boolean> ticket = new Ticket<>();
      ledger.after(
          new Completion() {
            @Override
            public void durable() {
              ticket.complete(true);
            }

            @Override
            public void failed(JournalException why) {
              ticket.complete(false);
            }
          });
      try {
        return !ledger.isFull() && ticket.await();
      } catch (AmqpException e) {
        throw new IllegalStateException("nobody fails this ticket", e);
      }
    }
  }

  /**
   * Fills the queue with what was found of it, before anybody uses it.
   *
   * @param reserved entries of prepared branches, which stay invisible
   * @param accepted sequences that prepared branches take from it
   * @return those entries by their sequence; the accepted ones are in a transaction
   */
  public Map<Long, Entry> restore(KeptQueue found, List<KeptEntry> reserved, List<Long> accepted) {
    Map<Long, Entry> promised = new HashMap<>();
    queue.locked(
        (now, after) -> {
          contents.continueAfter(found.lastSequence());
          RestoreOfQueue restore = new RestoreOfQueue(queue, found, contents, dispatch);
          promised.putAll(restore.run(reserved, accepted));
          spent = restore.spent();
        });
    return promised;
  }

  /** The store keeps again what it is told: what was found to have failed too often dies. */
  public void start() {
    queue.locked(
        (now, after) -> {
          spent.forEach(entry -> contents.died(entry, Reason.DELIVERY_LIMIT, after));
          spent = List.of();
        });
  }
}
