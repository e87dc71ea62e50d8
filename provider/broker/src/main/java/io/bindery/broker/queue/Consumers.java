package io.bindery.broker.queue;

import io.bindery.broker.routing.Publication;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The consumers of a queue, and the rule that wakes them: the one that is idle longest, and only
 * when none is awake or more is ready than the awake ones take. So idle consumers get round robin,
 * busy ones batches. Under the queue's lock.
 */
final class Consumers {
  /** What a consumer takes at most at a time. */
  static final int BATCH = 64;

  private final List<QueueConsumer> all = new ArrayList<>(2);
  private final ArrayDeque<QueueConsumer> idle = new ArrayDeque<>(2);
  private int awake;
  private int selective;
  private int prioritised;

  List<QueueConsumer> all() {
    return all;
  }

  int awake() {
    return awake;
  }

  boolean someIdle() {
    return !idle.isEmpty();
  }

  void add(QueueConsumer consumer) {
    all.add(consumer);
    selective += consumer.settings().selective() ? 1 : 0;
    prioritised += consumer.settings().priority() != 0 ? 1 : 0;
    become(consumer, QueueConsumer.IDLE);
  }

  void remove(QueueConsumer consumer) {
    if (all.remove(consumer)) {
      selective -= consumer.settings().selective() ? 1 : 0;
      prioritised -= consumer.settings().priority() != 0 ? 1 : 0;
    }
    become(consumer, QueueConsumer.CLOSED);
  }

  /** Changes a consumer's phase. */
  void become(QueueConsumer consumer, int phase) {
    int before = consumer.phase();
    if (before == phase) {
      return;
    }
    awake += (phase == QueueConsumer.AWAKE ? 1 : 0) - (before == QueueConsumer.AWAKE ? 1 : 0);
    if (before == QueueConsumer.IDLE) {
      idle.remove(consumer);
    }
    if (phase == QueueConsumer.IDLE) {
      idle.add(consumer);
    }
    consumer.phase(phase);
  }

  /** The consumer to wake for one more ready entry, which is then awake; or null. */
  QueueConsumer toWakeFor(Entry entry, long ready) {
    if (idle.isEmpty()) {
      return null;
    }
    if (selective > 0) {
      return wake(firstThatAccepts(entry));
    }
    return awake == 0 || ready > (long) awake * BATCH ? wake(firstByPriority()) : null;
  }

  /** The next idle consumer, because somebody stalls; or null. */
  QueueConsumer next() {
    return wake(firstByPriority());
  }

  /** Whether somebody wants a publication and has credit for it. */
  boolean someTake(Publication publication) {
    return all.stream()
        .anyMatch(consumer -> consumer.hasCredit() && consumer.settings().accepts(publication));
  }

  private QueueConsumer firstThatAccepts(Entry entry) {
    for (QueueConsumer consumer : idle) {
      if (consumer.settings().accepts(entry.publication())) {
        return consumer;
      }
    }
    return null;
  }

  private QueueConsumer firstByPriority() {
    QueueConsumer best = idle.peek();
    if (prioritised > 0) {
      for (QueueConsumer consumer : idle) {
        best = consumer.settings().priority() > best.settings().priority() ? consumer : best;
      }
    }
    return best;
  }

  private QueueConsumer wake(QueueConsumer consumer) {
    if (consumer != null) {
      become(consumer, QueueConsumer.AWAKE);
    }
    return consumer;
  }
}
