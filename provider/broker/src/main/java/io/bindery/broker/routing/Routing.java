package io.bindery.broker.routing;

import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * Collects the targets that a message reaches, each once. Reused by its channel; for one thread.
 */
public final class Routing {
  private static final int LINEAR_UNTIL = 16;

  private Target[] targets = new Target[4];
  private int size;
  private Set<Target> seen;

  /** Empties it. */
  public void clear() {
    Arrays.fill(targets, 0, size, null);
    size = 0;
    seen = null;
  }

  /** How many targets. */
  public int size() {
    return size;
  }

  /** One of them. */
  public Target get(int index) {
    return targets[index];
  }

  /** Adds a queue unless it is there. */
  public void add(Target queue) {
    add(queue, null);
  }

  /** Adds a target unless it is there; an exchange passes the publication on. */
  void add(Target target, Publication publication) {
    if (contains(target)) {
      return;
    }
    if (size == targets.length) {
      targets = Arrays.copyOf(targets, size * 2);
    }
    targets[size++] = target;
    if (seen != null) {
      seen.add(target);
    }
    // An exchange stays among the targets, so that a circle of exchanges is passed once; whoever
    // publishes skips it.
    if (target instanceof Exchange exchange) {
      exchange.route(publication, this);
    }
  }

  private boolean contains(Target target) {
    if (seen == null && size >= LINEAR_UNTIL) {
      seen = Collections.newSetFromMap(new IdentityHashMap<>());
      seen.addAll(Arrays.asList(targets).subList(0, size));
    }
    if (seen != null) {
      return seen.contains(target);
    }
    for (int i = 0; i < size; i++) {
      if (targets[i] == target) {
        return true;
      }
    }
    return false;
  }
}
