package io.bindery.broker.queue;

import io.bindery.broker.routing.Publication;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The consumers of a queue, and the rule that wakes them: the one that is idle longest, and only
 * when none is awake or more is ready than the awake ones take. So idle consumers get round robin,
 * busy ones batches. Under the queue's lock.
 *
 * <p>With priorities (RabbitMQ, "Consumer Priorities") a message is for a consumer only when none
 * with a higher one is about to take it: one that is awake and has credit. A queue with a single
 * active consumer (RabbitMQ, "Consumers") lets all others wait until that one is gone.
 */
final class Consumers {
  /** What a consumer takes at most at a time. */
  static final int BATCH = 64;

  private final boolean singleActive;
  private final List<QueueConsumer> all = new ArrayList<>(2);
  private final ArrayDeque<QueueConsumer> idle = new ArrayDeque<>(2);
  private int awake;
  private int selective;
  private int prioritised;

  Consumers(boolean singleActive) {
    this.singleActive = singleActive;
  }

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
    boolean waits = singleActive && all.size() > 1;
    become(consumer, waits ? QueueConsumer.WAITING : QueueConsumer.IDLE);
  }

  /**
   * Takes a consumer out.
   *
   * @return the one that is the single active consumer in its place, or null
   */
  QueueConsumer remove(QueueConsumer consumer) {
    boolean waited = consumer.phase() == QueueConsumer.WAITING;
    if (all.remove(consumer)) {
      selective -= consumer.settings().selective() ? 1 : 0;
      prioritised -= consumer.settings().priority() != 0 ? 1 : 0;
    }
    become(consumer, QueueConsumer.CLOSED);
    if (!singleActive || waited || all.isEmpty()) {
      return null;
    }
    QueueConsumer heir = highest(all);
    become(heir, heir.paused() ? QueueConsumer.PAUSED : QueueConsumer.IDLE);
    return heir;
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
    QueueConsumer next = selective > 0 ? firstThatAccepts(entry) : highest(idle);
    if (next == null || anotherGoesFirst(next, entry)) {
      return null;
    }
    int busy = prioritised > 0 ? awakeFrom(next.settings().priority()) : awake;
    return selective > 0 || busy == 0 || ready > (long) busy * BATCH ? wake(next) : null;
  }

  /** The next idle consumer, because somebody stalls, for the first ready entry; or null. */
  QueueConsumer next(Entry entry) {
    QueueConsumer next = highest(idle);
    return entry != null && anotherGoesFirst(next, entry) ? null : wake(next);
  }

  /** Whether a consumer with a higher priority is about to take an entry. */
  boolean anotherGoesFirst(QueueConsumer consumer, Entry entry) {
    if (prioritised == 0) {
      return false;
    }
    for (QueueConsumer other : all) {
      if (other.settings().priority() > consumer.settings().priority()
          && other.phase() == QueueConsumer.AWAKE
          && other.hasCredit()
          && other.settings().accepts(entry.publication())) {
        return true;
      }
    }
    return false;
  }

  private int awakeFrom(int priority) {
    int count = 0;
    for (QueueConsumer consumer : all) {
      boolean counts =
          consumer.phase() == QueueConsumer.AWAKE && consumer.settings().priority() >= priority;
      count += counts ? 1 : 0;
    }
    return count;
  }

  /** Whether somebody wants a publication and has credit for it. */
  boolean someTake(Publication publication) {
    return all.stream()
        .anyMatch(consumer -> consumer.hasCredit() && consumer.settings().accepts(publication));
  }

  /**
   * Looks who was signalled and has not drained for two ticks: nobody counts on such a consumer any
   * more until it does.
   *
   * @return whether others may turn out so at the next tick
   */
  boolean findStalled() {
    boolean more = false;
    for (QueueConsumer consumer : all) {
      if (consumer.watched()) {
        if (consumer.stalls()) {
          become(consumer, QueueConsumer.FULL);
        } else {
          more = true;
        }
      }
    }
    return more;
  }

  private QueueConsumer firstThatAccepts(Entry entry) {
    QueueConsumer best = null;
    for (QueueConsumer consumer : idle) {
      boolean better = best == null || consumer.settings().priority() > best.settings().priority();
      if (better && consumer.settings().accepts(entry.publication())) {
        best = consumer;
        if (prioritised == 0) {
          break;
        }
      }
    }
    return best;
  }

  /** The first of those with the highest priority. */
  private QueueConsumer highest(Collection<QueueConsumer> among) {
    QueueConsumer best = among.iterator().next();
    if (prioritised > 0) {
      for (QueueConsumer consumer : among) {
        best = consumer.settings().priority() > best.settings().priority() ? consumer : best;
      }
    }
    return best;
  }

  private QueueConsumer wake(QueueConsumer consumer) {
    become(consumer, QueueConsumer.AWAKE);
    return consumer;
  }
}
