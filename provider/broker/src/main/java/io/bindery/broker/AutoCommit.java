package io.bindery.broker;

import io.bindery.broker.journal.Completion;
import io.bindery.broker.journal.JournalException;
import io.bindery.broker.queue.Entry;
import io.bindery.broker.queue.MemoryMeter;
import io.bindery.broker.queue.MessageQueue;
import io.bindery.broker.queue.Wakes;
import io.bindery.broker.routing.Publication;
import io.bindery.broker.routing.Routing;
import io.bindery.broker.runtime.Environment;
import io.bindery.broker.store.Ledger;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Outcome;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.Ticket;
import java.util.List;

/** Each operation of a channel stands for itself. Thread-safe. */
final class AutoCommit implements Work {
  private static final Ticket<PublishOutcome> ROUTED = Ticket.done(PublishOutcome.ROUTED);
  private static final Ticket<PublishOutcome> UNROUTED = Ticket.done(PublishOutcome.UNROUTED);
  private static final Ticket<PublishOutcome> REJECTED = Ticket.done(PublishOutcome.REJECTED);

  private final MemoryMeter memory;
  private final Environment environment;
  private final Ledger ledger;
  private final Wakes wakes = new Wakes();

  /** The last publish that waits for the disk, or did: what follows it must not overtake it. */
  private volatile Enqueue last;

  AutoCommit(MemoryMeter memory, Environment environment, Ledger ledger) {
    this.memory = memory;
    this.environment = environment;
    this.ledger = ledger;
  }

  @Override
  public boolean autoCommit() {
    return true;
  }

  @Override
  public Ticket<PublishOutcome> publish(Publication publication, Routing queues, long nowMs) {
    if (ledger.keeps() && (waits() || reachesKeeper(publication, queues))) {
      return publishInOrder(publication, queues, nowMs);
    }
    if (queues.size() == 1 && queues.get(0) instanceof MessageQueue only) {
      return only.offer(publication, nowMs, wakes) ? ROUTED : REJECTED;
    }
    return publishToAll(publication, queues, nowMs);
  }

  private Ticket<PublishOutcome> publishToAll(Publication publication, Routing queues, long nowMs) {
    boolean reached = false;
    boolean rejected = false;
    // Held here as well, or a fast consumer of the first queue would free what the second is still
    // to get.
    publication.hold();
    for (int i = 0; i < queues.size(); i++) {
      if (queues.get(i) instanceof MessageQueue queue) {
        reached = true;
        rejected |= !queue.offer(publication, nowMs, wakes);
      }
    }
    letGo(publication);
    return rejected ? REJECTED : reached ? ROUTED : UNROUTED;
  }

  private void letGo(Publication publication) {
    int freed = publication.release();
    if (publication.taken() && freed > 0) {
      memory.freed(freed);
    }
  }

  private boolean waits() {
    Enqueue before = last;
    return before != null && !before.ticket().isDone();
  }

  private static boolean reachesKeeper(Publication publication, Routing queues) {
    if (publication.persistent()) {
      for (int i = 0; i < queues.size(); i++) {
        if (queues.get(i) instanceof MessageQueue queue && queue.keeps(true)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Through the journal, also when nothing is written: so a channel's publishes stay in order. */
  private Ticket<PublishOutcome> publishInOrder(
      Publication publication, Routing queues, long nowMs) {
    publication.hold();
    Enqueue enqueue = Enqueue.reserve(publication, queues, environment, wakes);
    last = enqueue;
    enqueue.write(ledger, nowMs);
    letGo(publication);
    return enqueue.ticket();
  }

  @Override
  public Ticket<Void> settle(List<Entry> entries, Outcome outcome) throws AmqpException {
    Work.lock(entries);
    List<Entry> kept =
        outcome == Outcome.ACCEPTED ? entries.stream().filter(Entry::kept).toList() : List.of();
    if (kept.isEmpty()) {
      entries.forEach(entry -> entry.settleLocked(outcome));
      return Ticket.done();
    }
    return accept(entries, kept);
  }

  private Ticket<Void> accept(List<Entry> entries, List<Entry> kept) {
    Ticket<Void> ticket = new Ticket<>();
    ledger.commit(
        new Ledger.Unit(List.of(), kept, environment.nowMs()),
        new Completion() {
          @Override
          public void durable() {
            kept.forEach(Entry::written);
            entries.forEach(entry -> entry.settleLocked(Outcome.ACCEPTED));
          }

          @Override
          public void afterGroup() {
            ticket.complete(null);
          }

          @Override
          public void failed(JournalException why) {
            ticket.fail(Enqueue.unknown(why));
          }
        });
    return ticket;
  }

  @Override
  public boolean holdsDeliveries() {
    return false;
  }

  @Override
  public Ticket<Void> commit() {
    return Ticket.done();
  }

  @Override
  public Ticket<Void> rollback() {
    return Ticket.done();
  }
}
