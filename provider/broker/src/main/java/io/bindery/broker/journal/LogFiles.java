package io.bindery.broker.journal;

import io.bindery.broker.journal.JournalException.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** The segments of a log by number, to be read. Thread-safe. */
final class LogFiles {
  private final JournalDirectory directory;
  private final ConcurrentNavigableMap<Long, Segment> byNumber = new ConcurrentSkipListMap<>();

  LogFiles(JournalDirectory directory) {
    this.directory = directory;
  }

  JournalDirectory directory() {
    return directory;
  }

  ConcurrentNavigableMap<Long, Segment> byNumber() {
    return byNumber;
  }

  /** Finds a segment. Null if it was freed or never was. */
  Segment find(long number) {
    return byNumber.get(number);
  }

  void add(Segment segment) {
    byNumber.put(segment.number(), segment);
  }

  /** File and offset of a position, for messages. */
  String place(long position) {
    return place(directory, position);
  }

  static String place(JournalDirectory directory, long position) {
    return directory.location()
        + "/"
        + Segments.nameOf(Position.segment(position))
        + ", offset "
        + Position.offset(position);
  }

  List<SegmentInfo> infos() {
    List<SegmentInfo> infos = new ArrayList<>();
    byNumber.values().forEach(each -> infos.add(new SegmentInfo(each.number(), each.end())));
    return infos;
  }

  /**
   * Visits all records from a position on, in order.
   *
   * @param from a record's position, or an end of earlier; 0 for the oldest segment
   * @throws JournalException DAMAGED if a record or a segment is missing, FAILED, or what the
   *     visitor throws
   */
  void replay(long from, RecordVisitor visitor) throws JournalException {
    Segment before = null;
    for (Segment each : byNumber.tailMap(Position.segment(from)).values()) {
      long previousEnd = each.header().previousEnd();
      boolean follows =
          before == null
              ? from == 0 || each.number() == Position.segment(from) || previousEnd <= from
              : Position.segment(previousEnd) == before.number();
      if (!follows) {
        throw Damage.at(
            each.name(),
            0,
            "the segment before it, which ends at " + place(previousEnd) + ", is missing");
      }
      boolean first = each.number() == Position.segment(from);
      replay(each, first ? Position.offset(from) : SegmentHeader.BYTES, visitor);
      before = each;
    }
    if (before == null) {
      throw Damage.at(directory.location(), 0, "the log ends before " + place(from));
    }
  }

  private static void replay(Segment segment, long from, RecordVisitor visitor)
      throws JournalException {
    if (from > segment.end()) {
      throw Damage.at(segment.name(), segment.end(), "the log ends before offset " + from);
    }
    SegmentScanner scanner = new SegmentScanner(segment, from, segment.end());
    try {
      while (scanner.next()) {
        if (scanner.type() != RecordFormat.GROUP) {
          visitor.record(segment.position(scanner.offset()), scanner.type(), scanner.payload());
        }
      }
    } catch (IOException e) {
      throw new JournalException(Reason.FAILED, "reading " + segment.name(), e);
    }
    if (scanner.problem() != null) {
      throw Damage.at(segment.name(), scanner.offset(), scanner.problem());
    }
  }

  /** Closes all files, not the directory. */
  void close() throws IOException {
    for (Segment segment : byNumber.values()) {
      segment.file().close();
    }
  }
}
