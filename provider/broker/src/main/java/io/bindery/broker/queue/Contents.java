package io.bindery.broker.queue;

import io.bindery.broker.queue.DeadLetters.Reason;
import io.bindery.broker.routing.Publication;
import io.bindery.engine.Observation.QueueCounters;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** What a queue holds, and the numbers that go with each change of it. Under the queue's lock. */
final class Contents {
  /** How many ready entries keep their messages while memory is short. */
  private static final int HEAD = 256;

  private final MessageQueue queue;
  private final QueueDefinition definition;
  private final FreedBytes memory;
  private final Lanes lanes;
  private final Selections selections;
  private final Keeping keeping;
  private final Suspects suspects;
  private final Pace pace;
  private final Set<Entry> reservedDelayed = Collections.newSetFromMap(new IdentityHashMap<>(0));
  private long lastSequence;
  private long unacknowledged;
  private long published;
  private long delivered;
  private long acknowledged;
  private long redelivered;
  private long deadLettered;

  Contents(MessageQueue queue, QueueEnvironment outside, Keeping keeping) {
    this.queue = queue;
    this.definition = queue.definition();
    this.memory = new FreedBytes(outside.memory());
    this.lanes = new Lanes(definition, new PageStore(queue, outside.store(), memory));
    this.selections = new Selections(lanes, definition.lanes());
    this.keeping = keeping;
    this.suspects = new Suspects(queue, keeping, outside);
    this.pace = new Pace(outside.environment());
  }

  Keeping keeping() {
    return keeping;
  }

  Suspects suspects() {
    return suspects;
  }

  Lanes lanes() {
    return lanes;
  }

  Selections selections() {
    return selections;
  }

  /** The bytes that were freed since it was last asked, to be told once the lock is free. */
  long takeFreedBytes() {
    return memory.take();
  }

  long unacknowledged() {
    return unacknowledged;
  }

  QueueCounters counters() {
    return new QueueCounters(published, delivered, acknowledged, redelivered, deadLettered);
  }

  /**
   * Whether a publication is refused because the queue is full. A place that is taken counts, or a
   * transaction and what waits for the disk would come in however many they are.
   */
  boolean refuses(Publication publication) {
    QueueDefinition.Limits limits = definition.limits();
    return limits.overflow() != QueueDefinition.Overflow.DROP_HEAD
        && ((limits.maxLength() >= 0 && lanes.ready() + lanes.coming() >= limits.maxLength())
            || (limits.maxLengthBytes() >= 0
                && lanes.readyBytes()
                        + lanes.comingBytes()
                        + publication.message().body().sizeBytes()
                    > limits.maxLengthBytes()));
  }

  /** A publication was refused: with reject-publish-dlx it dies. */
  void refused(Publication publication, Aftermath after) {
    if (definition.limits().overflow() == QueueDefinition.Overflow.REJECT_PUBLISH_DLX
        && definition.limits().deadLetterExchange() != null) {
      Entry dead = arrived(publication);
      // It never was in the queue, for the store.
      keeping.came(dead);
      dead.kept = false;
      died(dead, Reason.MAXLEN, after);
    }
  }

  /**
   * Whether the oldest must go. A queue that refuses publishes drops nothing: a dead letter, or
   * what was delivered and is given back, may bring it over its length.
   */
  boolean overLength() {
    QueueDefinition.Limits limits = definition.limits();
    if (limits.overflow() != QueueDefinition.Overflow.DROP_HEAD) {
      return false;
    }
    return (limits.maxLength() >= 0 && lanes.ready() > limits.maxLength())
        || (limits.maxLengthBytes() >= 0 && lanes.readyBytes() > limits.maxLengthBytes());
  }

  Pace pace() {
    return pace;
  }

  /** One became ready for the first time. Who has a selector may want nothing of what waits. */
  void came(long nowMs) {
    pace.came(selections.selective().isEmpty() ? lanes.ready() : 0, delivered, nowMs);
  }

  /** An entry for a publication, with its number and no slot yet. */
  Entry arrived(Publication publication) {
    int lane = definition.lane(publication.message().priority());
    long expiresAtMs = publication.message().expiresAtMs();
    publication.retain();
    published++;
    Entry entry = new Entry(queue, publication, new Entry.Place(++lastSequence, lane, expiresAtMs));
    entry.times(publication.message());
    if (keeping.keeps(publication.persistent())) {
      entry.kept = true;
      entry.near = keeping.near(entry, lanes.waiting(lane));
    }
    return entry;
  }

