package io.bindery.rabbitmq;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Does what waits for a server, one after the other, on a thread that comes and goes. Thread-safe.
 */
final class Errands implements Executor {
  private static final long IDLE_SECONDS = 5;

  private final ThreadPoolExecutor thread;
  private final ScheduledThreadPoolExecutor clock;

  Errands(String name) {
    clock =
        new ScheduledThreadPoolExecutor(
            1, task -> ready(new Thread(null, task, "bindery-amqp-clock-" + name, 0, false)));
    clock.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    clock.allowCoreThreadTimeOut(true);
    clock.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    thread =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> ready(new Thread(null, task, "bindery-amqp-" + name, 0, false)));
    thread.allowCoreThreadTimeOut(true);
  }

  /** The threads of a connection, which read what servers answer, and so wait for none. */
  static ThreadFactory readers(String name) {
    return task -> ready(new Reader(task, "bindery-amqp-reader-" + name));
  }

  /** Ours in a server: of no application. */
  static Thread ready(Thread thread) {
    thread.setDaemon(true);
    thread.setContextClassLoader(Errands.class.getClassLoader());
    return thread;
  }

  static boolean isReader(Thread thread) {
    return thread instanceof Reader;
  }

  private static final class Reader extends Thread {
    private Reader(Runnable task, String name) {
      super(null, task, name, 0, false);
    }
  }

  /** After the end it runs at once: what it asks is refused. */
  @Override
  public void execute(Runnable task) {
    try {
      thread.execute(task);
    } catch (RejectedExecutionException e) {
      task.run();
    }
  }

  /** Does something after so many milliseconds, unless it has ended by then. */
  void later(Runnable task, long delayMs) {
    try {
      clock.schedule(task, delayMs, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      assert clock.isShutdown() : e;
    }
  }

  /** Ends when all that was asked is done. */
  void end() {
    clock.shutdown();
    thread.shutdown();
  }

  /** Waits until what was asked so far is done. */
  boolean awaitIdle(long time, TimeUnit unit) throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    execute(done::countDown);
    return done.await(time, unit);
  }
}
