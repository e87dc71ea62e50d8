package io.bindery.testkit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for what other threads bring about, without sleeping. */
public final class Awaiting {
  /** Longer than anything takes; a test that waits so long has failed. */
  private static final long LONG_MS = 20_000;

  private Awaiting() {}

  /**
   * Waits for a condition.
   *
   * @param what the condition, for who reads that it never held
   */
  public static void until(String what, BooleanSupplier condition) {
    long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LONG_MS);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadlineNs, what);
      Thread.onSpinWait();
    }
  }

  /** Waits until a thread waits. */
  public static void untilWaiting(Thread thread) {
    until(
        thread + " must wait",
        () ->
            thread.getState() == Thread.State.WAITING
                || thread.getState() == Thread.State.TIMED_WAITING);
  }
}
