package io.bindery.broker.queue;

import io.bindery.broker.journal.JournalException;
import io.bindery.broker.queue.DeadLetters.Reason;
import io.bindery.broker.routing.Publication;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Delivery;
import io.bindery.engine.Outcome;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;
import io.bindery.engine.selector.Selector;
import java.util.ArrayList;
import java.util.List;

/**
 * What the consumers of a queue hold: how each delivery begins, and how it ends. Thread-safe:
 * accepting is one compare-and-set on the entry and one on what the consumer's next drain sweeps;
 * all else takes the queue's lock.
 */
final class Deliveries {
  private static final int BROKE_OFF = -1;
  private static final long SAME_DRAIN = Long.MIN_VALUE;

  private final MessageQueue queue;
  private final QueueEnvironment outside;
  private final Contents contents;
  private final Dispatch dispatch;
  private final Consumers consumers;
  private final Keeping keeping;
  private final Lanes lanes;
  private final Selections selections;
  private final StoredMessages messages;
  private final Suspects suspects;

  Deliveries(MessageQueue queue, QueueEnvironment outside, Contents contents, Dispatch dispatch) {
    this.queue = queue;
    this.outside = outside;
    this.contents = contents;
    this.dispatch = dispatch;
    this.consumers = dispatch.consumers();
    this.keeping = contents.keeping();
    this.lanes = contents.lanes();
    this.selections = contents.selections();
    this.messages = new StoredMessages(outside.store(), outside.memory());
    this.suspects = contents.suspects();
  }

  /**
   * Hands out what a consumer may take now, oldest first.
   *
   * @return how many
   */
  int drain(QueueConsumer consumer, int max, List<? super Delivery> into) {
    long nowNs = outside.environment().nanos();
    int taken = take(consumer, max, into, nowNs);
    while (taken == BROKE_OFF) {
      taken = take(consumer, max, into, SAME_DRAIN);
    }
    readBack(into, taken);
    return taken;
  }

  /** Tells how many were taken, or that there is more to look through for a selector. */
  private int take(QueueConsumer consumer, int max, List<? super Delivery> into, long nowNs) {
    Aftermath after = null;
    List<Publication> ahead = List.of();
    boolean brokeOff = false;
    boolean yields = false;
    int taken = 0;
    long freedBytes;
    queue.lock().lock();
    try {
      if (consumer.phase() >= QueueConsumer.CLOSED) {
        return 0;
      }
      consumer.sweep(contents::accepted);
      int limit =
          dispatch.share(
              consumer, nowNs == SAME_DRAIN ? consumer.pace() : consumer.pace(nowNs), max);
      long nowMs = limit > 0 && lanes.ready() > 0 ? outside.environment().nowMs() : 0;
      while (taken < limit && lanes.ready() > 0) {
        after = after == null ? new Aftermath() : after;
        Entry entry = contents.nextFor(consumer, taken == 0, nowMs, after);
        brokeOff = entry == null && taken == 0 && selections.brokeOff();
        yields = entry != null && consumers.anotherGoesFirst(consumer, entry);
        if (entry == null || yields) {
          break;
        }
        contents.hold(consumer, entry);
        into.add(entry);
        taken++;
        ahead = ahead.isEmpty() ? ahead(consumer, entry) : ahead;
        if (entry.suspect) {
          break;
        }
      }
      if (!brokeOff) {
        after = took(consumer, taken, after);
      }
      if (yields) {
        dispatch.watch();
      }
      if (keeping.unblocked()) {
        after = after == null ? new Aftermath() : after;
        dispatch.unblock(after);
      }
      freedBytes = contents.takeFreedBytes();
    } finally {
      queue.lock().unlock();
    }
    queue.follow(freedBytes, after);
    if (!ahead.isEmpty()) {
      List<Publication> read = ahead;
      outside.store().readAhead(() -> messages.readAll(read));
    }
    return brokeOff ? BROKE_OFF : taken;
  }

  /** What follows an entry, as far as it is to be read before somebody asks for it. */
  private List<Publication> ahead(QueueConsumer consumer, Entry taken) {
    return consumer.settings().selective() ? List.of() : lanes.ahead(taken.priority);
  }

  /** A consumer has taken what it may; others may have to be woken for what is left. */
  private Aftermath took(QueueConsumer consumer, int taken, Aftermath before) {
    consumer.took(taken);
    consumers.become(consumer, Dispatch.phaseAfter(consumer, taken));
    consumer.looked();
    Aftermath after = before;
    if (consumer.phase() == QueueConsumer.STARVED) {
      // Whoever settles looks at the phase afterwards: one of both sees the other.
      after = after == null ? new Aftermath() : after;
      freeHands(consumer, after);
    }
    Selection selection = consumer.selection();
    if (consumers.someIdle()
        && !keeping.blocked()
        && selections.backlog(selection) > (long) selection.awake() * Consumers.BATCH) {
      after = after == null ? new Aftermath() : after;
      dispatch.wakeIdle(selection, after);
    }
    return after;
  }

