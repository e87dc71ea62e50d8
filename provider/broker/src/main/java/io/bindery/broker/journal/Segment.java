package io.bindery.broker.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A file of the log. Its end is moved by the writer, or while the journal is opened; everything may
 * be read by any thread.
 */
final class Segment {
  private final SegmentHeader header;
  private final String name;
  private final JournalFile file;
  private volatile long end;
  private long allocated;

  Segment(SegmentHeader header, String name, JournalFile file) {
    this.header = header;
    this.name = name;
    this.file = file;
  }

  /** Opens a file that claims to be a segment, and checks its header. */
  static Segment open(JournalDirectory directory, String name, long number)
      throws IOException, JournalException {
    JournalFile file = directory.open(name);
    try {
      ByteBuffer bytes = ByteBuffer.allocate(SegmentHeader.BYTES);
      file.read(bytes, 0);
      String where = directory.location() + "/" + name;
      SegmentHeader header = SegmentHeader.decode(bytes.flip(), where);
      if (header.number() != number) {
        throw Damage.at(where, 0, "this is the segment of number " + header.number());
      }
      Segment segment = new Segment(header, where, file);
      segment.end = RecordFormat.align(file.size());
      return segment;
    } catch (IOException | JournalException e) {
      file.close();
      throw e;
    }
  }

  SegmentHeader header() {
    return header;
  }

  long number() {
    return header.number();
  }

  /** Its path, for messages. */
  String name() {
    return name;
  }

  JournalFile file() {
    return file;
  }

  /** Behind its last record. */
  long end() {
    return end;
  }

  void end(long offset) {
    end = offset;
  }

  /** Up to where the file has its blocks, so that a write needs no new ones. The writer's. */
  long allocated() {
    return allocated;
  }

  void allocated(long offset) {
    allocated = offset;
  }

  long position(long offset) {
    return Position.of(header.number(), offset);
  }
}
