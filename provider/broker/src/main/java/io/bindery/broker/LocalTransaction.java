package io.bindery.broker;

import io.bindery.broker.queue.Entry;
import io.bindery.broker.queue.MemoryMeter;
import io.bindery.broker.queue.MessageQueue;
import io.bindery.broker.routing.Publication;
import io.bindery.broker.routing.Routing;
import io.bindery.broker.runtime.Environment;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Outcome;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;
import java.util.ArrayList;
import java.util.List;

/**
 * Publishes and settles that become visible together. Publishes have their places in the queues
 * from the start; what is settled is locked.
 *
 * <p>For one thread, but its connection may end while that works: its monitor guards what belongs
 * to it and whether it is over. Queues are touched outside the monitor, since they call signals.
 */
class LocalTransaction implements Work {
  private final Environment environment;
  private final MemoryMeter memory;
  private final List<Published> published = new ArrayList<>();
  private final List<Settled> settled = new ArrayList<>();
  private boolean over;

  private record Published(Publication publication, List<Entry> entries) {}

  private record Settled(Entry entry, Outcome outcome) {}

  LocalTransaction(Environment environment, MemoryMeter memory) {
    this.environment = environment;
    this.memory = memory;
  }

  @Override
  public boolean autoCommit() {
    return false;
  }

  @Override
  public PublishOutcome publish(Publication publication, Routing queues, long nowMs)
      throws AmqpException {
    checkUsable();
    if (!Work.reachesQueue(queues)) {
      return PublishOutcome.UNROUTED;
    }
    publication.hold();
    Published mine = new Published(publication, new ArrayList<>(queues.size()));
    for (int i = 0; i < queues.size(); i++) {
      if (queues.get(i) instanceof MessageQueue queue) {
        Entry entry = queue.reserve(publication);
        if (entry == null) {
          cancel(mine);
          return PublishOutcome.REJECTED;
        }
        mine.entries.add(entry);
      }
    }
    if (!belongs(() -> published.add(mine))) {
      cancel(mine);
      checkUsable();
    }
    return PublishOutcome.ROUTED;
  }

  /** Adds something, unless it is over by now. */
  private synchronized boolean belongs(Runnable addition) {
    if (!over) {
      addition.run();
    }
    return !over;
  }

  private void cancel(Published each) {
    each.entries.forEach(entry -> entry.source().cancel(entry));
    free(each.publication);
  }

  private void free(Publication publication) {
    int freed = publication.release();
    if (publication.taken() && freed > 0) {
      memory.freed(freed);
    }
  }

  @Override
  public boolean settle(List<Entry> entries, Outcome outcome) throws AmqpException {
    checkUsable();
    for (int i = 0; i < entries.size(); i++) {
      if (!entries.get(i).lock()) {
        unlock(entries.subList(0, i));
        return false;
      }
    }
    if (!belongs(() -> entries.forEach(entry -> settled.add(new Settled(entry, outcome))))) {
      unlock(entries);
      checkUsable();
    }
    return true;
  }

  private static void unlock(List<Entry> entries) {
    entries.forEach(entry -> entry.unlock());
  }

  /** Fails when nothing more may be published or settled in it. */
  synchronized void checkUsable() throws AmqpException {
    if (over) {
      throw new AmqpException(
          ReplyCode.PRECONDITION_FAILED, "The transaction is over: begin another");
    }
  }

  /** Whether it was committed or rolled back. */
  final synchronized boolean isOver() {
    return over;
  }

  /** Whether nothing was done in it. */
  final synchronized boolean isEmpty() {
    return published.isEmpty() && settled.isEmpty();
  }

  @Override
  public final synchronized boolean holdsDeliveries() {
    return !settled.isEmpty();
  }

  @Override
  public Ticket<Void> commit() {
    try {
      checkUsable();
      checkRoutes();
      if (!complete()) {
        checkUsable();
      }
      return Ticket.done();
    } catch (AmqpException e) {
      undo(false);
      return Ticket.failed(e);
    }
  }

  /**
   * Makes it visible, without what went to queues that were deleted meanwhile.
   *
   * @return false when it was over already
   */
  final boolean complete() {
    if (!end()) {
      return false;
    }
    long nowMs = environment.nowMs();
    settled.forEach(each -> each.entry.settleLocked(each.outcome));
    for (Published each : published) {
      each.entries.forEach(entry -> entry.source().ready(entry, nowMs));
      free(each.publication);
    }
    return true;
  }

  /** Whoever ends it has its contents alone from then on. */
  private synchronized boolean end() {
    boolean mine = !over;
    over = true;
    return mine;
  }

  /** A mandatory publish whose queues were all deleted meanwhile fails the commit. */
  final synchronized void checkRoutes() throws AmqpException {
    for (Published each : published) {
      if (each.publication.route().mandatory()
          && each.entries.stream().allMatch(e -> e.source().isDeleted())) {
        throw new AmqpException(
            ReplyCode.NO_ROUTE,
            "Rolled back: the queue '"
                + each.entries.get(0).queue()
                + "', to which a mandatory message was published, was deleted before the commit");
      }
    }
  }

  @Override
  public Ticket<Void> rollback() {
    undo(false);
    return Ticket.done();
  }

  /**
   * Takes everything back.
   *
   * @param orphansFail whether what no open channel holds any more goes back to its queue as failed
   */
  final void undo(boolean orphansFail) {
    if (!end()) {
      return;
    }
    published.forEach(this::cancel);
    for (int i = settled.size() - 1; i >= 0; i--) {
      Entry entry = settled.get(i).entry;
      entry.unlock();
      // Nobody is left to give it back when its channel is gone.
      if (orphansFail && (!(entry.owner() instanceof BrokerChannel holder) || holder.isClosed())) {
        entry.settle(Outcome.FAILED);
      }
    }
  }
}
