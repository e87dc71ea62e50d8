package io.bindery.broker.journal;

import io.bindery.broker.runtime.Environment;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The files: those of the log, and the spare ones that will be used again. Looking up and freeing
 * may be done by any thread; what touches the disk, by the writer alone, or while the journal is
 * opened.
 *
 * <p>A segment is opened in this order: the spare file's name is on disk (its old one is gone), its
 * new header is written and synced, it is renamed, the directory is synced. So no crash leaves a
 * segment without its header, and none that was freed with the header of another.
 */
final class Segments {
  /** A file grows by so many zeros at a time. */
  static final int GROWTH_BYTES = 256 << 10;

  private static final System.Logger LOG = System.getLogger(Segments.class.getName());
  private static final String SEGMENT_PREFIX = "journal-";
  private static final String SPARE_PREFIX = "spare-";
  private static final String SUFFIX = ".log";
  private static final int HEX = 16;

  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(GROWTH_BYTES);

  /** Two for the reserve, two more so that a steady load makes no new files. */
  private static final int SPARES_KEPT = 4;

  private final LogFiles files;
  private final JournalDirectory directory;
  private final JournalSettings settings;
  private final Environment environment;
  private final Queue<Segment> freed = new ConcurrentLinkedQueue<>();
  private final ArrayDeque<Spare> spares = new ArrayDeque<>();
  private long nextSpare = 1;
  private boolean namesAreSynced = true;
  private volatile boolean low;
  private volatile boolean reserve;

  private record Spare(String name, long bytes) {}

  Segments(JournalDirectory directory, JournalSettings settings, Environment environment) {
    this.files = new LogFiles(directory);
    this.directory = directory;
    this.settings = settings;
    this.environment = environment;
  }

  /** The number of the segment of that name, 0 if it is not a segment's. */
  static long numberOf(String name) {
    return number(name, SEGMENT_PREFIX, HEX);
  }

  private static long number(String name, String prefix, int radix) {
    if (!name.startsWith(prefix) || !name.endsWith(SUFFIX)) {
      return 0;
    }
    try {
      return Long.parseLong(
          name.substring(prefix.length(), name.length() - SUFFIX.length()), radix);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  static String nameOf(long segment) {
    return SEGMENT_PREFIX + String.format("%016x", segment) + SUFFIX;
  }

  JournalDirectory directory() {
    return directory;
  }

  /** Those of the log. */
  LogFiles files() {
    return files;
  }

  /** Finds a segment. Null if it was freed or never was. */
  Segment find(long number) {
    return files.find(number);
  }

  /** Notes a spare file that was found; other files are left alone. */
  void addSpare(String name) throws IOException {
    long number = number(name, SPARE_PREFIX, 10);
    if (number > 0) {
      nextSpare = Math.max(nextSpare, number + 1);
      try (JournalFile file = directory.open(name)) {
        keep(new Spare(name, file.size()));
      }
    }
  }

  private void keep(Spare spare) throws IOException {
    if (spares.size() < SPARES_KEPT && spare.bytes() <= settings.segmentBytes()) {
      spares.add(spare);
    } else {
      directory.delete(spare.name());
    }
  }

  /** Takes a segment out of the log, for all; its file is put away by {@link #dispose}. */
  void free(Segment segment) {
    if (files.byNumber().remove(segment.number(), segment)) {
      freed.add(segment);
    }
  }

  /** Makes the file of a segment that was freed a spare one, or deletes it. */
  void dispose() throws IOException {
    Segment segment = freed.poll();
    if (segment != null) {
      long bytes = segment.file().size();
      segment.file().close();
      retire(nameOf(segment.number()), bytes);
    }
  }

  private void retire(String name, long bytes) throws IOException {
    if (spares.size() >= SPARES_KEPT || bytes > settings.segmentBytes()) {
      directory.delete(name);
      return;
    }
    Spare spare = new Spare(SPARE_PREFIX + nextSpare++ + SUFFIX, bytes);
    directory.rename(name, spare.name());
    namesAreSynced = false;
    spares.add(spare);
  }

  /**
   * Opens a segment, on disk when this returns.
   *
   * @param previousEnd where the log before it ends, which is on disk
   * @param least how many bytes it must be able to hold
   * @throws DiskFullException if there is no space; nothing has changed then
   */
  Segment activate(long number, long previousEnd, long least) throws IOException {
    if (!namesAreSynced) {
      directory.sync();
      namesAreSynced = true;
    }
    SegmentHeader header =
        new SegmentHeader(
            number,
            (int) environment.random(),
            Math.max(settings.segmentBytes(), RecordFormat.align(least)),
            previousEnd,
            environment.nowMs());
    Spare spare = spares.isEmpty() ? makeSpare() : spares.poll();
    long allocated;
    try (JournalFile file = directory.open(spare.name())) {
      allocated = extend(file, spare.bytes(), SegmentHeader.BYTES, header.capacity());
      file.write(header.encode(), 0);
      file.sync();
    } catch (DiskFullException e) {
      spares.addFirst(spare);
      throw e;
    }
    String name = nameOf(number);
    directory.rename(spare.name(), name);
    directory.sync();
    Segment segment = new Segment(header, directory.location() + "/" + name, directory.open(name));
    segment.allocated(allocated);
    segment.end(SegmentHeader.BYTES);
    files.add(segment);
    return segment;
  }

  private Spare makeSpare() throws IOException {
    Spare spare = new Spare(SPARE_PREFIX + nextSpare++ + SUFFIX, 0);
    directory.create(spare.name()).close();
    return spare;
  }

  /**
   * Has a segment's file reach so far, with zeros.
   *
   * @throws DiskFullException if there is no space; nothing that counts has changed then
   */
  void grow(Segment segment, long least) throws IOException {
    if (least > segment.allocated()) {
      long most = segment.header().capacity();
      segment.allocated(extend(segment.file(), segment.allocated(), least, most));
    }
  }

  private long extend(JournalFile file, long from, long least, long most) throws IOException {
    long at = from;
    while (at < least) {
      int bytes = (int) Math.min(GROWTH_BYTES, Math.max(most, least) - at);
      leaveFree(bytes);
      file.write(ZEROS.duplicate().limit(bytes), at);
      at += bytes;
    }
    refreshSpace();
    return at;
  }

  private void leaveFree(int bytes) throws IOException {
    // The first one is always made, or a full disk would keep a broker from starting.
    if (settings.leftBytes() > 0
        && !files.byNumber().isEmpty()
        && directory.usableBytes() - bytes < settings.leftBytes()) {
      throw new DiskFullException(
          directory.location() + " is left " + settings.leftBytes() + " bytes for others", null);
    }
  }

  /** Looks again how much space there is. */
  void refreshSpace() throws IOException {
    long spare = spares.stream().mapToLong(Spare::bytes).sum();
    long bytes = directory.usableBytes() + spare;
    boolean nowLow = bytes < settings.minFreeBytes();
    if (nowLow != low) {
      LOG.log(
          nowLow ? Level.WARNING : Level.INFO,
          directory.location()
              + (nowLow ? ": less than " : ": at least ")
              + settings.minFreeBytes()
              + " bytes are free");
    }
    low = nowLow;
    reserve = bytes < settings.minFreeBytes() / 3 * 2;
  }

  boolean spaceIsLow() {
    return low;
  }

  boolean onlyReserveIsLeft() {
    return reserve;
  }

  /** Closes all files and gives the directory back. */
  void close() throws IOException {
    try {
      files.close();
    } finally {
      directory.close();
    }
  }
}
