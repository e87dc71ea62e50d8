package io.bindery.broker.queue;

import io.bindery.broker.routing.Publication;
import io.bindery.broker.routing.Target;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Observation.QueueCounters;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Signal;
import io.bindery.engine.Ticket;
import io.bindery.engine.selector.Selector;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A queue: entries in lanes, and consumers that pull. Thread-safe; its lock is short and unfair,
 * and nothing foreign is called while it is held.
 */
public final class MessageQueue implements Target {
  /** So many are removed before others get the lock. */
  private static final int PURGED_AT_ONCE = 4_096;

  private final QueueDefinition definition;
  private final QueueEnvironment outside;
  private final ReentrantLock lock = new ReentrantLock();
  private final Keeping keeping;
  private final Contents contents;
  private final Lanes lanes;
  private final Dispatch dispatch;
  private final Consumers consumers;
  private final Deliveries deliveries;
  private final Persistence persistence;
  private volatile boolean deleted;

  /**
   * An empty queue.
   *
   * @param id its number in the ledger, 0 when it is not kept
   */
  public MessageQueue(QueueDefinition definition, QueueEnvironment environment, int id) {
    this.definition = definition;
    this.outside = environment;
    this.keeping = new Keeping(this, environment.ledger(), id);
    this.contents = new Contents(this, environment, keeping);
    this.lanes = contents.lanes();
    this.dispatch = new Dispatch(this, environment.environment(), contents);
    this.consumers = dispatch.consumers();
    this.deliveries = new Deliveries(this, environment, contents, dispatch);
    this.persistence = new Persistence(this, contents, dispatch);
  }

  /** What was declared. */
  public QueueDefinition definition() {
    return definition;
  }

  /** Its number in the ledger, 0 when it is not kept. */
  public int id() {
    return keeping.id();
  }

  /** Whether a message with such a delivery mode outlives the broker here. */
  public boolean keeps(boolean persistent) {
    return keeping.keeps(persistent);
  }

  /** The last number that it gave to an entry. Under the lock. */
  long lastSequence() {
    return contents.lastSequence();
  }

  /** Its name. */
  public String name() {
    return definition.spec().name();
  }

  /**
   * Takes a message in and makes it ready in one step.
   *
   * @param wakes where a consumer goes that is to be woken
   * @return false when it is refused because the queue is full
   */
  public boolean offer(Publication publication, long nowMs, Wakes wakes) {
    Aftermath after = null;
    QueueConsumer woken = null;
    boolean refused;
    long freedBytes;
    lock.lock();
    try {
      if (deleted) {
        return true;
      }
      refused = contents.refuses(publication);
      if (refused) {
        after = new Aftermath();
        contents.refused(publication, after);
      } else if (publication.message().deliverAtMs() > nowMs) {
        dispatch.delay(contents.arrived(publication), nowMs);
      } else {
        Entry entry = contents.arrived(publication);
        lanes.append(entry);
        woken = dispatch.arrived(entry, nowMs);
        if (contents.overLength()) {
          after = new Aftermath();
          contents.dropHead(after);
          dispatch.unblock(after);
        }
      }
      freedBytes = contents.takeFreedBytes();
    } finally {
      lock.unlock();
    }
    if (woken != null) {
      wakes.wake(woken);
    }
    follow(freedBytes, after);
    return !refused;
  }

  /** How long who has sent one more message is to rest, instead of so long. Any thread. */
  public double restMs(double beforeMs) {
    return contents.pace().restMs(beforeMs);
  }

  /** Does what follows a change, once the lock is free. */
  void follow(long freedBytes, Aftermath after) {
    if (freedBytes > 0) {
      outside.memory().freed(freedBytes);
    }
    if (after != null) {
      after.run(outside.deadLetters());
    }
  }

  /** A dead letter has arrived elsewhere, or has nowhere to go. */
  public void forget(Entry entry) {
    locked((now, after) -> contents.gone(entry));
  }

  /**
   * Takes a place for a message of a transaction, invisible until {@link #ready}.
   *
   * @return null when it is refused because the queue is full
   */
  public Entry reserve(Publication publication) {
    return reserve(publication, false);
  }

  /** The same for a dead letter, also when the queue is full: there is nobody to refuse it to. */
  public Entry reserveAlways(Publication deadLetter) {
    return reserve(deadLetter, true);
  }

  private Entry reserve(Publication publication, boolean always) {
    lock.lock();
    try {
      if (!always && !deleted && contents.refuses(publication)) {
        return null;
      }
      Entry entry = contents.arrived(publication);
      if (publication.message().deliverAtMs() == 0) {
        lanes.append(entry);
      } else {
        contents.reservedDelayed(entry);
      }
      return entry;
    } finally {
      lock.unlock();
    }
  }

