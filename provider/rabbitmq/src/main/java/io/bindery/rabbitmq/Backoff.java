package io.bindery.rabbitmq;

import java.util.function.DoubleSupplier;

/**
 * How long to pause between attempts: twice as long each time up to a limit, and of that something
 * between half and all, so that the clients of a server that comes back do not come all at once.
 * For one thread.
 */
final class Backoff {
  static final long FIRST_MS = 100;
  static final long MAX_MS = 5_000;

  private final DoubleSupplier random;
  private long nextMs = FIRST_MS;

  /**
   * One that begins.
   *
   * @param random from 0 to 1
   */
  Backoff(DoubleSupplier random) {
    this.random = random;
  }

  /** The next pause, in ms. */
  long nextMs() {
    long whole = nextMs;
    nextMs = Math.min(2 * whole, MAX_MS);
    return whole - (long) (whole / 2 * random.getAsDouble());
  }
}
