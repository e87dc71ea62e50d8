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
 *   <li>The log is found ({@link FoundLog}). What was not finished at its end is cut.
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
  private FoundLog log;

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
    log = FoundLog.open(segments.files(), names);
    Segment last = log.last();
    for (String name : names) {
      segments.addSpare(name);
    }
    directory.sync();
    List<Segment> unused = new ArrayList<>(log.unused());
    long end = last == null ? 0 : last.header().previousEnd();
    if (last != null && log.lastIsUsed()) {
      end = secure(last);
    } else if (last != null) {
      unused.add(last);
    }
    segments.activate(last == null ? 1 : last.number() + 1, end, 0);
    unused.forEach(segments::free);
    LOG.log(Level.INFO, directory.location() + ": " + found(last));
  }

  private String found(Segment last) {
    if (last == null) {
      return "a new journal";
    }
    long bytes = log.lastIsUsed() ? last.end() - log.durable() : 0;
    return "a journal that ends at offset "
        + last.end()
        + " of segment "
        + last.number()
        + ", with "
        + (segments.files().byNumber().size() - 1)
        + " segments; its last "
        + bytes
        + " bytes were written again";
  }

  /** Answers the log's end, when it is on disk. */
  private long secure(Segment last) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(COPY_BYTES);
    for (long at = log.durable(); at < last.end(); at += COPY_BYTES) {
      bytes.clear().limit((int) Math.min(COPY_BYTES, last.end() - at));
      last.file().read(bytes, at);
      last.file().write(bytes.flip(), at);
    }
    last.file().sync();
    last.file().seal();
    return last.position(last.end());
  }
}