  /** It has refused a publication: with reject-publish-dlx that dies. */
  public void refused(Publication publication) {
    locked((now, after) -> contents.refused(publication, after));
  }

  /**
   * Makes a reserved entry visible; what the store keeps of it is on disk.
   *
   * @return whom to wake, once all that becomes visible with it is; null for nobody
   */
  public QueueConsumer ready(Entry entry, long nowMs) {
    QueueConsumer[] woken = new QueueConsumer[1];
    locked(
        (now, after) -> {
          contents.reservedDelayed().remove(entry);
          if (deleted) {
            contents.gone(entry);
          } else if (entry.dueMs > nowMs) {
            keeping.onDisk(entry);
            dispatch.delay(entry, nowMs);
          } else {
            keeping.onDisk(entry);
            if (entry.page == null) {
              lanes.append(entry);
            }
            woken[0] = dispatch.arrived(entry, nowMs);
            contents.dropHead(after);
            contents.relieve(entry);
          }
        });
    return woken[0];
  }

  /** Gives a reserved place back. */
  public void cancel(Entry entry) {
    locked(
        (now, after) -> {
          contents.cancelled(entry);
        });
  }

  /**
   * Adds a consumer.
   *
   * @param signal see {@link io.bindery.engine.Consumer}
   * @throws AmqpException ACCESS_REFUSED when it or another one is exclusive, or it is and the
   *     queue has a single active consumer, NOT_FOUND when the queue was deleted meanwhile
   */
  public QueueConsumer consume(ConsumerSettings settings, Signal signal) throws AmqpException {
    QueueConsumer consumer = new QueueConsumer(this, settings, signal);
    lock.lock();
    try {
      if (deleted) {
        throw new AmqpException(ReplyCode.NOT_FOUND, "Queue '" + name() + "' was deleted");
      }
      if (settings.exclusive() && definition.limits().singleActiveConsumer()) {
        throw new AmqpException(
            ReplyCode.ACCESS_REFUSED,
            "queue '"
                + name()
                + "' in vhost '"
                + definition.virtualHost()
                + "' in exclusive use: it has x-single-active-consumer; consume without exclusive");
      }
      boolean exclusive = consumers.all().stream().anyMatch(other -> other.settings().exclusive());
      if (exclusive || (settings.exclusive() && !consumers.all().isEmpty())) {
        throw new AmqpException(
            ReplyCode.ACCESS_REFUSED,
            "queue '"
                + name()
                + "' in vhost '"
                + definition.virtualHost()
                + "' in exclusive use: it has "
                + (exclusive ? "an exclusive consumer" : "a consumer")
                + " already");
      }
      consumers.add(consumer);
    } finally {
      lock.unlock();
    }
    locked((now, after) -> dispatch.wakeIfWork(consumer, after));
    return consumer;
  }

  /** Where a channel keeps what it takes one by one. */
  public QueueConsumer taker(Object owner) {
    QueueConsumer taker =
        new QueueConsumer(
            this, new ConsumerSettings("", 0, false, Selector.ALL, null, 0, owner), () -> {});
    taker.phase(QueueConsumer.CLOSED);
    return taker;
  }

  /**
   * Takes one message into a taker, now or as soon as the ledger lets it be delivered.
   *
   * @param answer is given the entry, or null when none matches
   */
  public void take(QueueConsumer taker, Selector selector, Ticket<Entry> answer) {
    deliveries.take(taker, selector, answer);
  }

  void pause(QueueConsumer consumer, boolean paused) {
    locked(
        (now, after) -> {
          int phase = consumer.phase();
          if (phase == QueueConsumer.CLOSED) {
            return;
          }
          consumer.paused(paused);
          if (phase == QueueConsumer.WAITING) {
            return;
          }
          if (paused) {
            consumers.become(consumer, QueueConsumer.PAUSED);
            if (phase == QueueConsumer.AWAKE) {
              // What it was woken for is another's now.
              dispatch.wakeIdle(consumer.selection(), after);
            }
          } else if (phase == QueueConsumer.PAUSED) {
            consumers.become(consumer, QueueConsumer.IDLE);
            dispatch.wakeIfWork(consumer, after);
          }
        });
  }

  void close(QueueConsumer consumer) {
    locked(
        (now, after) -> {
          if (consumer.phase() != QueueConsumer.CLOSED) {
            dispatch.remove(consumer, after);
          }
          consumer.sweep(contents::accepted);
        });
  }

  /** What its consumers hold. */
  Deliveries deliveries() {
    return deliveries;
  }

