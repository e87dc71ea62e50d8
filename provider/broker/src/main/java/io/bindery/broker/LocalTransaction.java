package io.bindery.broker;

import io.bindery.broker.journal.Completion;
import io.bindery.broker.journal.JournalException;
import io.bindery.broker.queue.Entry;
import io.bindery.broker.queue.MemoryMeter;
import io.bindery.broker.queue.MessageQueue;
import io.bindery.broker.queue.QueueConsumer;
import io.bindery.broker.queue.Wakes;
import io.bindery.broker.routing.Publication;
import io.bindery.broker.routing.Routing;
import io.bindery.broker.runtime.Environment;
import io.bindery.broker.store.Ledger;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Outcome;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * Publishes and settles that become visible together. Publishes have their places in the queues
 * from the start; what is settled is locked.
 *
 * <p>For one thread, but its connection may end while that works: its monitor guards what belongs
 * to it and whether it is over. Queues are touched outside the monitor, since they call signals.
 */
class LocalTransaction implements Work {
  private static final Ticket<PublishOutcome> ROUTED = Ticket.done(PublishOutcome.ROUTED);
  private static final Ticket<PublishOutcome> UNROUTED = Ticket.done(PublishOutcome.UNROUTED);
  private static final Ticket<PublishOutcome> REJECTED = Ticket.done(PublishOutcome.REJECTED);
  private static final Ledger.Unit NOTHING = new Ledger.Unit(List.of(), List.of(), 0);

  private final Environment environment;
  private final Ledger ledger;
  private final MemoryMeter memory;
  private final List<Published> published = new ArrayList<>();
  private final List<Settled> settled = new ArrayList<>();
  private boolean over;

  private record Published(Publication publication, List<Entry> entries) {}

  private record Settled(Entry entry, Outcome outcome) {}

  /**
   * What every transaction of a broker needs.
   *
   * @param environment the clock
   * @param ledger where it is written
   * @param memory where memory is counted
   */
  record Context(Environment environment, Ledger ledger, MemoryMeter memory) {}

  LocalTransaction(Context context) {
    this.environment = context.environment();
    this.ledger = context.ledger();
    this.memory = context.memory();
  }

  /** Whether anything that is done in it outlives the broker. */
  final boolean keeps() {
    return ledger.keeps();
  }

  @Override
  public boolean autoCommit() {
    return false;
  }

  @Override
  public Ticket<PublishOutcome> publish(Publication publication, Routing queues, long nowMs)
      throws AmqpException {
    checkUsable();
    if (!Work.reachesQueue(queues)) {
      return UNROUTED;
    }
    publication.hold();
    Published mine = new Published(publication, new ArrayList<>(queues.size()));
    for (int i = 0; i < queues.size(); i++) {
      if (queues.get(i) instanceof MessageQueue queue) {
        Entry entry = queue.reserve(publication);
        if (entry == null) {
          cancel(mine);
          return REJECTED;
        }
        mine.entries.add(entry);
      }
    }
    if (ledger.keeps()) {
      // Now, so that the commit is small, whatever the transaction published.
      Enqueue.stage(ledger, publication, mine.entries);
    }
    if (!belongs(() -> published.add(mine))) {
      cancel(mine);
      checkUsable();
    }
    return ROUTED;
  }

