package io.bindery.broker.queue;

import io.bindery.broker.journal.JournalException;
import io.bindery.broker.store.KeptEntry;
import io.bindery.broker.store.KeptQueue;
import io.bindery.broker.store.KeptState;
import io.bindery.engine.SubscriptionSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongUnaryOperator;

/** A queue's side towards the store: what it tells it, and what it is filled with. Thread-safe. */
public final class Persistence {
  private final MessageQueue queue;
  private final Contents contents;
  private final Dispatch dispatch;
  private final Keeping keeping;

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

  private void sweep() {
    dispatch.consumers().all().forEach(consumer -> consumer.sweepAll(contents::accepted));
  }

  /** It is on disk that entries of a lane below a sequence may be delivered. */
  void marked(int lane, long below) {
    List<Consumer<JournalException>> waited = new ArrayList<>(0);
    queue.locked(
        (now, after) -> {
          keeping.marked(lane, below);
          waited.addAll(keeping.takeWaiting());
          dispatch.wakeSome(after);
        });
    waited.forEach(each -> each.accept(null));
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
          SnapshotOfQueue snapshot = new SnapshotOfQueue(contents.lanes().store(), state, kept);
          contents.lanes().snapshot(snapshot);
          contents.reservedDelayed().forEach(snapshot::reserved);
          if (!last) {
            keeping.snapshot(kept);
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
   * Fills the queue with what was found of it, before anybody uses it.
   *
   * @param reserved entries of prepared branches, which stay invisible
   * @param accepted sequences that prepared branches take from it
   * @return those entries by their sequence; the accepted ones are in a transaction
   */
  public Map<Long, Entry> restore(KeptQueue found, List<KeptEntry> reserved, List<Long> accepted) {
    Map<Long, Entry> promised = new HashMap<>();
    QueueConsumer nobody = queue.taker(null);
    queue.locked(
        (now, after) -> {
          contents.continueAfter(found.lastSequence());
          promised.putAll(
              new RestoreOfQueue(queue, found, contents, dispatch).run(reserved, accepted));
          for (Long sequence : accepted) {
            Entry entry = promised.get(sequence);
            if (entry != null) {
              contents.hold(nobody, entry);
              entry.lock();
            }
          }
        });
    return promised;
  }
}
