package io.bindery.broker.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads a segment's records one after the other, in pieces of 256 KiB, or of a record if that is
 * larger. One thread's.
 */
final class SegmentScanner {
  private static final int WINDOW_BYTES = 256 << 10;
  private static final String HEADER_CUT_OFF = "a record's header is cut off";

  private final Segment segment;
  private final long limit;
  private final ByteBuffer usual;
  private ByteBuffer window;
  private long windowAt;
  private long offset;
  private long next;
  private String problem;

  /**
   * A scanner.
   *
   * @param from the first record's offset
   * @param limit behind the last byte that is looked at
   */
  SegmentScanner(Segment segment, long from, long limit) {
    this.segment = segment;
    this.limit = limit;
    next = from;
    usual = ByteBuffer.allocate((int) Math.max(0, Math.min(WINDOW_BYTES, limit - from)));
    window = usual.limit(0);
  }

  /** Goes to the next record; false if there is none, at the limit or because of the problem. */
  boolean next() throws IOException {
    offset = next;
    if (offset >= limit) {
      return false;
    }
    problem = check(offset);
    if (problem != null) {
      return false;
    }
    next = offset + RecordFormat.align(window.getInt(index(offset)));
    return true;
  }

  /**
   * Goes on behind what is no record, to the next place that has one; false if there is none. The
   * problem stays until then.
   */
  boolean skip() throws IOException {
    for (long at = offset + Long.BYTES; at < limit; at += Long.BYTES) {
      if (check(at) == null) {
        next = at;
        return true;
      }
    }
    return false;
  }

  /** Where the next record is looked for. */
  long nextOffset() {
    return next;
  }

  private String check(long at) throws IOException {
    if (!load(at, RecordFormat.HEADER_BYTES)) {
      return HEADER_CUT_OFF;
    }
    String wrong = RecordFormat.headerProblem(window, index(at), segment.position(at), limit - at);
    if (wrong != null) {
      return wrong;
    }
    if (!load(at, window.getInt(index(at)))) {
      return "a record is cut off";
    }
    return RecordFormat.checks(window, index(at), segment.header().salt())
        ? null
        : "a record's checksum is wrong";
  }

  /** Has the window hold so many bytes from there on; false if the file has fewer. */
  private boolean load(long at, int bytes) throws IOException {
    if (at < windowAt || at + bytes > windowAt + window.limit()) {
      window = bytes > usual.capacity() ? ByteBuffer.allocate(bytes) : usual;
      windowAt = at;
      window.clear().limit((int) Math.min(window.capacity(), limit - at));
      segment.file().read(window, at);
      window.flip();
    }
    return at + bytes <= windowAt + window.limit();
  }

  private int index(long at) {
    return (int) (at - windowAt);
  }

  /** Where the record is, or what is none. */
  long offset() {
    return offset;
  }

  int type() {
    return RecordFormat.type(window, index(offset));
  }

  /** Its payload, until the next record. */
  ByteBuffer payload() {
    return RecordFormat.payload(window, index(offset));
  }

  /** What was wrong where it stopped; null if nothing was. */
  String problem() {
    return problem;
  }

  /** Whether it stopped at a record that was begun, and not finished or changed since. */
  boolean stoppedInRecord() {
    return problem != null
        && !problem.equals(RecordFormat.NO_RECORD)
        && !problem.equals(HEADER_CUT_OFF);
  }

  /**
   * Looks behind what is no record for a group that says that more than that was on disk.
   *
   * @return where that group is, 0 if there is none
   */
  long groupThatKnewMore() throws IOException {
    long knownMore = segment.position(offset);
    for (long at = offset; at + RecordFormat.GROUP_LENGTH <= limit; at += Long.BYTES) {
      if (!load(at, RecordFormat.GROUP_LENGTH)) {
        return 0;
      }
      if (isGroup(at) && RecordFormat.payload(window, index(at)).getLong() > knownMore) {
        return at;
      }
    }
    return 0;
  }

  private boolean isGroup(long at) {
    int index = index(at);
    return window.getLong(index + RecordFormat.POSITION_AT) == segment.position(at)
        && RecordFormat.type(window, index) == RecordFormat.GROUP
        && window.getInt(index) == RecordFormat.GROUP_LENGTH
        && RecordFormat.checks(window, index, segment.header().salt());
  }
}
