package io.bindery.testkit;

import io.bindery.engine.Arguments;
import io.bindery.engine.Delivery;
import io.bindery.engine.QueueNames;
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

  /** Where the dead letters of {@link #BURIES} go. */
  static final String DEAD = "dead";

  /** The queue that has a dead-letter exchange. */
  static final String BURIES = "a";

  /** With so many failures of an application a message there is dead: one above its limit. */
  static final int MOST_FAILURES = 3;

  /** The same for the queues of subscriptions, as JMS has it. */
  private static final int MOST_FAILURES_JMS = 10;

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

  /**
   * What of a message is to be found again.
   *
   * @param kind what selectors ask for
   * @param expiresAtMs 0 for never
   * @param deliverAtMs 0 for at once
   */
  record Sent(
      String id, int priority, boolean persistent, int kind, long expiresAtMs, long deliverAtMs) {
    Sent dead() {
      return new Sent(id, priority, persistent, kind, 0, 0);
    }

    boolean isDelayed() {
      return deliverAtMs != 0;
    }

    boolean isDue(long nowMs) {
      return deliverAtMs <= nowMs;
    }

    boolean hasExpired(long nowMs) {
      return expiresAtMs != 0 && expiresAtMs <= nowMs;
    }
  }

  /** A message in a queue. */
  static final class Copy {
    final String queue;
    final Sent sent;
    final long order;
    Place place = Place.HIDDEN;
    boolean counted;
    int failures;
    long failedAtMs;
    long sequence = -1;

    Copy(String queue, Sent sent, long order) {
      this.queue = queue;
      this.sent = sent;
      this.order = order;
    }

    String id() {
      return sent.id;
    }

    int priority() {
      return sent.priority;
    }

    @Override
    public String toString() {
      return sent
          + " in "
          + queue
          + " ("
          + place
          + ", sequence "
          + sequence
          + (counted ? ", redelivered)" : ")");
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

    /** Whether what leaves was in nobody's hands. */
    boolean unseen;

    /** Whether something that was to leave has died instead. */
    boolean givenUp;

    Unit(Progress progress, int xid) {
      this.progress = progress;
      this.xid = xid;
    }

    /** Whether it was asked for, and not to be given up. */
    boolean mayCount() {
      return !givenUp && (progress == Progress.ISSUED || progress == Progress.COMMITTING);
    }

    boolean isBranchInDoubt() {
      return progress.compareTo(Progress.PREPARING) >= 0;
    }

    @Override
    public String toString() {
      return progress + " branch " + xid + ": enters " + enters + ", leaves " + leaves;
    }
  }

  /** What a broker was asked for: one message of a queue, of a kind, or of any with -1. */
  record Asked(String queue, int kind, long nowMs) {
    boolean matches(Copy copy) {
      return copy.place == Place.READY
          && copy.sent.isDue(nowMs)
          && (kind < 0 || kind == copy.sent.kind);
    }
  }

  /** What has expired dies; what nobody waited for is on disk by now. */
  void time(long nowMs) {
    for (String queue : List.copyOf(names())) {
      for (Copy each : in(queue, Place.READY)) {
        if (each.sent.hasExpired(nowMs)) {
          died(each, nowMs, false).unseen = true;
        }
      }
    }
    for (Unit each : List.copyOf(units)) {
      if (nowMs - SOON_MS > each.soonAtMs) {
        applied(each);
      }
    }
  }

  /**
   * A message that nobody has in a transaction goes to the dead letters, or is gone.
   *
   * @param processed whether an application has seen it
   */
  Unit died(Copy copy, long nowMs, boolean processed) {
    Unit unit = unit(Progress.ISSUED, 0);
    unit.soonAtMs = nowMs;
    copy.place = Place.LOCKED;
    unit.leaves.add(copy);
    String dead = deadLetters(copy.queue, processed);
    if (dead != null) {
      queues.computeIfAbsent(dead, any -> new HashMap<>());
      unit.enters.add(coming(dead, copy.sent.dead()));
    }
    return unit;
  }

  private static String deadLetters(String queue, boolean processed) {
    if (queue.equals(BURIES)) {
      return DEAD;
    }
    return processed && isSubscription(queue) ? QueueNames.deadLetters(queue) : null;
  }

  private static boolean isSubscription(String queue) {
    return queue.startsWith("sub/");
  }

  private static boolean isForDeadLetters(String queue) {
    return queue.equals(DEAD) || queue.startsWith(Arguments.DEAD_QUEUE_PREFIX);
  }

  /** An application has failed on a message. */
  void failed(Copy copy, long nowMs) {
    copy.failures++;
    copy.failedAtMs = nowMs;
    copy.counted = true;
    copy.place = Place.READY;
    if (isSpent(copy)) {
      died(copy, nowMs, true);
    }
  }

  private static boolean isSpent(Copy copy) {
    return copy.queue.equals(BURIES) && copy.failures >= MOST_FAILURES
        || isSubscription(copy.queue) && copy.failures >= MOST_FAILURES_JMS;
  }

  /** A crash of a broker that has begun after a crash may count as its failure. */
  private boolean mayBeNamed(Copy copy) {
    return !first && copy.counted && (copy.queue.equals(BURIES) || isSubscription(copy.queue));
  }

  /** Who was named, and had failed often enough before, is a dead letter now. */
  private void bury(Map<String, Map<String, Delivery>> ids, Found found) {
    for (String name : List.copyOf(names())) {
      String dead = deadLetters(name, true);
      for (Copy each : List.copyOf(queues.get(name).values())) {
        if (!mayBeNamed(each) || isIn(each, ids) || !ids.containsKey(dead)) {
          continue;
        }
        boolean came = ids.get(dead).containsKey(each.id()) && copy(dead, each.id()) == null;
        if (each.place == Place.READY || each.place == Place.HELD || came && isLetGo(each, found)) {
          died(each, found.diedAtMs, true);
        }
      }
    }
  }

  /** Whether what was to leave has not, because the unit that it was to leave with is given up. */
  private boolean isLetGo(Copy copy, Found found) {
    for (Unit each : units) {
      if (!found.branches.contains(each.xid) && each.leaves.remove(copy)) {
        each.givenUp = true;
        return true;
      }
    }
    return false;
  }

  /** How many were seen again. */
  long redelivered() {
    return redelivered;
  }

  Set<String> names() {
    return queues.keySet();
  }

  /** The queues for dead letters. */
  List<String> deadLetters() {
    return names().stream().filter(BrokerModel::isForDeadLetters).toList();
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

  /** The one that was delivered. */
  Copy copy(Delivery delivery) {
    return copy(delivery.queue(), Scene.id(delivery));
  }

  /** A message is on its way to a queue. */
  Copy coming(String queue, Sent sent) {
    Copy copy = new Copy(queue, sent, order++);
    queues.get(queue).put(copy.id(), copy);
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
    if (isThere(copy)) {
      queues.get(copy.queue).remove(copy.id());
    }
  }

  /** Whether it is in its queue still, and that is not another one of its name. */
  boolean isThere(Copy copy) {
    return copy(copy.queue, copy.id()) == copy;
  }

  /** Those in a queue that are somewhere, first first. */
  List<Copy> in(String queue, Place place) {
    return queues.get(queue).values().stream()
        .filter(each -> each.place == place)
        .sorted(
            Comparator.comparingInt((Copy each) -> -each.priority())
                .thenComparingLong(each -> each.order))
        .toList();
  }

  /** Whether a queue has a message in somebody's hands or in a transaction. */
  boolean isInUse(String queue) {
    return !in(queue, Place.HELD).isEmpty() || !in(queue, Place.LOCKED).isEmpty();
  }

  /** Whether something is there that is delivered later. */
  boolean hasDelayed() {
    return queues.values().stream()
        .flatMap(each -> each.values().stream())
        .anyMatch(each -> each.sent.isDelayed());
  }

  /** A message was taken, or null: was it its turn? */
  void taken(Asked asked, Delivery delivery) {
    time(asked.nowMs);
    if (delivery == null) {
      List<Copy> ready = in(asked.queue, Place.READY).stream().filter(asked::matches).toList();
      verify(ready.isEmpty(), "nothing came, and there is " + ready);
      return;
    }
    String id = Scene.id(delivery);
    Copy copy = copy(asked.queue, id);
    verify(copy != null, id + " came from " + asked.queue + ", and is not there");
    if (copy.place == Place.HIDDEN) {
      came(copy);
    }
    verify(asked.matches(copy), copy + " came, and is not ready for " + asked);
    verifyTurn(asked, copy);
    verify(!copy.counted || delivery.redelivered(), copy + " came again, and does not say so");
    verify(!first || copy.counted || !delivery.redelivered(), copy + " says that it came before");
    verify(delivery.failureCount() == copy.failures, copy + " has other failures");
    verifySequence(copy, delivery);
    redelivered += delivery.redelivered() ? 1 : 0;
    copy.counted |= delivery.redelivered();
    copy.place = Place.HELD;
  }

  /** What was delayed has no turn, but for its priority; nor have dead letters. */
  private void verifyTurn(Asked asked, Copy copy) {
    if (isForDeadLetters(asked.queue)) {
      return;
    }
    for (Copy each : in(asked.queue, Place.READY)) {
      boolean isBefore =
          each.priority() > copy.priority()
              || each.priority() == copy.priority()
                  && each.order < copy.order
                  && !each.sent.isDelayed()
                  && !copy.sent.isDelayed();
      verify(!isBefore || !asked.matches(each), copy + " came before " + each);
    }
  }

  /** What is delivered is on disk, also where who sent it is told later in the same group. */
  private void came(Copy copy) {
    for (Unit each : List.copyOf(units)) {
      if (each.mayCount() && each.enters.contains(copy)) {
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
   * What was found where a life has ended.
   *
   * @param contents what each queue has, in order
   * @param delayed what it has that was sent to be delivered later, in no order
   * @param branches the branches in doubt
   * @param diedAtMs when the life ended
   * @param startMs when the next one begins
   */
  record Found(
      Map<String, List<Delivery>> contents,
      Map<String, List<Delivery>> delayed,
      Set<Integer> branches,
      long diedAtMs,
      long startMs) {
    private Map<String, Map<String, Delivery>> byIds() {
      Map<String, Map<String, Delivery>> found = new HashMap<>();
      contents.forEach((name, list) -> found.put(name, byIds(list)));
      delayed.forEach((name, list) -> found.get(name).putAll(byIds(list)));
      return found;
    }

    private static Map<String, Delivery> byIds(List<Delivery> list) {
      Map<String, Delivery> ids = new HashMap<>();
      for (Delivery each : list) {
        verify(ids.put(Scene.id(each), each) == null, Scene.id(each) + " is twice in " + list);
      }
      return ids;
    }
  }

  /** A broker starts on what this one has left: checks what it has, and takes it as it is. */
  void recovered(Found found) {
    Map<String, Map<String, Delivery>> ids = found.byIds();
    time(found.diedAtMs);
    // A queue for dead letters is made with the first of them.
    names().forEach(name -> ids.putIfAbsent(name, Map.of()));
    for (Map<String, Copy> each : queues.values()) {
      each.values().removeIf(copy -> !copy.sent.persistent);
    }
    bury(ids, found);
    for (Unit each : List.copyOf(units)) {
      each.enters.removeIf(copy -> !isThere(copy));
      each.leaves.removeIf(copy -> !isThere(copy));
      resolve(each, ids, found);
    }
    Set<Integer> mine = new HashSet<>();
    units.forEach(each -> mine.add(each.xid));
    verify(mine.equals(found.branches), "in doubt are " + found.branches + ", not " + mine);
    queues.forEach((name, copies) -> verifyContents(copies, ids.get(name), found.diedAtMs));
    names().forEach(name -> verifyOrder(found.contents.getOrDefault(name, List.of())));
    // Before anything dies: that may make one.
    queues.keySet().removeIf(name -> !found.contents.containsKey(name));
    queues.values().stream()
        .flatMap(each -> List.copyOf(each.values()).stream())
        .filter(each -> each.place == Place.READY && isSpent(each))
        .toList()
        .forEach(each -> died(each, found.startMs, true));
    first = false;
  }

  private void resolve(Unit unit, Map<String, Map<String, Delivery>> ids, Found found) {
    if (unit.isBranchInDoubt() && found.branches.contains(unit.xid)) {
      unit.progress = Progress.PREPARED;
      unit.held.clear();
      return;
    }
    verify(unit.progress != Progress.PREPARED, "is forgotten: " + unit);
    boolean may = unit.mayCount();
    boolean must = unit.progress == Progress.COMMITTING || found.diedAtMs - SOON_MS > unit.soonAtMs;
    long entered = unit.enters.stream().filter(each -> isIn(each, ids)).count();
    long left = unit.leaves.stream().filter(each -> !isIn(each, ids)).count();
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
    return found.get(copy.queue).containsKey(copy.id());
  }

  private void verifyContents(
      Map<String, Copy> copies, Map<String, Delivery> found, long diedAtMs) {
    for (Copy each : copies.values()) {
      Delivery there = found.get(each.id());
      if (each.place == Place.HIDDEN) {
        verify(there == null, "is visible: " + each);
        continue;
      }
      verify(there != null, "is lost: " + each);
      each.counted |= each.place == Place.HELD;
      verify(!each.counted || there.redelivered(), "was delivered, and does not say so: " + each);
      int most = each.failures + (mayBeNamed(each) ? 1 : 0);
      verify(there.failureCount() <= most, "has more failures: " + each);
      verify(
          there.failureCount() >= each.failures || diedAtMs - SOON_MS < each.failedAtMs,
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
    Copy before = null;
    for (Delivery each : seen) {
      Copy after = copy(each);
      if (after.sent.isDelayed()) {
        continue;
      }
      verify(
          before == null
              || before.priority() > after.priority()
              || before.priority() == after.priority() && before.sequence < after.sequence,
          after + " comes behind " + before);
      verify(
          before == null
              || before.priority() > after.priority()
              || before.order < after.order
              || isForDeadLetters(before.queue),
          after + " was sent before " + before);
      before = after;
    }
  }

  /** What a broker that has just started shows is what it may: nothing early, nothing late. */
  void shows(String queue, List<Delivery> seen, long nowMs) {
    time(nowMs);
    Set<String> ids = new HashSet<>();
    for (Delivery each : seen) {
      Copy copy = copy(each);
      verify(copy != null, Scene.id(each) + " came back");
      verify(copy.place != Place.HIDDEN || isForDeadLetters(queue), "is visible: " + copy);
      verify(copy.sent.isDue(nowMs) && !copy.sent.hasExpired(nowMs), "is shown: " + copy);
      ids.add(copy.id());
    }
    for (Copy each : in(queue, Place.READY)) {
      boolean must = each.sent.isDue(nowMs);
      verify(!must || ids.contains(each.id()), "is not shown: " + each);
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
