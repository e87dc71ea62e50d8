package io.bindery.ra;

import java.lang.System.Logger.Level;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The timer of a started adapter: one daemon thread of our own rather than one of {@code
 * BootstrapContext.createTimer}, because the end of a {@link java.util.Timer} cannot be waited for
 * and its thread keeps the loader that made it.
 */
final class TimerThread implements AdapterTimer {
  private static final System.Logger LOG = System.getLogger(TimerThread.class.getName());
  private static final long END_MS = 2_000;

  private final ScheduledThreadPoolExecutor executor;

  TimerThread(String name) {
    executor =
        new ScheduledThreadPoolExecutor(
            1, task -> thread(task, name), new ThreadPoolExecutor.DiscardPolicy());
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    executor.setRemoveOnCancelPolicy(true);
  }

  private static Thread thread(Runnable task, String name) {
    // No inherited thread locals and not the context loader of whoever happened to start us: both
    // would pin an application.
    Thread thread = new Thread(null, task, name, 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(TimerThread.class.getClassLoader());
    return thread;
  }

  @Override
  public void after(long delayMs, Runnable task) {
    try {
      executor.schedule(() -> run(task), delayMs, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.log(Level.DEBUG, "The timer is stopped", e);
    }
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      // Thread boundary: nobody else would report it.
      LOG.log(Level.ERROR, "A timed task of the resource adapter failed", e);
    }
  }

  @Override
  public void stop() {
    executor.shutdownNow();
    try {
      if (!executor.awaitTermination(END_MS, TimeUnit.MILLISECONDS)) {
        LOG.log(
            Level.WARNING,
            "The timer thread of the resource adapter did not end within {0} ms",
            END_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
