package io.bindery.amqp.server;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * What other threads leave for a connection's event loop: many tasks, one wake-up, and one flush
 * behind them.
 */
final class Inbox implements Runnable {
  /** Then the loop looks at other things first. */
  private static final int AT_ONCE = 1_024;

  private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final Wire wire;
  private final Consumer<RuntimeException> failed;
  private final Runnable afterwards;

  /**
   * An empty one.
   *
   * @param failed is told what a task threw; the others are run nevertheless
   * @param afterwards what is done behind the tasks
   */
  Inbox(Wire wire, Consumer<RuntimeException> failed, Runnable afterwards) {
    this.wire = wire;
    this.failed = failed;
    this.afterwards = afterwards;
  }

  /** Runs a task on the event loop, soon; any thread. */
  void post(Runnable task) {
    tasks.add(task);
    schedule();
  }

  private void schedule() {
    if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
      wire.execute(this);
    }
  }

  @Override
  public void run() {
    scheduled.set(false);
    int left = AT_ONCE;
    for (Runnable next = tasks.poll(); next != null; next = --left > 0 ? tasks.poll() : null) {
      run(next);
    }
    if (!tasks.isEmpty()) {
      schedule();
    }
    afterwards.run();
  }

  private void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      failed.accept(e);
    }
  }
}
