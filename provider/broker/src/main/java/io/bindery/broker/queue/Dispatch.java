package io.bindery.broker.queue;

import io.bindery.broker.runtime.Environment;
import io.bindery.broker.runtime.Environment.Scheduled;
import java.util.ArrayList;
import java.util.List;

/**
 * What becomes ready, by itself or with time, and which consumer is woken for it. Under the queue's
 * lock; its timers take that lock.
 */
final class Dispatch {
  private static final long STALL_TICK_MS = 5;

  private static final String ZERO = "0";

  /**
   * A time to live of zero means: expire unless a consumer can take it at once (RabbitMQ,
   * "Time-To-Live"). Consumers pull, so the one that has credit for it is given this time to come.
   */
  private static final long IMMEDIATE_MS = 10_000;

  private final MessageQueue queue;
  private final Environment environment;
  private final Contents contents;
  private final Lanes lanes;
  private final Consumers consumers;
  private boolean tickArmed;
  private long timerMs = Long.MAX_VALUE;
  private Scheduled timer;

  Dispatch(MessageQueue queue, Environment environment, Contents contents) {
    this.queue = queue;
    this.environment = environment;
    this.contents = contents;
    this.lanes = contents.lanes();
    this.consumers = new Consumers(queue.definition().limits().singleActiveConsumer());
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
    boolean immediate = ttlMs == 0 || ZERO.equals(entry.message().expiration());
    if (immediate && consumers.someTake(entry.publication())) {
      entry.expiresAtMs = nowMs + IMMEDIATE_MS;
    } else if (ttlMs >= 0) {
      long byQueueMs = nowMs + ttlMs;
      entry.expiresAtMs =
          entry.expiresAtMs == 0 ? byQueueMs : Math.min(entry.expiresAtMs, byQueueMs);
    }
    return becameReady(entry, nowMs);
  }

  /** Makes an entry ready; tells whom to wake, who is then awake, or null. */
  QueueConsumer becameReady(Entry entry, long nowMs) {
    lanes.makeReady(entry);
    if (entry.expiresAtMs != 0) {
      armTimer(entry.expiresAtMs, nowMs);
    }
    QueueConsumer woken = consumers.toWakeFor(entry, lanes.ready());
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
    armTimer(entry.message().deliverAtMs(), nowMs);
  }

  /** How many a consumer may take now, to be fair to the others. */
  int share(QueueConsumer consumer, int max, long nowNs) {
    int pace = consumer.pace(nowNs);
    if (consumer.paused()) {
      return 0;
    }
    long fair = Math.max(1, lanes.ready() / Math.max(1, consumers.awake()));
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

  /** Wakes an idle consumer when the awake ones do not take what is ready. */
  void wakeIdle(Aftermath after) {
    Entry next = lanes.first();
    if (next == null) {
      return;
    }
    after.wake(consumers.toWakeFor(next, lanes.ready()));
    if (consumers.someIdle()) {
      armTick();
    }
  }

  /** A consumer that has not looked yet, or could not take, looks when anything is ready. */
  void wakeIfWork(QueueConsumer consumer, Aftermath after) {
    if (lanes.ready() > 0 && consumer.phase() == QueueConsumer.IDLE) {
      consumers.become(consumer, QueueConsumer.AWAKE);
      after.wake(consumer);
    }
  }

  /** Lets selective consumers look at an entry again that they passed. */
  void rewind(Entry entry) {
    for (QueueConsumer consumer : consumers.all()) {
      consumer.rewind(entry);
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
          boolean suspects = consumers.findStalled();
          QueueConsumer next = lanes.ready() > 0 ? consumers.next(lanes.first()) : null;
          after.wake(next);
          // Who is not to be woken now is woken when a consumer before it takes no more.
          if ((next != null || (suspects && lanes.ready() > 0)) && consumers.someIdle()) {
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
          List<Entry> expired = new ArrayList<>();
          lanes.forEachExpired(now, expired::add);
          expired.forEach(entry -> contents.expire(entry, after));
          long next = lanes.nextEventMs();
          if (next != Long.MAX_VALUE) {
            armTimer(next, now);
          }
        });
  }
}
