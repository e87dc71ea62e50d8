package io.bindery.broker;

import io.bindery.broker.journal.Completion;
import io.bindery.broker.journal.JournalException;
import io.bindery.broker.queue.Entry;
import io.bindery.broker.queue.MessageQueue;
import io.bindery.broker.queue.QueueConsumer;
import io.bindery.broker.queue.Wakes;
import io.bindery.broker.routing.Publication;
import io.bindery.broker.routing.Routing;
import io.bindery.broker.runtime.Environment;
import io.bindery.broker.store.Ledger;
import io.bindery.broker.store.Store.StoredMessage;
import io.bindery.engine.AmqpException;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;
import java.util.ArrayList;
import java.util.List;

/**
 * A publish that waits for the disk: its entries have their places, and become ready in the order
 * of the journal. Made by one thread; completed on the journal's.
 */
final class Enqueue implements Completion {
  private final Publication publication;
  private final Environment environment;
  private final Wakes wakes;
  private final List<Entry> entries;
  private final List<Entry> kept;
  private final List<QueueConsumer> woken = new ArrayList<>(0);
  private final Ticket<PublishOutcome> ticket = new Ticket<>();
  private PublishOutcome outcome;

  private Enqueue(Publication publication, Environment environment, Wakes wakes, int queues) {
    this.publication = publication;
    this.environment = environment;
    this.wakes = wakes;
    this.entries = new ArrayList<>(queues);
    this.kept = new ArrayList<>(queues);
  }

  /** Takes places in all queues that do not refuse. */
  static Enqueue reserve(
      Publication publication, Routing queues, Environment environment, Wakes wakes) {
    Enqueue enqueue = new Enqueue(publication, environment, wakes, queues.size());
    boolean rejected = false;
    for (int i = 0; i < queues.size(); i++) {
      if (queues.get(i) instanceof MessageQueue queue) {
        boolean added = enqueue.add(queue.reserve(publication));
        if (!added) {
          queue.refused(publication);
        }
        rejected |= !added;
      }
    }
    enqueue.outcome =
        rejected
            ? PublishOutcome.REJECTED
            : enqueue.entries.isEmpty() ? PublishOutcome.UNROUTED : PublishOutcome.ROUTED;
    return enqueue;
  }

  /** Takes places for a dead letter, which no queue refuses. */
  static Enqueue reserve(
      Publication deadLetter, List<MessageQueue> queues, Environment environment) {
    Enqueue enqueue = new Enqueue(deadLetter, environment, new Wakes(), queues.size());
    queues.forEach(queue -> enqueue.add(queue.reserveAlways(deadLetter)));
    enqueue.outcome = PublishOutcome.ROUTED;
    return enqueue;
  }

  private boolean add(Entry entry) {
    if (entry != null) {
      entries.add(entry);
      if (entry.kept()) {
        kept.add(entry);
      }
    }
    return entry != null;
  }

  /** The entries that the store keeps. */
  List<Entry> kept() {
    return kept;
  }

  /** Writes it as a publish that stands for itself. */
  void write(Ledger ledger, long nowMs) {
    if (kept.isEmpty()) {
      ledger.after(this);
    } else {
      ledger.publish(stored(publication), kept, nowMs, this);
      positioned(publication, kept, entries);
    }
  }

  /** Writes its message, which counts only once a commit names its entries. */
  void stage(Ledger ledger) {
    stage(ledger, publication, entries);
  }

  /** Writes the message of entries, as far as the store keeps them. */
  static void stage(Ledger ledger, Publication publication, List<Entry> entries) {
    List<Entry> kept = entries.stream().filter(Entry::kept).toList();
    if (!kept.isEmpty()) {
      ledger.stage(stored(publication), kept);
      positioned(publication, kept, entries);
    }
  }

  /** A message may leave memory if every queue that has it keeps it in the store. */
  private static void positioned(Publication publication, List<Entry> kept, List<Entry> entries) {
    if (kept.size() == entries.size()) {
      Entry any = kept.get(0);
      long position;
      do {
        // It may be moved meanwhile, by somebody who does not see yet that the publication has it.
        position = any.position();
        publication.position(position);
      } while (position != any.position());
    }
  }

  /** What the store keeps of a publication. */
  private static StoredMessage stored(Publication publication) {
    return new StoredMessage(
        publication.message(),
        publication.route(),
        publication.source().connectionId(),
        publication.source().clientId());
  }

  Ticket<PublishOutcome> ticket() {
    return ticket;
  }

  @Override
  public void durable() {
    long nowMs = environment.nowMs();
    for (Entry entry : entries) {
      QueueConsumer consumer = entry.source().ready(entry, nowMs);
      if (consumer != null) {
        woken.add(consumer);
      }
    }
  }

  @Override
  public void afterGroup() {
    wakes.wakeAll(woken);
    ticket.complete(outcome);
  }

  @Override
  public void failed(JournalException why) {
    ticket.fail(unknown(why));
  }

  /** The failure of what may be on disk or not. */
  static AmqpException unknown(JournalException why) {
    return new AmqpException(
        ReplyCode.INTERNAL_ERROR,
        "The store has failed, and the outcome is unknown: " + why.getMessage());
  }
}
