package io.bindery.broker.runtime;

import java.lang.System.Logger.Level;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;

/** A thread that takes steps and parks between them: a wake-up is one unpark. Thread-safe. */
final class SystemWorker implements Environment.Worker {
  private static final System.Logger LOG = System.getLogger(SystemWorker.class.getName());

  private final Environment.Step step;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread thread;

  /** Set by a wake-up: its permit may be gone, since a step that waits for a lock parks, too. */
  private volatile boolean woken;

  private SystemWorker(Environment.Step step, ThreadFactory threads) {
    this.step = step;
    thread = threads.newThread(this::run);
  }

  static SystemWorker start(Environment.Step step, ThreadFactory threads) {
    SystemWorker worker = new SystemWorker(step, threads);
    worker.thread.start();
    return worker;
  }

  private void run() {
    try {
      for (long waitNs = take(); waitNs >= 0; waitNs = take()) {
        if (waitNs > 0 && !woken) {
          LockSupport.parkNanos(this, waitNs);
          Thread.interrupted(); // else it would not park any more
        }
      }
    } catch (RuntimeException | Error e) {
      LOG.log(Level.ERROR, "the thread " + Thread.currentThread().getName() + " has ended", e);
      throw e;
    } finally {
      ended.countDown();
    }
  }

  private long take() {
    woken = false;
    return step.take();
  }

  @Override
  public void wake() {
    woken = true;
    LockSupport.unpark(thread);
  }

  @Override
  public void join() {
    boolean interrupted = false;
    while (ended.getCount() > 0) {
      try {
        ended.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
