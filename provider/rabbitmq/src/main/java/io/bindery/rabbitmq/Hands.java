package io.bindery.rabbitmq;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a channel was delivered and the server knows as unsettled, in the order of the tags, and
 * which of it is accepted but not yet written: many go out with one method where nothing that is
 * still in hand would go with them.
 *
 * <p>Thread-safe. Its lock is held for moments only; nothing is written in it.
 */
final class Hands {
  /** So many cost no more than a few, one for each. */
  static final int MOST = 128;

  private static final int LEAST_CLEANED = 1_024;

  private ArrayDeque<RabbitDelivery> held = new ArrayDeque<>();
  private int cleanedAt = LEAST_CLEANED;
  private List<RabbitDelivery> accepted = new ArrayList<>();
  private RabbitTransaction within;
  private int limit = MOST;
  private int uncertain;
  private boolean exact;
  private boolean timed;
  private boolean closed;

  /** What is to be acknowledged: {@code multiple} when the last stands for all. */
  record Batch(RabbitTransaction within, List<RabbitDelivery> accepted, boolean multiple) {}

  /** What is to be done for one that was added. */
  enum Due {
    /** Write at once. */
    NOW,
    /** See that it is written soon. */
    SOON,
    /** That was seen to. */
    ANYHOW
  }

  /** A consumer may have so many unsettled: half of them are worth a write. 0 is any number. */
  synchronized void limit(int prefetch) {
    if (prefetch > 0) {
      limit = Math.max(1, Math.min(limit, prefetch / 2));
    }
  }

  synchronized void delivered(RabbitDelivery delivery) {
    if (exact) {
      return;
    }
    if (held.size() >= cleanedAt) {
      held.removeIf(RabbitDelivery::isEnded);
      cleanedAt = Math.max(LEAST_CLEANED, held.size() * 2);
    }
    held.add(delivery);
  }

  /**
   * From now on each is acknowledged for itself: what a branch settles may be in hand again without
   * this channel knowing.
   */
  synchronized void exactly() {
    exact = true;
    held.clear();
  }

  /** A transaction is about to end: what becomes of what it settled is not known until it has. */
  synchronized void ending() {
    uncertain++;
  }

  /**
   * It has.
   *
   * @param again what is in hand again
   */
  synchronized void ended(List<RabbitDelivery> again) {
    uncertain--;
    if (exact || again.isEmpty()) {
      return;
    }
    List<RabbitDelivery> all = new ArrayList<>(held);
    all.removeAll(again);
    all.addAll(again);
    all.sort(Comparator.comparingLong(RabbitDelivery::tag));
    held = new ArrayDeque<>(all);
  }

  /** Whether nothing waits to be written. */
  synchronized boolean isWritten() {
    return accepted.isEmpty();
  }

  /** Whether something waits that belongs to another transaction. */
  synchronized boolean holdsOther(RabbitTransaction transaction) {
    return !accepted.isEmpty() && within != transaction;
  }

  /** One is accepted. */
  synchronized Due accept(RabbitDelivery delivery, RabbitTransaction transaction) {
    delivery.end();
    accepted.add(delivery);
    within = transaction;
    if (accepted.size() >= limit) {
      return Due.NOW;
    }
    if (timed) {
      return Due.ANYHOW;
    }
    timed = true;
    return Due.SOON;
  }

  /** The time is over. */
  synchronized void timeOver() {
    timed = false;
  }

  /** Takes what waits; null when nothing does. */
  synchronized Batch take() {
    if (accepted.isEmpty()) {
      return null;
    }
    List<RabbitDelivery> taken = accepted;
    accepted = new ArrayList<>(limit);
    if (closed) {
      return null;
    }
    taken.sort(Comparator.comparingLong(RabbitDelivery::tag));
    boolean multiple = !exact && uncertain == 0 && holdsNoneUpTo(taken.get(taken.size() - 1).tag());
    return new Batch(within, taken, multiple);
  }

  private boolean holdsNoneUpTo(long tag) {
    while (!held.isEmpty() && held.peek().tag() <= tag) {
      if (!held.peek().isEnded()) {
        return false;
      }
      held.poll();
    }
    return true;
  }

  /** The channel has given back what it holds. */
  synchronized void close() {
    closed = true;
    accepted.clear();
    held.clear();
    exact = true;
  }
}
