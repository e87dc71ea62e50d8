package io.bindery.broker.queue;

import io.bindery.broker.journal.JournalException;
import io.bindery.broker.runtime.Environment;
import io.bindery.broker.runtime.Environment.Scheduled;
import java.util.function.Consumer;

/**
 * What becomes ready, by itself or with time, and which consumer is woken for it. Under the queue's
 * lock; its timers take that lock.
 */
final class Dispatch {
  private static final long STALL_TICK_MS = 5;

  /** So many are ended before others get the lock, and what becomes of them the disk. */
  private static final int EXPIRED_AT_ONCE = 1_000;

  private static final long PAUSE_MS = 10;

  /**
   * A time to live of zero means: expire unless a consumer can take it at once (RabbitMQ,
   * "Time-To-Live"). Consumers pull, so the one that has credit for it is given this time to come.
   */
  private static final long IMMEDIATE_MS = 10_000;

  private final MessageQueue queue;
  private final Environment environment;
  private final Contents contents;
  private final Lanes lanes;
  private final Selections selections;
  private final Consumers consumers;
  private boolean tickArmed;
  private long timerMs = Long.MAX_VALUE;
  private Scheduled timer;

  Dispatch(MessageQueue queue, Environment environment, Contents contents) {
    this.queue = queue;
    this.environment = environment;
    this.contents = contents;
    this.lanes = contents.lanes();
    this.selections = contents.selections();
    this.consumers = new Consumers(selections, queue.definition().limits().singleActiveConsumer());
  }

  Consumers consumers() {
    return consumers;
  }

  /** Ends the timers. */
  void stop() {
    if (timer != null) {
      timer.cancel();
    }
  }

  /**
   * Makes an entry ready for the first time, which is when the queue's time to live begins; tells
   * whom to wake, who is then awake, or null.
   */
  QueueConsumer arrived(Entry entry, long nowMs) {
    long ttlMs = queue.definition().limits().messageTtlMs();
    if (isImmediate(entry) && consumers.someTake(entry.publication())) {
      entry.expiresAtMs = nowMs + IMMEDIATE_MS;
    } else if (ttlMs >= 0) {
      long byQueueMs = nowMs + ttlMs;
      entry.expiresAtMs =
          entry.expiresAtMs == 0 ? byQueueMs : Math.min(entry.expiresAtMs, byQueueMs);
    }
    QueueConsumer woken = becameReady(entry, nowMs);
    contents.came(nowMs);
    return woken;
  }

  private boolean isImmediate(Entry entry) {
    return entry.immediate || queue.definition().limits().messageTtlMs() == 0;
  }

  /** A consumer gives an entry back that it has seen: what was for at once only has expired. */
  void failed(Entry entry, long nowMs) {
    if (isImmediate(entry)) {
      entry.expiresAtMs = nowMs;
    }
  }

  /** Makes an entry ready; tells whom to wake, who is then awake, or null. */
  QueueConsumer becameReady(Entry entry, long nowMs) {
    lanes.makeReady(entry);
    if (entry.expiresAtMs != 0) {
      armTimer(entry.expiresAtMs, nowMs);
    }
    QueueConsumer woken = consumers.toWakeFor(entry, selections.ready(entry));
    if (consumers.someIdle()) {
      // Whoever is awake or woken may not come.
      armTick();
    }
    return woken;
  }

  /** Keeps an entry until it is due. */
  void delay(Entry entry, long nowMs) {
    entry.state(Entry.DELAYED);
    lanes.delayed().add(entry);
    armTimer(entry.dueMs, nowMs);
  }

  /** How many a consumer may take now, to be fair to the others. */
  int share(QueueConsumer consumer, int pace, int max) {
    if (consumer.paused()) {
      return 0;
    }
    Selection selection = consumer.selection();
    int awake = Math.max(1, selection.awake());
    long fair = Math.max(1, selections.backlog(selection) / awake);
    if (awake > 1 && fair < Consumers.BATCH && consumer.isCheap()) {
      fair = 1;
    }
    return (int) Math.min(Math.min(consumer.credit(max), fair), pace);
  }

