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

  /** Ends the timers. What is scheduled does not run any more. */
  @Override
  void close();

  /** A task that is to run. */
  interface Scheduled {
    /** Keeps it from running, if it does not run already. */
    void cancel();
  }
}
