package io.bindery.amqp.server;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Delivery;
import io.bindery.engine.ReplyCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/**
 * The deliveries of a channel that are not settled, by their tags, which grow (AMQP 0-9-1,
 * delivery-tag). On the event loop.
 */
final class Unsettled {
  private static final int LEAST = 16;

  private long[] tags = new long[LEAST];
  private Held[] held = new Held[LEAST];
  private int begin;
  private int end;
  private int count;
  private int consumed;

  /**
   * A delivery that is not settled.
   *
   * @param tag its tag
   * @param delivery the engine's
   * @param consumer who got it, null for basic.get
   */
  record Held(long tag, Delivery delivery, Feed consumer) {
    /** Whether a consumer got it. */
    boolean consumed() {
      return consumer != null;
    }
  }

  /** How many are with consumers. */
  int consumed() {
    return consumed;
  }

  int size() {
    return count;
  }

  /** Adds one whose tag is larger than all others. */
  void add(Held one) {
    if (end == tags.length) {
      makeRoom();
    }
    tags[end] = one.tag;
    held[end++] = one;
    count++;
    consumed += one.consumed() ? 1 : 0;
  }

  /** Closes the gaps; with few gaps it grows, too. */
  private void makeRoom() {
    int size = Math.max(LEAST, count * 2);
    long[] newTags = new long[size];
    Held[] newHeld = new Held[size];
    int to = 0;
    for (int i = begin; i < end; i++) {
      if (held[i] != null) {
        newTags[to] = tags[i];
        newHeld[to++] = held[i];
      }
    }
    tags = newTags;
    held = newHeld;
    begin = 0;
    end = to;
  }

  private int find(long tag) {
    int at = begin < end && tags[begin] == tag ? begin : Arrays.binarySearch(tags, begin, end, tag);
    return at >= 0 && held[at] != null ? at : -1;
  }

  /** Takes one away; null when it is not there. */
  Held remove(long tag) {
    int at = find(tag);
    return at < 0 ? null : removeAt(at);
  }

  private Held removeAt(int at) {
    Held one = held[at];
    held[at] = null;
    count--;
    consumed -= one.consumed() ? 1 : 0;
    while (begin < end && held[begin] == null) {
      begin++;
    }
    if (begin == end) {
      begin = 0;
      end = 0;
    }
    return one;
  }

  /** Takes away all up to one; null when that one is not there. */
  List<Held> removeUpTo(long tag) {
    int last = find(tag);
    if (last < 0) {
      return null;
    }
    List<Held> removed = new ArrayList<>();
    for (int i = begin; i <= last; i++) {
      if (held[i] != null) {
        removed.add(held[i]);
      }
    }
    removed.forEach(one -> remove(one.tag));
    return removed;
  }

  /** Takes some away, all or none, in the order that is given. */
  List<Held> removeAll(List<Long> some) throws AmqpException {
    List<Held> removed = new ArrayList<>(some.size());
    for (long tag : some) {
      Held one = remove(tag);
      if (one == null) {
        restore(removed);
        throw unknown(tag);
      }
      removed.add(one);
    }
    return removed;
  }

  /** The failure where there is none of that tag. */
  static AmqpException unknown(long tag) {
    return new AmqpException(
        ReplyCode.PRECONDITION_FAILED, "unknown delivery tag " + Long.toUnsignedString(tag));
  }

  /** What a consumer got after one. */
  List<Long> tagsAfter(long tag, Feed consumer) {
    List<Long> after = new ArrayList<>();
    for (int i = end - 1; i >= begin && tags[i] > tag; i--) {
      if (held[i] != null && held[i].consumer == consumer) {
        after.add(tags[i]);
      }
    }
    Collections.reverse(after);
    return after;
  }

  /** Takes all away, in the order of their tags. */
  List<Held> removeAll() {
    List<Held> removed = new ArrayList<>(count);
    for (int i = begin; i < end; i++) {
      if (held[i] != null) {
        removed.add(held[i]);
        held[i] = null;
      }
    }
    begin = 0;
    end = 0;
    count = 0;
    consumed = 0;
    return removed;
  }

  /** Puts some back in their places. */
  void restore(Collection<Held> some) {
    if (some.isEmpty()) {
      return;
    }
    List<Held> all = removeAll();
    all.addAll(some);
    all.sort((one, other) -> Long.compare(one.tag, other.tag));
    all.forEach(this::add);
  }
}