  /** What a consumer is after it took so many. */
  static int phaseAfter(QueueConsumer consumer, int taken) {
    if (consumer.paused()) {
      return QueueConsumer.PAUSED;
    }
    if (consumer.handsFull()) {
      return taken > 0 ? QueueConsumer.FULL : QueueConsumer.STARVED;
    }
    return taken > 0 ? QueueConsumer.AWAKE : QueueConsumer.IDLE;
  }

  /** Wakes an idle consumer when those of a selection do not take what is ready for it. */
  void wakeIdle(Selection selection, Aftermath after) {
    wakeIdleFor(consumers.someIdle() ? selections.first(selection) : null, after);
  }

  /** Wakes an idle consumer for an entry that nobody takes, or null. */
  private void wakeIdleFor(Entry next, Aftermath after) {
    if (next != null) {
      after.wake(consumers.toWakeFor(next, selections.accepting(next)));
    }
    if (consumers.someIdle() && lanes.ready() > 0) {
      armTick();
    }
  }

  /** If what was refused may be delivered, whoever wanted it looks again. */
  void unblock(Aftermath after) {
    if (!contents.keeping().takeUnblocked()) {
      return;
    }
    consumers.wakeOneOfEach(after);
    if (consumers.someIdle() && lanes.ready() > 0) {
      armTick();
    }
    for (Consumer<JournalException> each : contents.keeping().takeWaiting()) {
      after.call(() -> each.accept(null));
    }
  }

  /** Takes a consumer out; what it would have taken is another's. */
  void remove(QueueConsumer consumer, Aftermath after) {
    Entry next = selections.first(consumer.selection());
    QueueConsumer heir = consumers.remove(consumer);
    if (heir != null) {
      wakeIfWork(heir, after);
    }
    wakeIdleFor(next, after);
  }

  /** A consumer that has not looked yet, or could not take, looks when anything is ready. */
  void wakeIfWork(QueueConsumer consumer, Aftermath after) {
    if (consumer.phase() == QueueConsumer.IDLE && selections.mayHaveWork(consumer.selection())) {
      consumers.become(consumer, QueueConsumer.AWAKE);
      after.wake(consumer);
    }
  }

  /** Somebody has left an entry to another, who may not come. */
  void watch() {
    if (consumers.someIdle()) {
      armTick();
    }
  }

  private void armTick() {
    if (!tickArmed) {
      tickArmed = true;
      environment.schedule(this::tick, STALL_TICK_MS);
    }
  }

  /** Somebody may stall, while others are idle. */
  private void tick() {
    queue.locked(
        (now, after) -> {
          tickArmed = false;
          if (!consumers.someIdle() || queue.isDeleted()) {
            return;
          }
          boolean someStall = consumers.findStalled();
          boolean woken =
              lanes.ready() > 0 && !contents.keeping().blocked() && consumers.wakeOneOfEach(after);
          // Who is not to be woken now is woken when a consumer before it takes no more.
          if ((woken || (someStall && lanes.ready() > 0)) && consumers.someIdle()) {
            armTick();
          }
        });
  }

  /** Something that was found expires then, {@link Long#MAX_VALUE} for never. */
  void expiresAt(long atMs, long nowMs) {
    if (atMs != Long.MAX_VALUE) {
      armTimer(atMs, nowMs);
    }
  }

  private void armTimer(long atMs, long nowMs) {
    if (atMs >= timerMs || queue.isDeleted()) {
      return;
    }
    if (timer != null) {
      timer.cancel();
    }
    timerMs = atMs;
    timer = environment.schedule(this::onTimer, atMs - nowMs);
  }

  private void onTimer() {
    queue.locked(
        (now, after) -> {
          timerMs = Long.MAX_VALUE;
          for (Entry due = lanes.delayed().due(now); due != null; due = lanes.delayed().due(now)) {
            lanes.append(due);
            after.wake(arrived(due, now));
          }
          int[] expired = new int[1];
          lanes.forEachExpired(
              now,
              entry -> {
                contents.expire(entry, after);
                return ++expired[0] < EXPIRED_AT_ONCE;
              });
          long next = lanes.nextEventMs();
          if (next != Long.MAX_VALUE) {
            armTimer(Math.max(next, expired[0] < EXPIRED_AT_ONCE ? now : now + PAUSE_MS), now);
          }
        });
  }
}
