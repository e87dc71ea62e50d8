package io.bindery.ra;

/**
 * How one turn of a session on a server's thread ended.
 *
 * @param end what to do next
 * @param delayMs for HOLD: for how long
 */
record Slice(End end, long delayMs) {
  static final Slice DRAINED = new Slice(End.DRAINED, 0);
  static final Slice MORE = new Slice(End.MORE, 0);
  static final Slice FROZEN = new Slice(End.FROZEN, 0);
  static final Slice REOPEN = new Slice(End.REOPEN, 0);
  static final Slice LOST = new Slice(End.LOST, 0);

  static Slice hold(long delayMs) {
    return new Slice(End.HOLD, delayMs);
  }

  /** What follows a turn. */
  enum End {
    /** Nothing is left: wait for the engine's signal. */
    DRAINED,
    /** The time was over: another turn, behind the others. */
    MORE,
    /** Wait for a time, then another turn. */
    HOLD,
    /** The activation is paused: wait until it is resumed or chooses this session for a probe. */
    FROZEN,
    /** The channel holds what it must let go: another channel, then another turn. */
    REOPEN,
    /** The consumer is gone: the activation connects anew. */
    LOST
  }
}