  /**
   * Gives deliveries back in one step: FAILED what was seen, RELEASED what was not. What is ended
   * already is left alone.
   */
  public void giveBack(List<Entry> seen, List<Entry> unseen) {
    deliveries.giveBack(seen, unseen);
  }

  /**
   * Everything that a consumer or taker still holds, oldest first; what is in a transaction is not
   * among it.
   */
  public List<Entry> heldBy(QueueConsumer consumer) {
    return deliveries.heldBy(consumer);
  }

  /** Looks at what is there. */
  public QueueBrowser browse(Selector selector) {
    return new QueueBrowser(this, selector);
  }

  /** Collects what a browser shows next, under the lock. */
  void visit(int priority, long fromIndex, Lane.Predicate visitor) {
    locked((now, after) -> lanes.forEach(priority, fromIndex, visitor));
  }

  /** The time, for a browser. */
  long nowMs() {
    return outside.environment().nowMs();
  }

  /**
   * Removes all that is ready.
   *
   * @return how many
   */
  public long purge() {
    long[] purged = new long[1];
    long[] most = {Long.MAX_VALUE};
    boolean[] more = {true};
    while (more[0]) {
      locked(
          (now, after) -> {
            most[0] = Math.min(most[0], purged[0] + lanes.ready());
            long until = Math.min(most[0], purged[0] + PURGED_AT_ONCE);
            for (; purged[0] < until; purged[0]++) {
              Entry entry = lanes.first();
              lanes.takeOut(entry, Entry.LOCKED);
              contents.gone(entry);
            }
            more[0] = purged[0] < most[0];
          });
    }
    return purged[0];
  }

  /**
   * Ends it: its messages are gone, its consumers over.
   *
   * @return how many messages waited in it, those included that were not yet due
   */
  public long delete() {
    lock.lock();
    try {
      deleted = true;
      dispatch.stop();
    } finally {
      lock.unlock();
    }
    long[] waited = {purge()};
    locked(
        (now, after) -> {
          for (Entry entry = lanes.delayed().poll();
              entry != null;
              entry = lanes.delayed().poll()) {
            contents.gone(entry);
            waited[0]++;
          }
          for (QueueConsumer consumer : List.copyOf(consumers.all())) {
            consumers.remove(consumer);
            after.wake(consumer);
          }
        });
    return waited[0];
  }

  /** Whether it was deleted. */
  public boolean isDeleted() {
    return deleted;
  }

  /** Counts what was settled but not yet swept, so that memory and numbers are exact. */
  public void sweep() {
    locked((now, after) -> consumers.all().forEach(consumer -> consumer.sweep(contents::accepted)));
  }

  /** Its side towards the store. */
  public Persistence persistence() {
    return persistence;
  }

  /** Memory is short: what the store has leaves it. */
  public void pageOut() {
    locked((now, after) -> contents.pageOut());
  }

  /** How many messages wait. */
  public long readyCount() {
    lock.lock();
    try {
      return lanes.ready();
    } finally {
      lock.unlock();
    }
  }

  /** Whether it has no message: none that waits, none that is not yet due, none in delivery. */
  public boolean isEmpty() {
    sweep();
    lock.lock();
    try {
      return lanes.ready() == 0
          && lanes.delayed().nextMs() == Long.MAX_VALUE
          && contents.unacknowledged() == 0;
    } finally {
      lock.unlock();
    }
  }

  /** How many messages are in delivery. */
  public long unacknowledgedCount() {
    sweep();
    lock.lock();
    try {
      return contents.unacknowledged();
    } finally {
      lock.unlock();
    }
  }

  /** Its consumers, oldest first. */
  public List<QueueConsumer> consumers() {
    lock.lock();
    try {
      return List.copyOf(consumers.all());
    } finally {
      lock.unlock();
    }
  }

  /** What has happened. */
  public QueueCounters counters() {
    sweep();
    lock.lock();
    try {
      return contents.counters();
    } finally {
      lock.unlock();
    }
  }

  /** A change under the lock, given the time, and what follows it. */
  interface Change {
    void make(long nowMs, Aftermath after);
  }

  /** Its lock, for what is too hot for {@link #locked}. */
  ReentrantLock lock() {
    return lock;
  }

  /** Makes a change under the lock, then does what follows it. */
  void locked(Change change) {
    Aftermath after = new Aftermath();
    long nowMs = outside.environment().nowMs();
    long freedBytes;
    lock.lock();
    try {
      change.make(nowMs, after);
      dispatch.unblock(after);
      freedBytes = contents.takeFreedBytes();
    } finally {
      lock.unlock();
    }
    follow(freedBytes, after);
  }
}