  /** An entry has its place, and none in a lane: it is delayed. */
  void reservedDelayed(Entry entry) {
    reservedDelayed.add(entry);
  }

  /** What is reserved outside the lanes. */
  Set<Entry> reservedDelayed() {
    return reservedDelayed;
  }

  /** The sequences up to this one were given before. */
  void continueAfter(long sequence) {
    lastSequence = sequence;
  }

  long lastSequence() {
    return lastSequence;
  }

  /** A reserved entry never was there. */
  void cancelled(Entry entry) {
    published--;
    keeping.came(entry);
    entry.written = true;
    reservedDelayed.remove(entry);
    gone(entry);
  }

  /** A ready entry goes into a consumer's hands. */
  void hold(QueueConsumer consumer, Entry entry) {
    entry.holder = consumer;
    lanes.takeOut(entry, Entry.HELD);
    consumer.hold(entry);
    unacknowledged++;
    delivered++;
    if (entry.deliveries > 0) {
      redelivered++;
    }
  }

  /** An entry leaves its consumer's hands otherwise than accepted. */
  void letGo(Entry entry) {
    entry.holder.letGo(entry);
    unacknowledged--;
  }

  /** An entry was accepted, and its consumer has swept it. */
  void accepted(Entry entry) {
    acknowledged++;
    unacknowledged--;
    gone(entry);
  }

  /**
   * The next ready entry for a consumer that has not expired, or null.
   *
   * @param alone whether it has taken none before
   */
  Entry nextFor(QueueConsumer consumer, boolean alone, long nowMs, Aftermath after) {
    Selection selection = consumer.selection();
    Entry entry = selections.first(selection);
    while (entry != null && entry.expired(nowMs)) {
      expire(entry, after);
      entry = selections.first(selection);
    }
    if (entry != null && suspects.has(entry)) {
      Object owner = consumer.settings().owner();
      return alone && suspects.mayDeliver(entry, owner, true) ? entry : null;
    }
    return mayDeliver(entry, !selection.selective());
  }

  /** The next ready entry for somebody who asks once, or null. */
  Entry nextFor(ConsumerSettings settings, long nowMs, Aftermath after) {
    Entry entry = lanes.firstFor(settings);
    while (entry != null && entry.expired(nowMs)) {
      expire(entry, after);
      entry = lanes.firstFor(settings);
    }
    if (entry != null && suspects.has(entry)) {
      return suspects.mayDeliver(entry, settings.owner(), false) ? entry : null;
    }
    return mayDeliver(entry, !settings.selective());
  }

  private Entry mayDeliver(Entry entry, boolean inOrder) {
    return entry != null && keeping.mayDeliver(entry, inOrder) ? entry : null;
  }

  /** Memory is short: what the store has leaves it. */
  void pageOut() {
    lanes.pageOut();
    reservedDelayed.forEach(lanes.store()::unload);
  }

  /** Ends a ready entry whose time is over. */
  void expire(Entry entry, Aftermath after) {
    lanes.takeOut(entry, Entry.LOCKED);
    died(entry, Reason.EXPIRED, after);
  }

  /** Ends the oldest ready entries until the queue is within its length. */
  void dropHead(Aftermath after) {
    while (overLength()) {
      Entry oldest = lanes.first();
      lanes.takeOut(oldest, Entry.LOCKED);
      died(oldest, Reason.MAXLEN, after);
    }
  }

  /** An entry has become ready behind many others: while memory is short the store has it alone. */
  void relieve(Entry entry) {
    if (entry.kept && lanes.ready() > HEAD && memory.pressed()) {
      int freed = entry.publication.unload();
      if (freed > 0) {
        memory.freed(freed);
      }
    }
  }

  /** An entry that is out of what is ready dies: to the dead letters, or it is gone. */
  void died(Entry entry, Reason reason, Aftermath after) {
    // The default dead letters of JMS are for what applications could not process, not for what
    // came too late.
    boolean processed = reason == Reason.REJECTED || reason == Reason.DELIVERY_LIMIT;
    boolean kept =
        processed ? definition.hasDeadLetters() : definition.limits().deadLetterExchange() != null;
    if (kept) {
      deadLettered++;
      after.died(entry, reason);
    } else {
      gone(entry);
    }
  }

  /** An entry leaves for good. */
  void gone(Entry entry) {
    lanes.remove(entry);
    keeping.left(entry);
    suspects.ended(entry);
    int freed = entry.publication.release();
    if (freed > 0) {
      memory.freed(freed);
    }
  }
}
