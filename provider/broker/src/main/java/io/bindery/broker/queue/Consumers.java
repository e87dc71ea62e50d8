package io.bindery.broker.queue;

import io.bindery.broker.routing.Publication;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The consumers of a queue, and the rule that wakes them: the one that is idle longest, and only
 * when none is awake or more is ready than the awake ones take. So idle consumers get round robin,
 * busy ones batches; those whose signal is cheap round robin until they do not keep up. Under the
 * queue's lock.
 *
 * <p>With priorities (RabbitMQ, "Consumer Priorities") a message is for a consumer only when none
 * with a higher one is about to take it: one that is awake and has credit. A queue with a single
 * active consumer (RabbitMQ, "Consumers") lets all others wait until that one is gone.
 */
final class Consumers {
  /** What a consumer takes at most at a time. */
  static final int BATCH = 64;

  private final Selections selections;
  private final boolean singleActive;
  private final List<QueueConsumer> all = new ArrayList<>(2);
  private int idle;
  private int prioritised;
  private long turns;

  Consumers(Selections selections, boolean singleActive) {
    this.selections = selections;
    this.singleActive = singleActive;
  }

  List<QueueConsumer> all() {
    return all;
  }

  boolean someIdle() {
    return idle > 0;
  }

  void add(QueueConsumer consumer) {
    all.add(consumer);
    consumer.selection(selections.join(consumer.settings()));
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
      prioritised -= consumer.settings().priority() != 0 ? 1 : 0;
    }
    become(consumer, QueueConsumer.CLOSED);
    selections.leave(consumer.selection());
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
    idle += (phase == QueueConsumer.IDLE ? 1 : 0) - (before == QueueConsumer.IDLE ? 1 : 0);
    consumer.idleSince(turns++);
    consumer.selection().changes(consumer, before, phase);
    consumer.phase(phase);
  }

  /**
   * The consumer to wake for one more ready entry, which is then awake; or null.
   *
   * @param takers who accepts it. When they are several, who of them is awake need not come to it,
   *     so one is woken in any case.
   */
  QueueConsumer toWakeFor(Entry entry, List<Selection> takers) {
    if (idle == 0) {
      return null;
    }
    QueueConsumer next = null;
    for (int i = 0; i < takers.size(); i++) {
      next = first(next, highest(takers.get(i).idle()));
    }
    if (next == null || anotherGoesFirst(next, entry)) {
      return null;
    }
    return takers.size() > 1 || moreThanTaken(next) ? wake(next) : null;
  }

  /** Whether there is more than those like a consumer take who are awake. */
  private boolean moreThanTaken(QueueConsumer consumer) {
    Selection selection = consumer.selection();
    int busy =
        prioritised > 0 ? awakeFrom(selection, consumer.settings().priority()) : selection.awake();
    int each = consumer.isCheap() ? 1 : BATCH;
    return busy == 0 || selections.backlog(selection) > (long) busy * each;
  }

  /**
   * Wakes the first idle consumer of each selection that may have work, because somebody stalls, or
   * nobody was to take it before.
   *
   * @return whether any was woken
   */
  boolean wakeOneOfEach(Aftermath after) {
    boolean woken = wakeOneOf(selections.plain(), after);
    for (Selection selection : selections.selective()) {
      woken |= wakeOneOf(selection, after);
    }
    return woken;
  }

  private boolean wakeOneOf(Selection selection, Aftermath after) {
    QueueConsumer next = highest(selection.idle());
    if (next == null || !selections.mayHaveWork(selection)) {
      return false;
    }
    Entry entry = prioritised > 0 ? selections.first(selection) : null;
    if (entry != null && anotherGoesFirst(next, entry)) {
      return false;
    }
    after.wake(wake(next));
    return true;
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

  private int awakeFrom(Selection selection, int priority) {
    int count = 0;
    for (QueueConsumer consumer : all) {
      boolean counts =
          consumer.phase() == QueueConsumer.AWAKE
              && consumer.selection() == selection
              && consumer.settings().priority() >= priority;
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

  /** Which of two goes first, where null is nobody. */
  private static QueueConsumer first(QueueConsumer one, QueueConsumer other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    int order = Integer.compare(one.settings().priority(), other.settings().priority());
    boolean otherFirst = order == 0 ? other.idleSince() < one.idleSince() : order < 0;
    return otherFirst ? other : one;
  }

  /** The first of those with the highest priority; null when there is none. */
  private QueueConsumer highest(Collection<QueueConsumer> among) {
    if (among.isEmpty()) {
      return null;
    }
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
