package io.bindery.testkit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Waits for what other threads bring about. Patience is counted in looks, not by a clock: on a
 * machine that gives no turn to whoever works, whoever waits gets none either.
 */
public final class Awaiting {
  private static final long BETWEEN_LOOKS_NS = 100_000;

  /** At least 20 s, longer than anything takes; a test that waits so long has failed. */
  private static final int LOOKS = 200_000;

  private Awaiting() {}

  /**
   * Waits for a condition.
   *
   * @param what the condition, for who reads that it never held
   */
  public static void until(String what, BooleanSupplier condition) {
    until(what, () -> 0, condition);
  }

  /**
   * Waits for the end of much work, as long as it goes on.
   *
   * @param what the condition, for who reads that it never held
   * @param progress changes as long as the work goes on
   */
  public static void until(String what, LongSupplier progress, BooleanSupplier condition) {
    long before = progress.getAsLong();
    for (int looks = 0; !condition.getAsBoolean(); looks++) {
      long now = progress.getAsLong();
      looks = now == before ? looks : 0;
      before = now;
      assertTrue(looks < LOOKS, what);
      LockSupport.parkNanos(BETWEEN_LOOKS_NS);
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

  /** Waits until another thread waits for a monitor that the calling one holds. */
  public static void untilAnotherIsBlocked() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long mine = Thread.currentThread().getId();
    until(
        "another thread must wait for a monitor of " + Thread.currentThread(),
        () ->
            Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .anyMatch(each -> each != null && each.getLockOwnerId() == mine));
  }
}
