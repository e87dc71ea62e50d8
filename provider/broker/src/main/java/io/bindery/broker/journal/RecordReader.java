package io.bindery.broker.journal;

import io.bindery.broker.journal.JournalException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * Reads records that are in files by their positions; neighbours with one read of up to 256 KiB.
 * Thread-safe; reads on the caller's thread.
 */
final class RecordReader {
  private static final int WINDOW_BYTES = 256 << 10;
  private static final int WINDOWS_KEPT = 4;

  /** What is read of a record whose length is not known: most are shorter. */
  private static final int GUESS_BYTES = 4 << 10;

  private final LogFiles files;
  private final ArrayBlockingQueue<ByteBuffer> pool = new ArrayBlockingQueue<>(WINDOWS_KEPT);

  RecordReader(LogFiles files) {
    this.files = files;
  }

  /** Reads one. */
  StoredRecord read(long position) throws JournalException {
    return new Window(ByteBuffer.allocate(GUESS_BYTES)).record(position, GUESS_BYTES);
  }

  /** Reads several, from an index to before another. */
  void read(long[] positions, int from, int to, RecordVisitor visitor) throws JournalException {
    ByteBuffer buffer = pool.poll();
    if (buffer == null) {
      buffer = ByteBuffer.allocate(WINDOW_BYTES);
    }
    Window window = new Window(buffer);
    try {
      int last = from;
      for (int i = from; i < to; i++) {
        last = Math.max(last, i);
        while (last + 1 < to && positions[last + 1] - positions[i] <= WINDOW_BYTES - GUESS_BYTES) {
          last++;
        }
        int bytes = (int) (positions[last] - positions[i]) + GUESS_BYTES;
        StoredRecord record = window.record(positions[i], bytes);
        visitor.record(positions[i], record.type(), record.payload());
      }
    } finally {
      pool.offer(buffer);
    }
  }

  /** A piece of a segment in memory. One thread's. */
  private final class Window {
    private final ByteBuffer usual;
    private ByteBuffer bytes;
    private Segment segment;
    private long start;

    Window(ByteBuffer buffer) {
      usual = buffer;
      bytes = buffer.limit(0);
    }

    /**
     * Finds a record in what was read, or reads it.
     *
     * @param ahead how much is to be read if it must be
     */
    StoredRecord record(long position, int ahead) throws JournalException {
      long index = position - start;
      if (index < 0 || index + RecordFormat.HEADER_BYTES > bytes.limit()) {
        fill(position, ahead);
        index = 0;
      }
      int length = length((int) index, position);
      if (index + length > bytes.limit()) {
        fill(position, Math.max(ahead, length));
        index = 0;
      }
      if (index + length > bytes.limit()) {
        throw wrong(position, "a record is cut off");
      }
      if (!RecordFormat.checks(bytes, (int) index, segment.header().salt())) {
        throw wrong(position, "a record's checksum is wrong");
      }
      int type = RecordFormat.type(bytes, (int) index);
      return new StoredRecord(type, RecordFormat.payload(bytes, (int) index));
    }

    private int length(int index, long position) throws JournalException {
      long limit = segment.end() - Position.offset(position);
      String problem =
          bytes.limit() < RecordFormat.HEADER_BYTES
              ? "a record's header is cut off"
              : RecordFormat.headerProblem(bytes, index, position, limit);
      if (problem != null) {
        throw wrong(position, problem);
      }
      return bytes.getInt(index);
    }

    private void fill(long position, int ahead) throws JournalException {
      segment = files.find(Position.segment(position));
      if (segment == null) {
        throw gone(position);
      }
      bytes = ahead <= usual.capacity() ? usual : ByteBuffer.allocate(ahead);
      start = position;
      try {
        segment.file().read(bytes.clear().limit(ahead), Position.offset(position));
      } catch (IOException e) {
        throw files.find(segment.number()) == segment
            ? new JournalException(Reason.FAILED, "reading " + segment.name(), e)
            : gone(position);
      }
      bytes.flip();
    }

    /** What is wrong, unless the file has become another segment's meanwhile. */
    private JournalException wrong(long position, String what) {
      return files.find(segment.number()) == segment
          ? Damage.at(segment.name(), Position.offset(position), what)
          : gone(position);
    }

    private JournalException gone(long position) {
      return new JournalException(
          Reason.GONE,
          "there is no " + files.place(position) + ": the segment was freed, or never was");
    }
  }
}
