package io.bindery.server.cli;

import java.util.logging.LogManager;

/**
 * Java's own closes what is logged to as soon as the process is told to end, beside the thread that
 * stops the broker, whose last lines would be lost. Java makes one when something is first logged,
 * if {@link Logging#lasting} was called before.
 */
public final class LastingLog extends LogManager {
  private static volatile boolean held;

  /** Nothing is closed until {@link #release}; any thread. */
  static void hold() {
    held = true;
  }

  /** All is said; any thread. */
  static void release() {
    held = false;
    getLogManager().reset();
  }

  @Override
  public void reset() {
    if (!held) {
      super.reset();
    }
  }
}
