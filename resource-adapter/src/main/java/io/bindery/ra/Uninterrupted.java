package io.bindery.ra;

import java.util.function.BooleanSupplier;

/** Waiting that an interrupt does not end: a server that stops somebody is owed the end of it. */
final class Uninterrupted {
  private static final long MS_NS = 1_000_000;

  private Uninterrupted() {}

  /**
   * Waits until something holds. An interrupt stays with the thread.
   *
   * @param monitor what the caller holds, and who makes it hold notifies
   * @param deadlineNs by {@link System#nanoTime}
   * @return whether it holds
   */
  static boolean await(Object monitor, BooleanSupplier holds, long deadlineNs) {
    boolean interrupted = false;
    long leftMs = (deadlineNs - System.nanoTime()) / MS_NS;
    while (!holds.getAsBoolean() && leftMs > 0) {
      try {
        monitor.wait(leftMs);
      } catch (InterruptedException e) {
        interrupted = true;
      }
      leftMs = (deadlineNs - System.nanoTime()) / MS_NS;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return holds.getAsBoolean();
  }
}
