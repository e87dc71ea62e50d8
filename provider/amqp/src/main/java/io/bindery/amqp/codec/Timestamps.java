package io.bindery.amqp.codec;

/** Seconds since 1970 on the wire (AMQP 0-9-1, 4.2.5.4), milliseconds in the engine. */
final class Timestamps {
  private static final long MS = 1000;

  private Timestamps() {}

  /** What the engine's milliseconds do not reach becomes the nearest that they do. */
  static long toMs(long seconds) {
    if (seconds > Long.MAX_VALUE / MS) {
      return Long.MAX_VALUE;
    }
    return Math.max(seconds, Long.MIN_VALUE / MS) * MS;
  }

  static long toSeconds(long ms) {
    return Math.floorDiv(ms, MS);
  }
}
