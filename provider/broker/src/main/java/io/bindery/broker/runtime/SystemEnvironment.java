package io.bindery.broker.runtime;

import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The real clock, one daemon thread for timers, started when the first is set, and one for each
 * worker.
 */
public final class SystemEnvironment implements Environment {
  private static final System.Logger LOG = System.getLogger(SystemEnvironment.class.getName());

  private final SecureRandom random = new SecureRandom();
  private final ScheduledThreadPoolExecutor timer;

  /**
   * An environment.
   *
   * @param name part of its thread's name
   */
  public SystemEnvironment(String name) {
    timer = new ScheduledThreadPoolExecutor(1, task -> thread(task, "bindery-" + name + "-timer"));
    timer.setRemoveOnCancelPolicy(true);
  }

  private static Thread thread(Runnable task, String name) {
    // No inherited thread locals and the engine's own loader: the thread may be started by an
    // application's.
    Thread thread = new Thread(null, task, name, 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(SystemEnvironment.class.getClassLoader());
    return thread;
  }

  @Override
  public long nowMs() {
    return System.currentTimeMillis();
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public long random() {
    return random.nextLong();
  }

  @Override
  public Scheduled schedule(Runnable task, long delayMs) {
    try {
      ScheduledFuture<?> future =
          timer.schedule(() -> run(task), Math.max(0, delayMs), TimeUnit.MILLISECONDS);
      return () -> future.cancel(false);
    } catch (RejectedExecutionException closed) {
      return () -> {};
    }
  }

  @Override
  public Worker worker(String name, Step step) {
    return SystemWorker.start(step, each -> thread(each, "bindery-" + name));
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) { // boundary: one failed task must not end the timers
      LOG.log(Level.ERROR, "a timer's task failed", e);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
