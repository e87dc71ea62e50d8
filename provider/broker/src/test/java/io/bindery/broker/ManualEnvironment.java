package io.bindery.broker;

import io.bindery.broker.runtime.Environment;
import java.util.PriorityQueue;
import java.util.Random;

/** A clock that is moved by hand; tasks run on the thread that moves it. Thread-safe. */
final class ManualEnvironment implements Environment {
  private final PriorityQueue<Task> tasks = new PriorityQueue<>();
  private final Random random = new Random(7);
  private long nowMs = 1_000_000;
  private long number;
  private boolean closed;

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
    return nowMs * 1_000_000;
  }

  @Override
  public synchronized long random() {
    return random.nextLong();
  }

  @Override
  public synchronized Scheduled schedule(Runnable work, long delayMs) {
    Task task = new Task(nowMs + Math.max(0, delayMs), number++, work);
    tasks.add(task);
    return () -> cancel(task);
  }

  private synchronized void cancel(Task task) {
    tasks.remove(task);
  }

  @Override
  public Worker worker(String name, Step step) {
    throw new UnsupportedOperationException("a broker in memory has no thread");
  }

  void advance(long ms) {
    long untilMs = nowMs() + ms;
    for (Task task = next(untilMs); task != null; task = next(untilMs)) {
      task.work.run();
    }
    synchronized (this) {
      nowMs = untilMs;
    }
  }

  private synchronized Task next(long untilMs) {
    Task task = tasks.peek();
    if (task == null || task.atMs > untilMs) {
      return null;
    }
    nowMs = Math.max(nowMs, task.atMs);
    return tasks.poll();
  }

  synchronized int scheduled() {
    return tasks.size();
  }

  synchronized boolean isClosed() {
    return closed;
  }

  @Override
  public synchronized void close() {
    closed = true;
    tasks.clear();
  }
}
