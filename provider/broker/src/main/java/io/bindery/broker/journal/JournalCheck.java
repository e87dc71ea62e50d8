package io.bindery.broker.journal;

import io.bindery.broker.journal.JournalException.Reason;
import java.io.IOException;
import java.util.List;

/**
 * Reads every byte of every segment of a directory that nobody writes, and tells all that is wrong,
 * not only the first. Changes nothing. One thread.
 */
public final class JournalCheck {
  private final LogFiles files;
  private final Findings findings;
  private long known;

  /** Hears what a check finds, in the order of the files. */
  public interface Findings extends RecordVisitor {
    /** A segment's turn has come; so many bytes of it are to be read. */
    void segment(String name, long bytes);

    /**
     * Something is not what was written.
     *
     * @param position where; what is behind it in the segment may be lost with it
     * @param place file and offset
     * @param what what is wrong
     */
    void damage(long position, String place, String what);

    /**
     * A crash left a record unfinished at the end of the log; the next start cuts it. No damage.
     */
    void unfinished(String place);
  }

  private JournalCheck(LogFiles files, Findings findings) {
    this.files = files;
    this.findings = findings;
  }

  /**
   * Checks a log.
   *
   * @throws JournalException FAILED when it cannot be read, VERSION, or what the findings throw
   */
  public static void run(JournalDirectory directory, Findings findings) throws JournalException {
    LogFiles files = new LogFiles(directory);
    try {
      try {
        new JournalCheck(files, findings).run(directory.names());
      } finally {
        files.close();
      }
    } catch (IOException e) {
      throw new JournalException(
          Reason.FAILED, "reading the journal in " + directory.location(), e);
    }
  }

  private void run(List<String> names) throws IOException, JournalException {
    for (String name : names) {
      open(name, Segments.numberOf(name));
    }
    FoundLog.follow(files).forEach(unused -> files.byNumber().remove(unused.number()));
    for (Segment each : files.byNumber().values()) {
      findings.segment(each.name(), each.end());
      check(each);
    }
  }

  private void open(String name, long number) throws IOException, JournalException {
    if (number == 0) {
      return;
    }
    try {
      files.add(Segment.open(files.directory(), name, number));
    } catch (JournalException e) {
      if (e.reason() != Reason.DAMAGED) {
        throw e;
      }
      long start = Position.of(number, 0);
      findings.damage(
          start, files.place(start), "the segment's header is wrong, so nothing in it counts");
    }
  }

  private void check(Segment segment) throws IOException, JournalException {
    boolean last = segment.number() == files.byNumber().lastKey();
    Segment next = last ? null : files.byNumber().higherEntry(segment.number()).getValue();
    boolean endIsKnown =
        next != null && Position.segment(next.header().previousEnd()) == segment.number();
    known = 0;
    SegmentScanner scanner = new SegmentScanner(segment, SegmentHeader.BYTES, segment.end());
    boolean more = true;
    while (more) {
      while (scanner.next()) {
        record(segment, scanner);
      }
      more =
          scanner.problem() != null
              && (endIsKnown || scanner.groupThatKnewMore() > 0)
              && skip(segment, scanner);
    }
    if (last && scanner.stoppedInRecord()) {
      findings.unfinished(files.place(segment.position(scanner.offset())));
    }
  }

  /** Tells a damage, and goes on behind it. False when there is nothing behind. */
  private boolean skip(Segment segment, SegmentScanner scanner) throws IOException {
    long from = scanner.offset();
    String problem = scanner.problem();
    boolean more = scanner.skip();
    long to = more ? scanner.nextOffset() : segment.end();
    findings.damage(
        segment.position(from),
        files.place(segment.position(from)),
        problem + "; " + (to - from) + " bytes cannot be read");
    return more;
  }

  private void record(Segment segment, SegmentScanner scanner) throws JournalException {
    long position = segment.position(scanner.offset());
    if (scanner.type() != RecordFormat.GROUP) {
      if (scanner.offset() == SegmentHeader.BYTES) {
        findings.damage(position, files.place(position), "a record belongs to no group");
      }
      findings.record(position, scanner.type(), scanner.payload());
      return;
    }
    long durable = scanner.payload().remaining() == Long.BYTES ? scanner.payload().getLong() : -1;
    if (durable < known || durable > position) {
      findings.damage(
          position,
          files.place(position),
          "a group says that the log was on disk up to " + files.place(durable));
    }
    known = Math.max(known, durable);
  }
}
