package io.bindery.broker;

import io.bindery.broker.queue.Entry;
import io.bindery.broker.queue.MemoryMeter;
import io.bindery.broker.queue.MessageQueue;
import io.bindery.broker.queue.Wakes;
import io.bindery.broker.routing.Publication;
import io.bindery.broker.routing.Routing;
import io.bindery.engine.Outcome;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.Ticket;
import java.util.List;

/** Each operation of a channel stands for itself. Thread-safe. */
final class AutoCommit implements Work {
  private final MemoryMeter memory;
  private final Wakes wakes = new Wakes();

  AutoCommit(MemoryMeter memory) {
    this.memory = memory;
  }

  @Override
  public boolean autoCommit() {
    return true;
  }

  @Override
  public PublishOutcome publish(Publication publication, Routing queues, long nowMs) {
    if (queues.size() == 1 && queues.get(0) instanceof MessageQueue only) {
      return only.offer(publication, nowMs, wakes)
          ? PublishOutcome.ROUTED
          : PublishOutcome.REJECTED;
    }
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
    int freed = publication.release();
    if (publication.taken() && freed > 0) {
      memory.freed(freed);
    }
    return rejected
        ? PublishOutcome.REJECTED
        : reached ? PublishOutcome.ROUTED : PublishOutcome.UNROUTED;
  }

  @Override
  public boolean settle(List<Entry> entries, Outcome outcome) {
    int locked = 0;
    while (locked < entries.size() && entries.get(locked).lock()) {
      locked++;
    }
    boolean all = locked == entries.size();
    for (Entry entry : entries.subList(0, locked)) {
      if (all) {
        entry.settleLocked(outcome);
      } else {
        entry.unlock();
      }
    }
    return all;
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
