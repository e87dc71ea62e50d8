package io.bindery.broker.journal;

import io.bindery.broker.journal.JournalException.Reason;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.List;

/**
 * The log of a directory that nobody writes, to be read: neither the directory nor its lock is
 * touched. What a crash left unfinished at the end is passed over, as an {@link Journal#open} cuts
 * it. Of a directory that a journal writes meanwhile it sees what was written when it was opened,
 * and may fail as if that were damaged. Thread-safe.
 */
public final class JournalReader implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(JournalReader.class.getName());

  private final LogFiles files;
  private final RecordReader reader;

  private JournalReader(LogFiles files) {
    this.files = files;
    this.reader = new RecordReader(files);
  }

  /**
   * Finds the log.
   *
   * @throws JournalException VERSION, DAMAGED with file and offset, or FAILED
   */
  public static JournalReader open(JournalDirectory directory) throws JournalException {
    JournalReader reader = new JournalReader(new LogFiles(directory));
    boolean done = false;
    try {
      FoundLog.open(reader.files, directory.names());
      done = true;
      return reader;
    } catch (IOException e) {
      throw new JournalException(
          Reason.FAILED, "reading the journal in " + directory.location(), e);
    } finally {
      if (!done) {
        reader.close();
      }
    }
  }

  /** Visits all records from a position on, in order, as {@link Journal#replay} does. */
  public void replay(long from, RecordVisitor visitor) throws JournalException {
    files.replay(from, visitor);
  }

  /** Reads a record. */
  public StoredRecord read(long position) throws JournalException {
    return reader.read(position);
  }

  /** Reads several records, as {@link Journal#read(long[], int, int, RecordVisitor)} does. */
  public void read(long[] positions, RecordVisitor visitor) throws JournalException {
    reader.read(positions, 0, positions.length, visitor);
  }

  /**
   * A segment's file.
   *
   * @param name its name in the directory
   * @param number grows from segment to segment
   * @param bytes how many of its bytes are used; of a segment whose successor is freed, its size
   * @param createdMs when it was opened, ms since 1970
   */
  public record SegmentFile(String name, long number, long bytes, long createdMs) {}

  /** The segments of the log in order. */
  public List<SegmentFile> segments() {
    return files.byNumber().values().stream()
        .map(
            each ->
                new SegmentFile(
                    Segments.nameOf(each.number()),
                    each.number(),
                    each.end(),
                    each.header().createdMs()))
        .toList();
  }

  /** The format version of segments that this program reads and writes. */
  public static int version() {
    return SegmentHeader.VERSION;
  }

  /** File and offset of a position, for messages. */
  public String place(long position) {
    return files.place(position);
  }

  /** The same of a directory. */
  public static String place(JournalDirectory directory, long position) {
    return LogFiles.place(directory, position);
  }

  @Override
  public void close() {
    try {
      files.close();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "closing the files in " + files.directory().location(), e);
    }
  }
}
