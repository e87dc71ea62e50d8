package io.bindery.amqp.server;

/**
 * Waits for a client that is to go: for as long as it takes what was sent to it, but not for ever.
 * On the event loop.
 */
final class Farewell {
  /** Who takes nothing for so long is cut. */
  static final long STILL_MS = 5_000;

  /** Who takes little is, after so much in all: it would keep what waits for it, and its socket. */
  static final long MOST_MS = 60_000;

  private final Wire wire;
  private final Runnable cut;
  private long taken;
  private long waitedMs;

  /** Null until it has begun. */
  private Wire.Later next;

  /**
   * One that has not begun.
   *
   * @param cut what is done with who takes no more
   */
  Farewell(Wire wire, Runnable cut) {
    this.wire = wire;
    this.cut = cut;
  }

  /** Begins to wait, unless it has: whatever is sent last after that has no time of its own. */
  void begin() {
    if (next == null) {
      lookAgain();
    }
  }

  private void lookAgain() {
    taken = wire.taken();
    next = wire.schedule(this::look, STILL_MS);
  }

  private void look() {
    waitedMs += STILL_MS;
    if (waitedMs >= MOST_MS || wire.taken() == taken) {
      cut.run();
    } else {
      lookAgain();
    }
  }

  /** The client is gone. */
  void end() {
    if (next != null) {
      next.cancel();
    }
  }
}
