package io.bindery.broker.routing;

import io.bindery.engine.AmqpMessage;
import io.bindery.engine.selector.EqualityTest;
import io.bindery.engine.selector.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Things that have a selector, found by what is in a message: each stands under the values of one
 * of its selector's equality tests, so that a message meets those whose test it passes, and those
 * that have none, however many others there are. Reading takes no lock; writers exclude each other.
 *
 * @param <T> of what; compared by identity
 */
public final class SelectorIndex<T> {
  private final SharedList<T> untested = new SharedList<>();

  /** Changed by replacing it. */
  private volatile List<Tested<T>> byName = List.of();

  /**
   * What stands under one name.
   *
   * @param reads a test of that name, to read a message with
   * @param byKey lists that are not empty
   */
  private record Tested<T>(EqualityTest reads, Map<Object, SharedList<T>> byKey) {
    int size(Object key) {
      SharedList<T> there = byKey.get(key);
      return there == null ? 0 : there.size();
    }
  }

  /**
   * Is shown things, with what it needs beside: so it need not be made for each message.
   *
   * @param <T> what is shown
   * @param <A> what it needs
   * @param <B> what it needs, too
   */
  @FunctionalInterface
  public interface Visitor<T, A, B> {
    /** Sees a thing. */
    void visit(T thing, A first, B second);
  }

  /** Adds a thing. */
  public void add(Selector selector, T thing) {
    EqualityTest test = leastCrowded(selector.equalityTests());
    if (test == null) {
      untested.add(thing);
      return;
    }
    Map<Object, SharedList<T>> byKey = tested(test).byKey;
    for (Object key : test.keys()) {
      byKey.computeIfAbsent(key, made -> new SharedList<>()).add(thing);
    }
  }

  /** The test under which the thing has the fewest others beside it, or null. */
  private EqualityTest leastCrowded(List<EqualityTest> tests) {
    EqualityTest best = null;
    int least = Integer.MAX_VALUE;
    for (EqualityTest test : tests) {
      Tested<T> there = find(test.name());
      int crowd = there == null ? 0 : test.keys().stream().mapToInt(there::size).min().orElse(0);
      if (crowd < least) {
        least = crowd;
        best = test;
      }
    }
    return best;
  }

  private Tested<T> find(String name) {
    for (Tested<T> tested : byName) {
      if (tested.reads.name().equals(name)) {
        return tested;
      }
    }
    return null;
  }

  private Tested<T> tested(EqualityTest test) {
    Tested<T> there = find(test.name());
    if (there == null) {
      there = new Tested<>(test, new ConcurrentHashMap<>());
      List<Tested<T>> more = new ArrayList<>(byName);
      more.add(there);
      byName = List.copyOf(more);
    }
    return there;
  }

  /** Removes a thing that was added with that selector. */
  public void remove(Selector selector, T thing) {
    if (untested.remove(thing)) {
      return;
    }
    for (EqualityTest test : selector.equalityTests()) {
      Tested<T> there = find(test.name());
      if (there != null && remove(there, test, thing)) {
        return;
      }
    }
  }

  private boolean remove(Tested<T> from, EqualityTest test, T thing) {
    boolean was = false;
    for (Object key : test.keys()) {
      SharedList<T> list = from.byKey.get(key);
      was |= list != null && list.remove(thing);
      if (list != null && list.size() == 0) {
        from.byKey.remove(key);
      }
    }
    if (from.byKey.isEmpty()) {
      List<Tested<T>> fewer = new ArrayList<>(byName);
      fewer.remove(from);
      byName = List.copyOf(fewer);
    }
    return was;
  }

  /** Whether there is nothing. */
  public boolean isEmpty() {
    return untested.size() == 0 && byName.isEmpty();
  }

  /**
   * Shows what may match a message, each once, and all that does; the visitor tries the selector.
   */
  public <A, B> void forEachCandidate(
      AmqpMessage message, Visitor<? super T, A, B> visitor, A first, B second) {
    untested.forEach(visitor, first, second);
    List<Tested<T>> names = byName;
    for (int i = 0; i < names.size(); i++) {
      Tested<T> tested = names.get(i);
      Object key = tested.reads.keyOf(message);
      SharedList<T> list = key == null ? null : tested.byKey.get(key);
      if (list != null) {
        list.forEach(visitor, first, second);
      }
    }
  }
}
