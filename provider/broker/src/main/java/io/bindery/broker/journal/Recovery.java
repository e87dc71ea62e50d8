package io.bindery.broker.journal;

import io.bindery.broker.journal.Writer.Setup;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the log in a directory, and opens a new segment behind its end.
 *
 * <ol>
 *   <li>Each segment's header says where the log before it ended. What lies between two segments
 *       that follow each other so was never used, or is cut.
 *   <li>The last segment is read up to the first record that is none. If a group behind it knew
 *       that more was on disk, that is damage; else what follows was not finished, and is cut. A
 *       last segment without a group is not used.
 *   <li>What is behind the last position that was known to be on disk is written again in its place
 *       and synced, because after a sync that failed the system may show what the disk has not.
 *   <li>The new segment's header says where the log ends now, so that nothing behind it can ever
 *       count. Every segment before the last is whole: it was synced before its successor was made.
 * </ol>
 *
 * <p>Nothing is changed before all that has been checked, and each step may be the last before a
 * crash.
 */
final class Recovery {
  private static final System.Logger LOG = System.getLogger(Recovery.class.getName());
  private static final int COPY_BYTES = 256 << 10;

  private final JournalDirectory directory;
  private final Segments segments;
  private final List<Segment> unused = new ArrayList<>();
  private long durable = SegmentHeader.BYTES;
  private boolean used;

  private Recovery(Setup setup) {
    segments = setup.segments();
    directory = segments.directory();
  }

  /** Has the segments be those of the directory, the last one new and empty. */
  static void recover(Setup setup) throws IOException, JournalException {
    new Recovery(setup).run();
  }

  private void run() throws IOException, JournalException {
    List<String> names = directory.names();
    for (String name : names) {
      long number = Segments.numberOf(name);
      if (number > 0) {
        segments.add(Segment.open(directory, name, number));
      }
    }
    follow();
    Segment last = segments.log().isEmpty() ? null : segments.log().lastEntry().getValue();
    if (last != null) {
      findEnd(last);
    }
    for (String name : names) {
      segments.addSpare(name);
    }
    directory.sync();
    long end = last == null ? 0 : secure(last);
    segments.activate(last == null ? 1 : last.number() + 1, end, 0);
    unused.forEach(segments::free);
    LOG.log(Level.INFO, directory.location() + ": " + found(last));
  }

  private String found(Segment last) {
    if (last == null) {
      return "a new journal";
    }
    long bytes = used ? last.end() - durable : 0;
    return "a journal that ends at offset "
        + last.end()
        + " of segment "
        + last.number()
        + ", with "
        + (segments.log().size() - 1)
        + " segments; its last "
        + bytes
        + " bytes were written again";
  }

  /** Goes back from the newest to the oldest segment, and learns where each one ends. */
  private void follow() {
    Segment newer = null;
    for (Segment each : segments.log().descendingMap().values()) {
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

  /** Answers the log's end, when it is on disk. */
  private long secure(Segment last) throws IOException {
    if (!used) {
      unused.add(last);
      return last.header().previousEnd();
    }
    ByteBuffer bytes = ByteBuffer.allocate(COPY_BYTES);
    for (long at = durable; at < last.end(); at += COPY_BYTES) {
      bytes.clear().limit((int) Math.min(COPY_BYTES, last.end() - at));
      last.file().read(bytes, at);
      last.file().write(bytes.flip(), at);
    }
    last.file().sync();
    last.file().seal();
    return last.position(last.end());
  }
}
