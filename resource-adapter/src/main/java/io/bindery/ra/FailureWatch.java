package io.bindery.ra;

import java.util.HashSet;
import java.util.Set;

/**
 * Tells an outage from poison: after so many different messages failed with no success between, the
 * activation pauses. One message that fails again and again pauses nothing. Thread-safe.
 */
final class FailureWatch {
  private final int limit;
  private final Set<Object> failed = new HashSet<>();
  private volatile boolean paused;

  /** With a limit of 0 it never pauses. */
  FailureWatch(int limit) {
    this.limit = limit;
  }

  /** Whether the activation is paused. */
  boolean paused() {
    return paused;
  }

  /**
   * A message failed.
   *
   * @param message what tells it from others, and stays the same when it is given back
   * @return whether this one made the activation pause
   */
  synchronized boolean failed(Object message) {
    if (limit == 0 || paused) {
      return false;
    }
    failed.add(message);
    paused = failed.size() >= limit;
    return paused;
  }

  /** A message was processed; returns whether the activation was paused until now. */
  synchronized boolean succeeded() {
    boolean was = paused;
    paused = false;
    failed.clear();
    return was;
  }
}