  /** Reads what was just taken and is not in memory, without the lock. */
  private void readBack(List<? super Delivery> into, int taken) {
    if (!outside.store().evicts()) {
      return;
    }
    List<Publication> away = new ArrayList<>(0);
    for (int i = into.size() - taken; i < into.size(); i++) {
      Publication publication = ((Entry) into.get(i)).publication;
      if (!publication.isInMemory()) {
        away.add(publication);
      }
    }
    if (!away.isEmpty()) {
      messages.readAll(away);
    }
  }

  /**
   * Ends a delivery.
   *
   * @param from the state that it must be in
   * @return false when it is in another one, and nothing changes
   */
  boolean end(Entry entry, int from, Outcome outcome) {
    if (!entry.move(from, outcome == Outcome.ACCEPTED ? Entry.SETTLED : Entry.RETURNING)) {
      return false;
    }
    if (outcome == Outcome.ACCEPTED) {
      keeping.accepted(entry);
      entry.holder.settled(entry);
      return true;
    }
    queue.locked(
        (now, after) -> {
          ended(entry, outcome, now, after);
          contents.dropHead(after);
        });
    return true;
  }

  /** Under the lock, for an entry in state RETURNING. */
  private void ended(Entry entry, Outcome outcome, long nowMs, Aftermath after) {
    QueueConsumer holder = entry.holder;
    contents.letGo(entry);
    boolean freed = holder.phase() == QueueConsumer.STARVED && !holder.handsFull();
    if (freed) {
      consumers.become(holder, QueueConsumer.IDLE);
    }
    long maxFailures = queue.definition().limits().maxFailures();
    if (outcome == Outcome.RELEASED) {
      suspects.cleared(entry);
    } else {
      entry.suspect = false;
      suspects.ended(entry);
    }
    if (outcome == Outcome.FAILED) {
      entry.deliveries++;
      entry.failures++;
      keeping.failed(entry);
      dispatch.failed(entry, nowMs);
    }
    if (queue.isDeleted()) {
      contents.gone(entry);
    } else if (outcome == Outcome.REJECTED) {
      contents.died(entry, Reason.REJECTED, after);
    } else if (outcome == Outcome.FAILED && maxFailures > 0 && entry.failures >= maxFailures) {
      contents.died(entry, Reason.DELIVERY_LIMIT, after);
    } else {
      after.wake(dispatch.becameReady(entry, nowMs));
    }
    if (freed) {
      // Whatever became of this entry, others may have waited for the holder's hands.
      dispatch.wakeIfWork(holder, after);
    }
  }

  /** See {@link MessageQueue#giveBack}. */
  void giveBack(List<Entry> seen, List<Entry> unseen) {
    queue.locked(
        (now, after) -> {
          endAll(unseen, Outcome.RELEASED, now, after);
          endAll(seen, Outcome.FAILED, now, after);
          contents.dropHead(after);
        });
  }

  private void endAll(List<Entry> entries, Outcome outcome, long now, Aftermath after) {
    for (Entry entry : entries) {
      if (entry.move(Entry.HELD, Entry.RETURNING)) {
        ended(entry, outcome, now, after);
      }
    }
  }

  /** See {@link MessageQueue#take}. */
  void take(QueueConsumer taker, Selector selector, Ticket<Entry> answer) {
    Entry[] taken = new Entry[1];
    boolean[] waits = new boolean[1];
    ConsumerSettings settings =
        new ConsumerSettings("", 0, false, selector, null, 0, taker.settings().owner());
    queue.locked(
        (now, after) -> {
          Entry entry = contents.nextFor(settings, now, after);
          if (entry != null) {
            contents.hold(taker, entry);
          } else if (keeping.comesSoon()) {
            waits[0] = true;
            keeping.whenMarked(failure -> takeAgain(taker, selector, answer, failure));
          }
          taken[0] = entry;
        });
    if (!waits[0]) {
      answer.complete(taken[0]);
    }
  }

  private void takeAgain(
      QueueConsumer taker, Selector selector, Ticket<Entry> answer, JournalException failure) {
    if (failure == null) {
      take(taker, selector, answer);
    } else {
      answer.fail(new AmqpException(ReplyCode.INTERNAL_ERROR, failure.getMessage()));
    }
  }

  /** See {@link Entry#promised}. */
  void promised(Entry entry) {
    queue.locked(
        (now, after) -> {
          entry.suspect = false;
          suspects.cleared(entry);
        });
  }

  /** See {@link MessageQueue#heldBy}. */
  List<Entry> heldBy(QueueConsumer consumer) {
    List<Entry> held = new ArrayList<>();
    queue.locked(
        (now, after) -> {
          consumer.sweep(contents::accepted);
          held.addAll(consumer.held());
        });
    return held;
  }

  /** A consumer that waits for credit, or is over, has settled something. */
  void settledFor(QueueConsumer consumer) {
    queue.locked((now, after) -> freeHands(consumer, after));
  }

  private void freeHands(QueueConsumer consumer, Aftermath after) {
    consumer.sweep(contents::accepted);
    if (consumer.phase() == QueueConsumer.STARVED && !consumer.handsFull()) {
      consumers.become(consumer, QueueConsumer.IDLE);
      dispatch.wakeIfWork(consumer, after);
    }
  }
}
