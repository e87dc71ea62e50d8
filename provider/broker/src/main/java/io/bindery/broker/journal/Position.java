package io.bindery.broker.journal;

/** A position in the log: the segment's number in the upper 32 bits, the offset in the lower. */
final class Position {
  private static final int OFFSET_BITS = 32;
  private static final long OFFSET_MASK = 0xffff_ffffL;

  private Position() {}

  static long of(long segment, long offset) {
    return segment << OFFSET_BITS | offset;
  }

  static long segment(long position) {
    return position >>> OFFSET_BITS;
  }

  static long offset(long position) {
    return position & OFFSET_MASK;
  }
}
