package io.bindery.testkit;

import io.bindery.broker.runtime.Environment;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * A broker's outside with a clock that stands until it is moved, and random numbers from a seed.
 * Tasks run on the thread that moves the clock; workers are real threads, which wait until they are
 * woken or the clock has moved. Thread-safe.
 */
public final class VirtualEnvironment implements Environment {
  private static final long START_MS = 1_700_000_000_000L;

  private final PriorityQueue<Task> tasks = new PriorityQueue<>();
  private final Random random;
  private long nowMs = START_MS;
  private long taskNumber;
  private boolean closed;

  /** An environment whose random numbers follow from the seed. */
  public VirtualEnvironment(long seed) {
    random = new Random(seed);
  }

  private record Task(long atMs, long number, Runnable work) implements Comparable<Task> {
    @Override
    public int compareTo(Task other) {
      return atMs != other.atMs
          ? Long.compare(atMs, other.atMs)
          : Long.compare(number, other.number);
    }
  }

  @Override
  public synchronized long nowMs() {
    return nowMs;
  }

  @Override
  public synchronized long nanos() {
    return (nowMs - START_MS) * 1_000_000;
  }

  @Override
  public synchronized Scheduled schedule(Runnable work, long delayMs) {
    Task task = new Task(nowMs + Math.max(0, delayMs), taskNumber++, work);
    if (!closed) {
      tasks.add(task);
    }
    return () -> cancel(task);
  }

  private synchronized void cancel(Task task) {
    tasks.remove(task);
  }

  @Override
  public synchronized long random() {
    return random.nextLong();
  }

  @Override
  public Worker worker(String name, Step step) {
    VirtualWorker worker = new VirtualWorker(this, step);
    Thread thread = new Thread(worker, "virtual-" + name);
    thread.setDaemon(true);
    thread.start();
    return worker;
  }

  /** Waits until the clock has moved that far, or the condition holds. */
  synchronized void await(long waitNs, BooleanSupplier or) {
    long start = nanos();
    boolean interrupted = false;
    while (!or.getAsBoolean() && nanos() - start < waitNs) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  synchronized void changed(Runnable change) {
    change.run();
    notifyAll();
  }

  /** Moves the clock, and runs what becomes due on the way, each at its time. */
  public void advance(long ms) {
    long untilMs = nowMs() + ms;
    for (Task task = next(untilMs); task != null; task = next(untilMs)) {
      task.work.run();
    }
    changed(() -> nowMs = untilMs);
  }

  private synchronized Task next(long untilMs) {
    Task task = tasks.peek();
    if (task == null || task.atMs > untilMs) {
      return null;
    }
    nowMs = Math.max(nowMs, task.atMs);
    notifyAll();
    return tasks.poll();
  }

  @Override
  public synchronized void close() {
    closed = true;
    tasks.clear();
  }
}
