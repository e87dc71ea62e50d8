package io.bindery.broker.routing;

/**
 * Collects the targets that a message reaches, each once. Reused by its channel; for one thread.
 *
 * <p>An exchange stays among the targets, so that a circle of exchanges is passed once; whoever
 * publishes skips it.
 */
public final class Routing {
  private final Distinct<Target> targets = new Distinct<>();
  private int matches;

  /** Empties it. */
  public void clear() {
    targets.clear();
    matches = 0;
  }

  /** How many bindings have matched, also those to targets that were there already. */
  int matches() {
    return matches;
  }

  /** How many targets. */
  public int size() {
    return targets.size();
  }

  /** One of them. */
  public Target get(int index) {
    return targets.get(index);
  }

  /** Adds a target unless it is there. */
  public void add(Target target) {
    matches++;
    targets.add(target);
  }
}
