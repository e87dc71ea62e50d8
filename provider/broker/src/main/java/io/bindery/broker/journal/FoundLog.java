package io.bindery.broker.journal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The log that is in a directory, and where it ends. Changes nothing.
 *
 * <ol>
 *   <li>Each segment's header says where the log before it ended. What lies between two segments
 *       that follow each other so was never used, or is cut.
 *   <li>The last segment is read up to the first record that is none. If a group behind it knew
 *       that more was on disk, that is damage; else what follows was not finished. A last segment
 *       without a group was not used.
 * </ol>
 */
final class FoundLog {
  private final LogFiles files;
  private final List<Segment> unused = new ArrayList<>();
  private long durable = SegmentHeader.BYTES;
  private boolean used;

  private FoundLog(LogFiles files) {
    this.files = files;
  }

  /**
   * Opens the segments among files.
   *
   * @param files filled with them
   */
  static FoundLog open(LogFiles files, List<String> names) throws IOException, JournalException {
    for (String name : names) {
      long number = Segments.numberOf(name);
      if (number > 0) {
        files.add(Segment.open(files.directory(), name, number));
      }
    }
    FoundLog found = new FoundLog(files);
    found.follow();
    if (found.last() != null) {
      found.findEnd(found.last());
    }
    return found;
  }

  /** The newest segment, or null when there is none. */
  Segment last() {
    return files.byNumber().isEmpty() ? null : files.byNumber().lastEntry().getValue();
  }

  /** Whether the last segment holds anything. */
  boolean lastIsUsed() {
    return used;
  }

  /** Up to where the last segment was known to be on disk. */
  long durable() {
    return durable;
  }

  /** Segments before the last that were never used. */
  List<Segment> unused() {
    return unused;
  }

  /** Goes back from the newest to the oldest segment, and learns where each one ends. */
  private void follow() {
    unused.addAll(follow(files));
  }

  static List<Segment> follow(LogFiles files) {
    List<Segment> unused = new ArrayList<>();
    Segment newer = null;
    for (Segment each : files.byNumber().descendingMap().values()) {
      if (newer != null) {
        long end = newer.header().previousEnd();
        if (each.number() > Position.segment(end)) {
          unused.add(each);
          continue;
        }
        if (each.number() == Position.segment(end)) {
          each.end(Position.offset(end));
        }
      }
      newer = each;
    }
    return unused;
  }

  private void findEnd(Segment last) throws IOException, JournalException {
    SegmentScanner scanner = new SegmentScanner(last, SegmentHeader.BYTES, last.end());
    while (scanner.next()) {
      if (scanner.type() == RecordFormat.GROUP) {
        used = true;
        long known = scanner.payload().getLong();
        if (Position.segment(known) == last.number()) {
          durable = Math.max(durable, Position.offset(known));
        }
      }
    }
    long end = scanner.offset();
    long group = scanner.groupThatKnewMore();
    if (group > 0) {
      throw Damage.at(
          last.name(),
          end,
          scanner.problem() + ", but the group at offset " + group + " knew more to be on disk");
    }
    last.end(end);
  }
}
