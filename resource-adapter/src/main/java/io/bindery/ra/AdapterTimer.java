package io.bindery.ra;

/**
 * Delays for back-off, probes and reconnects: one for a resource adapter, not one for each session.
 * Thread-safe.
 */
interface AdapterTimer {
  /**
   * Runs a short task once, later. The task must not wait for anything; a timer that is stopped
   * drops it.
   *
   * @param delayMs milliseconds, 0 for as soon as possible
   */
  void after(long delayMs, Runnable task);

  /** Drops what is pending and ends its thread. */
  void stop();
}
