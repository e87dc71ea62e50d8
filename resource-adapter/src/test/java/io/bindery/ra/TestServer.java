package io.bindery.ra;

import jakarta.resource.spi.BootstrapContext;
import jakarta.resource.spi.XATerminator;
import jakarta.resource.spi.work.ExecutionContext;
import jakarta.resource.spi.work.Work;
import jakarta.resource.spi.work.WorkContext;
import jakarta.resource.spi.work.WorkListener;
import jakarta.resource.spi.work.WorkManager;
import jakarta.resource.spi.work.WorkRejectedException;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.util.Timer;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The part of an application server that an adapter sees: a pool of at most 200 threads, and
 * nothing else.
 */
final class TestServer implements BootstrapContext, WorkManager, AutoCloseable {
  static final int MAX_THREADS = 200;

  private final ThreadPoolExecutor pool =
      new ThreadPoolExecutor(
          MAX_THREADS,
          MAX_THREADS,
          1,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          TestServer::thread);
  private final AtomicInteger submitted = new AtomicInteger();
  private final AtomicInteger toReject = new AtomicInteger();
  private final AtomicReference<Runnable> afterNext = new AtomicReference<>();

  TestServer() {
    pool.allowCoreThreadTimeOut(true);
  }

  /** One that keeps its threads, whatever is undeployed. */
  static TestServer thatKeepsThreads() {
    TestServer server = new TestServer();
    server.pool.allowCoreThreadTimeOut(false);
    return server;
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(null, task, "test-server", 0, false);
    thread.setDaemon(true);
    return thread;
  }

  /** How many Works were submitted. */
  int submitted() {
    return submitted.get();
  }

  /** The most threads that ever ran. */
  int mostThreads() {
    return pool.getLargestPoolSize();
  }

  /** Whether no Work runs or waits. */
  boolean idle() {
    return pool.getActiveCount() == 0 && pool.getQueue().isEmpty();
  }

  /** Rejects the next Works. */
  void rejectNext(int works) {
    toReject.set(works);
  }

  /** Does something after it has taken the next Work, on the thread that submits it. */
  void afterNext(Runnable action) {
    afterNext.set(action);
  }

  int stillToReject() {
    return Math.max(0, toReject.get());
  }

  @Override
  public void scheduleWork(Work work) throws WorkRejectedException {
    scheduleWork(work, INDEFINITE, null, null);
  }

  @Override
  public void scheduleWork(
      Work work, long startTimeout, ExecutionContext context, WorkListener listener)
      throws WorkRejectedException {
    if (toReject.getAndDecrement() > 0) {
      throw new WorkRejectedException("the test server is busy");
    }
    submitted.incrementAndGet();
    pool.execute(work);
    Runnable action = afterNext.getAndSet(null);
    if (action != null) {
      action.run();
    }
  }

  @Override
  public void doWork(Work work) {
    throw new AssertionError("an adapter must not run work on the thread that calls it");
  }

  @Override
  public void doWork(
      Work work, long startTimeout, ExecutionContext context, WorkListener listener) {
    doWork(work);
  }

  @Override
  public long startWork(Work work) {
    throw new AssertionError("an adapter must not wait until a work starts");
  }

  @Override
  public long startWork(
      Work work, long startTimeout, ExecutionContext context, WorkListener listener) {
    return startWork(work);
  }

  @Override
  public WorkManager getWorkManager() {
    return this;
  }

  @Override
  public XATerminator getXATerminator() {
    return null;
  }

  @Override
  public Timer createTimer() {
    throw new AssertionError("the adapter has its own timer");
  }

  @Override
  public boolean isContextSupported(Class<? extends WorkContext> type) {
    return false;
  }

  @Override
  public TransactionSynchronizationRegistry getTransactionSynchronizationRegistry() {
    return null;
  }

  @Override
  public void close() {
    pool.shutdownNow();
  }
}
