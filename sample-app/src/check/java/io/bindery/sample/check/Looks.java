package io.bindery.sample.check;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Looks at the desk twice a second for somebody who waits until something is so. */
public final class Looks {
  private static final long EVERY_MS = 500;

  private Looks() {}

  /** What the desk may answer, or may not yet. */
  public interface Condition {
    /** Whether it is so now. */
    boolean holds() throws IOException, InterruptedException;
  }

  /**
   * Waits until something is so.
   *
   * @return false if it was not within that time
   * @throws IOException if a look failed: there is no further one
   */
  public static boolean until(Duration within, Condition condition)
      throws IOException, InterruptedException {
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    CompletableFuture<Void> held = new CompletableFuture<>();
    try {
      timer.scheduleWithFixedDelay(() -> look(condition, held), 0, EVERY_MS, TimeUnit.MILLISECONDS);
      held.get(within.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failed) {
        throw failed;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      timer.shutdownNow();
    }
  }

  private static void look(Condition condition, CompletableFuture<Void> held) {
    try {
      if (condition.holds()) {
        held.complete(null);
      }
    } catch (IOException | InterruptedException | RuntimeException e) {
      held.completeExceptionally(e);
    }
  }

  /** One that must have held for so long without a break. */
  public static Condition stays(Duration time, Condition condition) {
    long[] sinceNs = {Long.MAX_VALUE};
    return () -> {
      long nowNs = System.nanoTime();
      if (!condition.holds()) {
        sinceNs[0] = Long.MAX_VALUE;
        return false;
      }
      if (sinceNs[0] == Long.MAX_VALUE) {
        sinceNs[0] = nowNs;
      }
      return nowNs - sinceNs[0] >= time.toNanos();
    };
  }
}
