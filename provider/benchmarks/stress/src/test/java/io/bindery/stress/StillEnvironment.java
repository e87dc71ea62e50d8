package io.bindery.stress;

import io.bindery.broker.runtime.Environment;

/** A clock that stands, and timers that never run: what is tried must not need them. */
public final class StillEnvironment implements Environment {
  @Override
  public long nowMs() {
    return 1;
  }

  @Override
  public long nanos() {
    return 1;
  }

  @Override
  public Scheduled schedule(Runnable task, long delayMs) {
    return () -> {};
  }

  @Override
  public long random() {
    return 4;
  }

  @Override
  public Worker worker(String name, Step step) {
    throw new UnsupportedOperationException("a broker in memory has no worker");
  }

  @Override
  public void close() {
    // There is nothing to end.
  }
}
