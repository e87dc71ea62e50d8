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
 * from the start; what is settled is locked. Its monitor serialises it, since a connection may end
 * while its thread works.
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
  public synchronized PublishOutcome publish(Publication publication, Routing queues, long nowMs)
      throws AmqpException {
    checkOpen();
    if (!Work.reachesQueue(queues)) {
      return PublishOutcome.UNROUTED;
    }
    List<Entry> entries = new ArrayList<>(queues.size());
    publication.hold();
    for (int i = 0; i < queues.size(); i++) {
      if (queues.get(i) instanceof MessageQueue queue) {
        Entry entry = queue.reserve(publication, nowMs);
        if (entry == null) {
          entries.forEach(reserved -> reserved.source().cancel(reserved));
          free(publication);
          return PublishOutcome.REJECTED;
        }
        entries.add(entry);
      }
    }
    published.add(new Published(publication, entries));
    return PublishOutcome.ROUTED;
  }

  private void free(Publication publication) {
    int freed = publication.release();
    if (publication.taken() && freed > 0) {
      memory.freed(freed);
    }
  }

  @Override
  public synchronized boolean settle(List<Entry> entries, Outcome outcome) throws AmqpException {
    checkOpen();
    for (int i = 0; i < entries.size(); i++) {
      if (!entries.get(i).source().lock(entries.get(i))) {
        entries.subList(0, i).forEach(entry -> entry.source().unlock(entry));
        return false;
      }
    }
    entries.forEach(entry -> settled.add(new Settled(entry, outcome)));
    return true;
  }

  /** Fails when nothing more may be done in it. */
  void checkOpen() throws AmqpException {
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
  public synchronized Ticket<Void> commit() {
    try {
      checkOpen();
      checkRoutes();
    } catch (AmqpException e) {
      undo(false);
      return Ticket.failed(e);
    }
    over = true;
    long nowMs = environment.nowMs();
    settled.forEach(each -> each.entry.source().settleLocked(each.entry, each.outcome));
    for (Published each : published) {
      each.entries.forEach(entry -> entry.source().ready(entry, nowMs));
      free(each.publication);
    }
    return Ticket.done();
  }

  /** A mandatory publish whose queues were all deleted meanwhile fails the commit. */
  final void checkRoutes() throws AmqpException {
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
  public synchronized Ticket<Void> rollback() {
    undo(false);
    return Ticket.done();
  }

  /**
   * Takes everything back.
   *
   * @param giveBack whether what was settled goes back to its queue as failed, or to the hands that
   *     hold it
   */
  final synchronized void undo(boolean orphansFail) {
    if (over) {
      return;
    }
    over = true;
    for (Published each : published) {
      each.entries.forEach(entry -> entry.source().cancel(entry));
      free(each.publication);
    }
    for (int i = settled.size() - 1; i >= 0; i--) {
      Entry entry = settled.get(i).entry;
      entry.source().unlock(entry);
      // Nobody is left to give it back when its channel is gone.
      if (orphansFail && (!(entry.owner() instanceof BrokerChannel holder) || holder.isClosed())) {
        entry.source().settle(entry, Outcome.FAILED);
      }
    }
  }
}
