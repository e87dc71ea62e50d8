package io.bindery.testkit;

import io.bindery.engine.Delivery;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a broker has promised: which messages are in which queue, what may or may not have happened
 * when the power failed, and what must not. One thread.
 */
final class BrokerModel {
  /** After this time what nobody waited for must be on disk: written and synced, and some more. */
  static final long SOON_MS = 300;

  private final Map<String, Map<String, Copy>> queues = new TreeMap<>();
  private final Set<Unit> units = new LinkedHashSet<>();
  private boolean first = true;
  private long order;
  private long redelivered;

  /** Where a message in a queue is. */
  enum Place {
    HIDDEN,
    READY,
    HELD,
    LOCKED
  }

  /** How far a unit is. */
  enum Progress {
    OPEN,
    ISSUED,
    PREPARING,
    PREPARED,
    COMMITTING,
    ROLLING_BACK
  }

  /** What of a message is to be found again. */
  record Sent(String id, int priority, boolean persistent) {}

  /** A message in a queue. */
  static final class Copy {
    final String queue;
    final String id;
    final int priority;
    final boolean persistent;
    final long order;
    Place place = Place.HIDDEN;
    boolean counted;
    int failures;
    long failedAtMs;
    long sequence = -1;

    Copy(String queue, Sent sent, long order) {
      this.queue = queue;
      this.id = sent.id;
      this.priority = sent.priority;
      this.persistent = sent.persistent;
      this.order = order;
    }

    @Override
    public String toString() {
      return id
          + " in "
          + queue
          + " ("
          + place
          + ", priority "
          + priority
          + ", sequence "
          + sequence
          + (counted ? ", redelivered" : "")
          + (persistent ? ")" : ", not persistent)");
    }
  }

  /** What happens as a whole or not at all. */
  static final class Unit {
    final List<Copy> enters = new ArrayList<>();
    final List<Copy> leaves = new ArrayList<>();

    /** What a consumer of this life holds of what leaves. */
    final List<Delivery> held = new ArrayList<>();

    final int xid;
    Progress progress;
    long soonAtMs = Long.MAX_VALUE;
    boolean unseen;

    Unit(Progress progress, int xid) {
      this.progress = progress;
      this.xid = xid;
    }

    boolean isBranchInDoubt() {
      return progress.compareTo(Progress.PREPARING) >= 0;
    }

    @Override
    public String toString() {
      return progress + " branch " + xid + ": enters " + enters + ", leaves " + leaves;
    }
  }

  /** What nobody waited for is on disk by now. */
  void prune(long nowMs) {
    for (Unit each : List.copyOf(units)) {
      if (nowMs - SOON_MS > each.soonAtMs) {
        applied(each);
      }
    }
  }

  /** How many were seen again. */
  long redelivered() {
    return redelivered;
  }

  Set<String> names() {
    return queues.keySet();
  }

  void declared(String queue) {
    queues.put(queue, new HashMap<>());
  }

  void deleted(String queue) {
    queues.remove(queue);
  }

  Copy copy(String queue, String id) {
    return queues.getOrDefault(queue, Map.of()).get(id);
  }

  /** A message is on its way to a queue. */
  Copy coming(String queue, Sent sent) {
    Copy copy = new Copy(queue, sent, order++);
    queues.get(queue).put(copy.id, copy);
    return copy;
  }

  Unit unit(Progress progress, int xid) {
    Unit unit = new Unit(progress, xid);
    units.add(unit);
    return unit;
  }

  List<Unit> inDoubt() {
    return units.stream().filter(each -> each.progress == Progress.PREPARED).toList();
  }

  /** All of it counts. */
  void applied(Unit unit) {
    if (units.remove(unit)) {
      unit.enters.forEach(each -> each.place = Place.READY);
      unit.leaves.forEach(this::remove);
    }
  }

  /** Nothing of it counts. */
  void undone(Unit unit, Place back) {
    if (units.remove(unit)) {
      unit.enters.forEach(this::remove);
      unit.leaves.forEach(each -> each.place = back);
    }
  }

  private void remove(Copy copy) {
    queues.getOrDefault(copy.queue, Map.of()).remove(copy.id, copy);
  }

  private boolean isThere(Copy copy) {
    return copy(copy.queue, copy.id) == copy;
  }

  /** Those in a queue that are somewhere, first first. */
  List<Copy> in(String queue, Place place) {
    return queues.get(queue).values().stream()
        .filter(each -> each.place == place)
        .sorted(
            Comparator.comparingInt((Copy each) -> -each.priority)
                .thenComparingLong(each -> each.order))
        .toList();
  }

  /** A message was taken, or null: was it its turn? */
  void taken(String queue, String id, Delivery delivery) {
    if (id == null) {
      List<Copy> ready = in(queue, Place.READY);
      verify(ready.isEmpty(), "nothing came, and there is " + ready);
      return;
    }
    Copy copy = copy(queue, id);
    verify(copy != null, id + " came from " + queue + ", and is not there");
    if (copy.place == Place.HIDDEN) {
      deadLetterCame(copy);
    } else if (!queue.equals(BrokerWorkload.DEAD)) {
      Copy next = in(queue, Place.READY).stream().findFirst().orElse(null);
      verify(copy == next, copy + " came before " + next);
    }
    verify(copy.place == Place.READY, copy + " came, and is not ready");
    verify(!copy.counted || delivery.redelivered(), copy + " came again, and does not say so");
    verify(!first || copy.counted || !delivery.redelivered(), copy + " says that it came before");
    verify(delivery.failureCount() == copy.failures, copy + " has other failures");
    verifySequence(copy, delivery);
    redelivered += delivery.redelivered() ? 1 : 0;
    copy.counted |= delivery.redelivered();
    copy.place = Place.HELD;
  }

