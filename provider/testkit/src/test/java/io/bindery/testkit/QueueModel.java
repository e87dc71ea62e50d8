package io.bindery.testkit;

import io.bindery.engine.Delivery;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * One durable queue with a delivery limit and dead letters, as a list of what it has. A crash comes
 * only when all that nobody waited for is on disk, so that nothing is in doubt but which one
 * message is named by it. One thread.
 */
final class QueueModel {
  /** How many failures are the end of a message. */
  static final int MOST_FAILURES = 3;

  private final Map<String, Known> there = new TreeMap<>();
  private final Map<String, Known> dead = new HashMap<>();
  private boolean crashed;
  private long places;

  /** Where a message is. */
  enum Place {
    /** Sent in a transaction that is open. */
    HIDDEN,
    /** Sent in a transaction that is promised. */
    COMING,
    READY,
    HELD,
    /** Accepted in a transaction that is open. */
    LOCKED,
    /** Accepted in a transaction that is promised. */
    LEAVING
  }

  /**
   * What was sent.
   *
   * @param expiresAtMs 0 for never
   * @param dueMs 0 for at once
   */
  record Sent(
      String id, int priority, boolean persistent, boolean odd, long expiresAtMs, long dueMs) {}

  /** A message in the queue. */
  static final class Known {
    final Sent sent;
    final long order;
    Place place = Place.READY;
    boolean delivered;
    private boolean marked;
    int failures;

    private Known(Sent sent, long order) {
      this.sent = sent;
      this.order = order;
    }

    private boolean isDue(long nowMs) {
      return sent.dueMs <= nowMs;
    }

    private boolean isOver(long nowMs) {
      return sent.expiresAtMs != 0 && sent.expiresAtMs <= nowMs;
    }

    @Override
    public String toString() {
      return sent + " " + place + (marked ? " marked" : "") + ", failures " + failures;
    }
  }

  static void verify(boolean condition, String otherwise) {
    if (!condition) {
      throw new AssertionError(otherwise);
    }
  }

  Known sent(Sent sent, Place place) {
    Known known = new Known(sent, places++);
    known.place = place;
    there.put(sent.id, known);
    return known;
  }

  /** Those somewhere, first sent first. */
  List<Known> in(Place place) {
    return there.values().stream()
        .filter(each -> each.place == place)
        .sorted(Comparator.comparingLong(each -> each.order))
        .toList();
  }

  void gone(Known known) {
    there.remove(known.sent.id);
  }

  private void died(Known known) {
    gone(known);
    dead.put(known.sent.id, known);
  }

  void failed(Known known) {
    known.failures++;
    known.place = Place.READY;
    if (known.failures >= MOST_FAILURES) {
      died(known);
    }
  }

  void rejected(Known known) {
    died(known);
  }

  /** Time has passed: what is over dies, unless somebody has it. */
  void expire(long nowMs) {
    List.copyOf(there.values()).stream()
        .filter(each -> each.place == Place.READY && each.isDue(nowMs) && each.isOver(nowMs))
        .forEach(this::died);
  }

  /** Whether the time of some was over between two moments. */
  boolean someAreOver(long fromMs, long toMs) {
    return Stream.concat(there.values().stream(), dead.values().stream())
        .anyMatch(each -> fromMs <= each.sent.expiresAtMs && each.sent.expiresAtMs <= toMs);
  }

  /** All that is ready is gone. */
  void purged(long nowMs) {
    expire(nowMs);
    ready(nowMs, any -> true).forEach(this::gone);
  }

  private List<Known> ready(long nowMs, Predicate<Known> which) {
    return in(Place.READY).stream()
        .filter(each -> each.isDue(nowMs) && which.test(each))
        .sorted(
            Comparator.comparingInt((Known each) -> -each.sent.priority)
                .thenComparingLong(each -> each.order))
        .toList();
  }

  /** A message was taken, or none: was it its turn? */
  Known taken(Delivery delivery, Predicate<Known> which, long nowMs) {
    List<Known> ready = ready(nowMs, which);
    if (delivery == null) {
      verify(ready.isEmpty(), "nothing came, and there is " + ready);
      return null;
    }
    Known known = there.get(QueueRun.id(delivery));
    verify(known != null, QueueRun.id(delivery) + " came, and is not there");
    verify(ready.contains(known), "not for this consumer, or not ready: " + known);
    verifyTurn(known, ready);
    verifyCounts(known, delivery);
    known.place = Place.HELD;
    known.delivered = true;
    return known;
  }

  /** A delayed message is sent when it is due, and its place there is not looked at. */
  private static void verifyTurn(Known known, List<Known> ready) {
    for (Known before : ready) {
      boolean first =
          before.sent.priority > known.sent.priority
              || before.sent.dueMs == 0 && known.sent.dueMs == 0;
      if (before == known || known.sent.dueMs != 0 && !first) {
        return;
      }
      verify(!first, known + " came before " + before);
    }
  }

  private void verifyCounts(Known known, Delivery delivery) {
    verify(delivery.failureCount() == known.failures, known + " has other failures");
    boolean again = known.failures > 0 || known.marked;
    verify(!again || delivery.redelivered(), known + " does not say that it came again");
    verify(crashed || again || !delivery.redelivered(), known + " says that it came again");
  }

  /** Compares what a browser shows. */
  void browsed(List<Delivery> seen, long nowMs) {
    List<Known> expected =
        there.values().stream()
            .filter(each -> each.place != Place.HIDDEN && each.place != Place.COMING)
            .filter(each -> each.isDue(nowMs))
            .filter(each -> !each.isOver(nowMs))
            .toList();
    List<String> ids = seen.stream().map(QueueRun::id).sorted().toList();
    List<String> known = expected.stream().map(each -> each.sent.id).sorted().toList();
    verify(ids.equals(known), "a browser sees " + ids + ", and there is " + known);
  }

  /** Compares the dead letters. */
  void buried(List<Delivery> seen) {
    List<String> ids = new ArrayList<>(seen.stream().map(QueueRun::id).sorted().toList());
    List<String> known = dead.keySet().stream().sorted().toList();
    verify(ids.equals(known), "dead are " + ids + ", and not " + known);
  }

  /**
   * The broker has ended, and another one has begun.
   *
   * @param crash whether not in order
   */
  void restarted(boolean crash) {
    for (Known each : List.copyOf(there.values())) {
      each.marked |= crash && each.delivered;
      each.delivered = false;
      if (!each.sent.persistent || each.place == Place.HIDDEN) {
        gone(each);
      } else if (each.place != Place.COMING && each.place != Place.LEAVING) {
        each.place = Place.READY;
      }
    }
    dead.values().removeIf(each -> !each.sent.persistent);
    crashed |= crash;
  }

  /** One of these at most may have been named by the crash, and then counts a failure more. */
  void named(List<Delivery> seen, List<Known> held, List<Delivery> buried) {
    List<String> more = new ArrayList<>();
    for (Delivery each : seen) {
      Known known = there.get(QueueRun.id(each));
      if (known != null && each.failureCount() > known.failures) {
        verify(held.contains(known), known + " was in nobody's hands, and has failed");
        verify(each.failureCount() == known.failures + 1, known + " has failed more than once");
        known.failures++;
        more.add(known.sent.id);
      }
    }
    for (Delivery each : buried) {
      Known known = there.get(QueueRun.id(each));
      if (known != null && held.contains(known) && known.failures + 1 >= MOST_FAILURES) {
        died(known);
        more.add(known.sent.id);
      }
    }
    verify(more.size() <= 1, "a crash names one, and these have failed: " + more);
  }
}
