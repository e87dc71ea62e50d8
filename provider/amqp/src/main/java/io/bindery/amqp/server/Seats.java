package io.bindery.amqp.server;

import java.util.concurrent.atomic.AtomicInteger;

/** How many connections a server may have open. Thread-safe. */
final class Seats {
  private final int limit;
  private final AtomicInteger taken = new AtomicInteger();

  Seats(int limit) {
    this.limit = limit;
  }

  int limit() {
    return limit;
  }

  /** Takes one; false when there is none. */
  boolean take() {
    if (taken.incrementAndGet() > limit) {
      taken.decrementAndGet();
      return false;
    }
    return true;
  }

  /** Gives one back. */
  void free() {
    taken.decrementAndGet();
  }
}