  /** Takes over what was found of it. */
  final synchronized void restore(List<Entry> enqueued, List<Entry> accepted) {
    for (Entry entry : enqueued) {
      entry.publication().hold();
      published.add(new Published(entry.publication(), List.of(entry)));
    }
    accepted.forEach(entry -> settled.add(new Settled(entry, Outcome.ACCEPTED)));
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
  public Ticket<Void> settle(List<Entry> entries, Outcome outcome) throws AmqpException {
    checkUsable();
    Work.lock(entries);
    if (!belongs(() -> entries.forEach(entry -> settled.add(new Settled(entry, outcome))))) {
      entries.forEach(entry -> unlock(entry, null));
      checkUsable();
    }
    return Ticket.done();
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

  /** What it holds, for operators. */
  final synchronized InDoubt.Work work() {
    List<Entry> enqueued = published.stream().flatMap(each -> each.entries.stream()).toList();
    return new InDoubt.Work(
        enqueued.size(),
        settled.size(),
        Stream.concat(enqueued.stream(), settled.stream().map(Settled::entry))
            .map(Entry::queue)
            .distinct()
            .sorted()
            .toList());
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
      if (!end()) {
        checkUsable();
      }
      return complete(ledger::commit);
    } catch (AmqpException e) {
      undo(null);
      return Ticket.failed(e);
    }
  }

  /**
   * Completes it, once it is on disk. Whoever calls this has ended it.
   *
   * @param write writes the record that decides it
   */
  final Ticket<Void> complete(BiConsumer<Ledger.Unit, Completion> write) {
    Ledger.Unit unit = unit();
    if (unit.isEmpty() && !mustBeWritten()) {
      new Wakes().wakeAll(apply());
      return Ticket.done();
    }
    Ticket<Void> ticket = new Ticket<>();
    write.accept(
        unit,
        new Completion() {
          private List<QueueConsumer> woken;

          @Override
          public void durable() {
            woken = apply();
          }

          @Override
          public void afterGroup() {
            new Wakes().wakeAll(woken);
            ticket.complete(null);
          }

          @Override
          public void failed(JournalException why) {
            ticket.fail(unknown(why));
          }
        });
    return ticket;
  }

  /** It has become visible, and nobody knows yet. */
  void applied() {
    // Nobody waits for that.
  }

  /** The failure of a decision that may be on disk or not. */
  AmqpException unknown(JournalException why) {
    return Enqueue.unknown(why);
  }

  /** Whether it is written even if it did nothing that the store keeps. */
  boolean mustBeWritten() {
    return false;
  }

  /** What it did that the store keeps. */
  final synchronized Ledger.Unit unit() {
    if (!ledger.keeps()) {
      return NOTHING;
    }
    List<Entry> enqueued = new ArrayList<>();
    List<Entry> accepted = new ArrayList<>();
    published.forEach(
        each -> each.entries.stream().filter(Entry::kept).forEach(entry -> enqueued.add(entry)));
    settled.stream()
        .filter(each -> each.outcome == Outcome.ACCEPTED && each.entry.kept())
        .forEach(each -> accepted.add(each.entry));
    return new Ledger.Unit(enqueued, accepted, environment.nowMs());
  }

  /** It is promised to a transaction manager: what was settled in it was processed. */
  final void promised() {
    List<Entry> entries;
    synchronized (this) {
      entries = settled.stream().map(Settled::entry).toList();
    }
    entries.forEach(Entry::promised);
  }

  /**
   * Makes it visible, without what went to queues that were deleted meanwhile; tells whom to wake.
   */
  private List<QueueConsumer> apply() {
    long nowMs = environment.nowMs();
    List<QueueConsumer> woken = new ArrayList<>(1);
    for (Settled each : settled) {
      if (each.outcome == Outcome.ACCEPTED) {
        each.entry.written();
      }
      each.entry.settleLocked(each.outcome);
    }
    for (Published each : published) {
      for (Entry entry : each.entries) {
        QueueConsumer consumer = entry.source().ready(entry, nowMs);
        if (consumer != null) {
          woken.add(consumer);
        }
      }
      free(each.publication);
    }
    applied();
    return woken;
  }

  /** Whoever ends it has its contents alone from then on. */
  final synchronized boolean end() {
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
    undo(null);
    return Ticket.done();
  }

  /**
   * Takes everything back.
   *
   * @param closing the channel that is about to give back what it holds; null for none
   */
  final void undo(BrokerChannel closing) {
    if (!end()) {
      return;
    }
    published.forEach(this::cancel);
    for (int i = settled.size() - 1; i >= 0; i--) {
      unlock(settled.get(i).entry, closing);
    }
  }

  /** Its channel holds it again; where that is gone nobody is left who would give it back. */
  private static void unlock(Entry entry, BrokerChannel closing) {
    Object owner = entry.owner();
    if (!holds(owner, closing)) {
      entry.settleLocked(Outcome.FAILED);
      return;
    }
    entry.unlock();
    if (!holds(owner, closing) && entry.owner() == owner) {
      // It was closed just now, and may have given back all else before.
      entry.settle(Outcome.FAILED);
    }
  }

  private static boolean holds(Object owner, BrokerChannel closing) {
    return owner instanceof BrokerChannel channel && (channel == closing || !channel.isClosed());
  }
}