  private void deadLetterCame(Copy copy) {
    for (Unit each : List.copyOf(units)) {
      if (each.enters.contains(copy) && each.leaves.size() == 1 && each.enters.size() == 1) {
        applied(each);
      }
    }
  }

  private static void verifySequence(Copy copy, Delivery delivery) {
    verify(
        copy.sequence < 0 || copy.sequence == delivery.sequence(), copy + " is in another place");
    copy.sequence = delivery.sequence();
  }

  static void verify(boolean condition, String otherwise) {
    if (!condition) {
      throw new AssertionError(otherwise);
    }
  }

  /**
   * A broker starts on what this one has left: checks what it has, and takes it as it is.
   *
   * @param seen what each queue that must be there has, in order
   * @param branches the branches in doubt
   * @param nowMs when the power failed
   */
  void recovered(Map<String, List<Delivery>> seen, Set<Integer> branches, long nowMs) {
    Map<String, Map<String, Delivery>> found = byIds(seen);
    for (Map<String, Copy> each : queues.values()) {
      each.values().removeIf(copy -> !copy.persistent);
    }
    for (Unit each : List.copyOf(units)) {
      each.enters.removeIf(copy -> !isThere(copy));
      each.leaves.removeIf(copy -> !isThere(copy));
      resolve(each, found, branches, nowMs);
    }
    Set<Integer> mine = new HashSet<>();
    units.forEach(each -> mine.add(each.xid));
    verify(mine.equals(branches), "in doubt are " + branches + ", not " + mine);
    queues.forEach((name, copies) -> verifyContents(copies, found.get(name), nowMs));
    seen.values().forEach(this::verifyOrder);
    first = false;
  }

  private static Map<String, Map<String, Delivery>> byIds(Map<String, List<Delivery>> seen) {
    Map<String, Map<String, Delivery>> found = new HashMap<>();
    seen.forEach(
        (name, list) -> {
          Map<String, Delivery> ids = new HashMap<>();
          for (Delivery each : list) {
            String id = BrokerWorkload.id(each);
            verify(ids.put(id, each) == null, id + " is twice in " + name);
          }
          found.put(name, ids);
        });
    return found;
  }

  private void resolve(
      Unit unit, Map<String, Map<String, Delivery>> found, Set<Integer> branches, long nowMs) {
    if (unit.isBranchInDoubt() && branches.contains(unit.xid)) {
      unit.progress = Progress.PREPARED;
      unit.held.clear();
      return;
    }
    verify(unit.progress != Progress.PREPARED, "is forgotten: " + unit);
    boolean may = unit.progress == Progress.ISSUED || unit.progress == Progress.COMMITTING;
    boolean must = unit.progress == Progress.COMMITTING || nowMs - SOON_MS > unit.soonAtMs;
    long entered = unit.enters.stream().filter(each -> isIn(each, found)).count();
    long left = unit.leaves.stream().filter(each -> !isIn(each, found)).count();
    boolean all = entered == unit.enters.size() && left == unit.leaves.size();
    boolean nothing = entered == 0 && left == 0;
    verify(may && all || !must && nothing, "is there in part, or against its outcome: " + unit);
    if (may && all) {
      applied(unit);
    } else {
      unit.leaves.forEach(copy -> copy.counted |= !unit.unseen);
      undone(unit, Place.READY);
    }
  }

  private static boolean isIn(Copy copy, Map<String, Map<String, Delivery>> found) {
    return found.get(copy.queue).containsKey(copy.id);
  }

  private void verifyContents(Map<String, Copy> copies, Map<String, Delivery> found, long nowMs) {
    for (Copy each : copies.values()) {
      Delivery there = found.get(each.id);
      if (each.place == Place.HIDDEN) {
        verify(there == null, "is visible: " + each);
        continue;
      }
      verify(there != null, "is lost: " + each);
      each.counted |= each.place == Place.HELD;
      verify(!each.counted || there.redelivered(), "was delivered, and does not say so: " + each);
      verify(there.failureCount() <= each.failures, "has more failures: " + each);
      verify(
          there.failureCount() == each.failures || nowMs - SOON_MS < each.failedAtMs,
          "has fewer failures: " + each);
      each.failures = there.failureCount();
      each.failedAtMs = 0;
      verifySequence(each, there);
      each.counted |= there.redelivered();
      each.place = each.place == Place.LOCKED ? Place.LOCKED : Place.READY;
    }
    found.keySet().forEach(id -> verify(copies.containsKey(id), id + " came back"));
  }

  private void verifyOrder(List<Delivery> seen) {
    for (int i = 1; i < seen.size(); i++) {
      Copy before = copy(seen.get(i - 1).queue(), BrokerWorkload.id(seen.get(i - 1)));
      Copy after = copy(seen.get(i).queue(), BrokerWorkload.id(seen.get(i)));
      boolean inOrder =
          before.priority > after.priority
              || before.priority == after.priority && before.sequence < after.sequence;
      verify(inOrder, after + " comes behind " + before);
      verify(
          before.priority > after.priority
              || before.order < after.order
              || before.queue.equals(BrokerWorkload.DEAD),
          after + " was sent before " + before);
    }
  }

  /** An orderly end begins: what is held goes back. */
  void closing() {
    queues.values().stream()
        .flatMap(each -> each.values().stream())
        .filter(each -> each.place == Place.HELD)
        .forEach(each -> each.place = Place.READY);
  }
}
