package io.bindery.broker.routing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Objects in the order in which they came, each once by identity. Reused without allocating; for
 * one thread.
 *
 * @param <T> of what
 */
final class Distinct<T> {
  /** Up to so many are looked for one by one, more through a table. */
  private static final int SCANNED = 16;

  /** Memory beyond so many is given back when it is emptied. */
  private static final int KEPT = 4_096;

  private static final int[] NO_TABLE = {};

  private List<T> elements = new ArrayList<>(4);

  /** Open addressing: the element's index plus one, 0 for a free slot. */
  private int[] table = NO_TABLE;

  private boolean indexed;

  int size() {
    return elements.size();
  }

  T get(int index) {
    return elements.get(index);
  }

  /** Adds an object and tells whether it is new. */
  boolean add(T element) {
    int size = elements.size();
    if (size < SCANNED) {
      return !scan(element) && elements.add(element);
    }
    if (!indexed || size * 2 >= table.length) {
      index(Math.max(SCANNED * 4, table.length));
    }
    int slot = slot(element);
    if (table[slot] != 0) {
      return false;
    }
    elements.add(element);
    table[slot] = size + 1;
    return true;
  }

  void clear() {
    if (elements.size() > KEPT) {
      elements = new ArrayList<>(4);
      table = NO_TABLE;
    } else {
      elements.clear();
      if (indexed) {
        Arrays.fill(table, 0);
      }
    }
    indexed = false;
  }

  private boolean scan(T element) {
    for (int i = 0; i < elements.size(); i++) {
      if (elements.get(i) == element) {
        return true;
      }
    }
    return false;
  }

  private void index(int atLeast) {
    if (indexed || table.length < atLeast) {
      table = new int[indexed ? table.length * 2 : atLeast];
    }
    indexed = true;
    for (int i = 0; i < elements.size(); i++) {
      table[slot(elements.get(i))] = i + 1;
    }
  }

  /** Where the element is, or the free slot where it belongs. */
  private int slot(T element) {
    int hash = System.identityHashCode(element);
    int slot = (hash ^ hash >>> 15) & table.length - 1;
    while (table[slot] != 0 && elements.get(table[slot] - 1) != element) {
      slot = slot + 1 & table.length - 1;
    }
    return slot;
  }
}
