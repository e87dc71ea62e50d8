package io.bindery.broker.queue;

import io.bindery.broker.routing.Publication;
import io.bindery.broker.store.Kept;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Delivery;
import io.bindery.engine.Outcome;
import io.bindery.engine.Route;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * A message on a queue: a small state machine. It keeps its slot in its page while it is delivered,
 * so that giving it back puts it in its old place.
 *
 * <p>{@code HELD -> SETTLED}, {@code HELD -> RETURNING} and {@code HELD <-> LOCKED} are
 * compare-and-sets that need no lock; every other change is under the queue's.
 */
public final class Entry implements Delivery, Kept {
  static final int RESERVED = 0;
  static final int DELAYED = 1;
  static final int READY = 2;
  static final int HELD = 3;
  static final int LOCKED = 4;
  static final int SETTLED = 5;
  static final int GONE = 6;

  /** Ended otherwise than accepted, and not yet back: a sweep must not take it for accepted. */
  static final int RETURNING = 7;

  private static final String ZERO = "0";

  private static final AtomicIntegerFieldUpdater<Entry> STATE =
      AtomicIntegerFieldUpdater.newUpdater(Entry.class, "state");

  final MessageQueue source;
  final Publication publication;
  final long sequence;
  final int priority;
  long expiresAtMs;

  /** When it may be delivered, ms since 1970, 0 for at once; what is in its lane may not know. */
  long dueMs;

  long index;
  Page page;
  QueueConsumer holder;

  /** Which was accepted before, while its consumer has not swept them. */
  Entry nextSettled;

  int deliveries;
  int failures;

  /** Whether it expires unless somebody takes it at once. */
  boolean immediate;

  /** Whether the store keeps it until it is settled. */
  boolean kept;

  /** Whether the store keeps it over the next restart, if that is orderly, and not longer. */
  boolean parked;

  /** Whether it was so near the head of its lane that its own record lets it be delivered. */
  boolean near;

  /** Whether it may have killed the broker before, so that it is delivered alone. */
  boolean suspect;

  /** Whether the store knows that it has left its queue. */
  boolean written;

  /** Its message in the store, which counts this entry; 0 when it is in memory only. */
  private volatile long position;

  private volatile int state;

  Entry(MessageQueue source, Publication publication, Place place) {
    this.source = source;
    this.publication = publication;
    this.sequence = place.sequence();
    this.priority = place.priority();
    this.expiresAtMs = place.expiresAtMs();
  }

  /**
   * What an entry is given when it comes in, and keeps.
   *
   * @param sequence its number in the queue
   * @param priority its lane
   * @param expiresAtMs when it expires, 0 for never
   */
  record Place(long sequence, int priority, long expiresAtMs) {}

  /** What its message says of the time, which is asked for when that may not be in memory. */
  void times(AmqpMessage message) {
    dueMs = message.deliverAtMs();
    immediate = ZERO.equals(message.expiration());
  }

  /** The queue that it is on. */
  public MessageQueue source() {
    return source;
  }

  /** The publish that it came from. */
  public Publication publication() {
    return publication;
  }

  /** Whether the store keeps it until it is settled. */
  public boolean kept() {
    return kept;
  }

  /** A record on disk says that it has left its queue: none more is to be written. */
  public void written() {
    written = true;
  }

  @Override
  public int queueId() {
    return source.id();
  }

  @Override
  public int lane() {
    return priority;
  }

  @Override
  public long expiresAtMs() {
    return expiresAtMs;
  }

  @Override
  public int sizeBytes() {
    return publication.sizeBytes();
  }

  @Override
  public boolean near() {
    return near;
  }

  @Override
  public boolean delayed() {
    return dueMs != 0;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public void position(long stored) {
    position = stored;
  }

  /** Who holds it: the owner that its consumer was given, or null. */
  public Object owner() {
    QueueConsumer now = holder;
    return now == null ? null : now.settings().owner();
  }

  /** Puts a delivery into a transaction. False when it was ended already. */
  public boolean lock() {
    return move(HELD, LOCKED);
  }

  /** Takes a delivery out of a transaction again: its channel holds it. */
  public void unlock() {
    move(LOCKED, HELD);
  }

  /**
   * Ends a delivery.
   *
   * @return false when it was ended already, or is in a transaction
   */
  public boolean settle(Outcome outcome) {
    return source.deliveries().end(this, HELD, outcome);
  }

  /** Its transaction is promised to a manager: whoever took it has processed it. */
  public void promised() {
    if (suspect) {
      source.deliveries().promised(this);
    }
  }

  /** Ends a delivery that is in a transaction. */
  public void settleLocked(Outcome outcome) {
    source.deliveries().end(this, LOCKED, outcome);
  }

  int state() {
    return state;
  }

  void state(int next) {
    STATE.lazySet(this, next);
  }

  boolean move(int from, int to) {
    return STATE.compareAndSet(this, from, to);
  }

  boolean expired(long nowMs) {
    return expiresAtMs != 0 && expiresAtMs <= nowMs;
  }

  @Override
  public AmqpMessage message() {
    return publication.message();
  }

  @Override
  public Route route() {
    return publication.route();
  }

  @Override
  public String queue() {
    return source.name();
  }

  @Override
  public long sequence() {
    return sequence;
  }

  @Override
  public int deliveryCount() {
    return deliveries;
  }

  @Override
  public int failureCount() {
    return failures;
  }
}
