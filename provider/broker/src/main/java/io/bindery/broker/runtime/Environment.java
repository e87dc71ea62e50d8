package io.bindery.broker.runtime;

/** What the broker takes from outside: the only clock, timer and random it knows. Thread-safe. */
public interface Environment extends AutoCloseable {
  /** The time of day, ms since 1970. */
  long nowMs();

  /** A clock that only grows, ns. */
  long nanos();

  /**
   * Runs a task once, later, on a thread of the environment. The task must not block; what it
   * throws is logged.
   *
   * @param delayMs in how many milliseconds, at least
   */
  Scheduled schedule(Runnable task, long delayMs);

  /** A random number, uniformly of 64 bits. */
  long random();

  /**
   * Starts a thread of its own that takes steps until one says that it was the last.
   *
   * @param name part of the thread's name
   */
  Worker worker(String name, Step step);

  /** Ends the timers. What is scheduled does not run any more. */
  @Override
  void close();

  /** A task that is to run. */
  interface Scheduled {
    /** Keeps it from running, if it does not run already. */
    void cancel();
  }

  /** What a worker does again and again. It may block, and should not throw. */
  @FunctionalInterface
  interface Step {
    /** The answer that there is nothing to do until the worker is woken. */
    long UNTIL_WOKEN = Long.MAX_VALUE;

    /** The answer that this was the last step. */
    long LAST = -1;

    /**
     * Takes a step.
     *
     * @return after how many ns to take the next one, unless the worker is woken before: 0 at once
     */
    long take();
  }

  /** A thread that takes steps. Thread-safe. */
  interface Worker {
    /** Has it take a step soon; if it is in one, another after it. */
    void wake();

    /** Waits until it took its last step. Is not ended by an interrupt, which stays pending. */
    void join();
  }
}
