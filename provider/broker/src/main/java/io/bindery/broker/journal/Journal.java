package io.bindery.broker.journal;

import io.bindery.broker.journal.JournalException.Reason;
import io.bindery.broker.journal.Writer.Setup;
import io.bindery.broker.runtime.Environment;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * An append-only log in a directory. One thread of its own, the writer, writes what was appended
 * meanwhile as one group, syncs once, and then calls the completions in the order of the log.
 *
 * <p>A record has a position, greater than 0 and greater than that of every record before it; its
 * upper 32 bits are the number of its segment. Positions stay what they are over restarts.
 *
 * <p>{@link #open}, {@link #replay}, {@link #start} are called in this order by one thread, which
 * should not be interrupted while it opens; everything else by any thread, and what is appended
 * before the start is written then. Nothing but {@link #open}, {@link #replay} and the reads
 * touches the disk on the caller's thread, and reads may be interrupted.
 *
 * <p>A write or sync that fails is final: everything that is not yet durable and all that comes
 * later fails with the same exception. A full disk is not a failure: the writer waits until there
 * is space again.
 */
public final class Journal implements AutoCloseable {
  /** The longest payload of a record, in bytes. */
  public static final int MAX_PAYLOAD_BYTES = Integer.MAX_VALUE - 64;

  private static final System.Logger LOG = System.getLogger(Journal.class.getName());
  private static final Completion NOBODY =
      new Completion() {
        @Override
        public void durable() {}

        @Override
        public void failed(JournalException why) {}
      };

  private final Setup setup;
  private final Segments segments;
  private final RecordReader reader;
  private final Intake intake;
  private final Writer writer;

  private Journal(Setup setup) {
    this.setup = setup;
    segments = setup.segments();
    reader = new RecordReader(segments.files());
    intake = new Intake(setup.settings(), segments.files().byNumber().lastKey());
    writer = new Writer(setup, intake);
  }

  /**
   * Takes the directory, finds the log in it and its end, and opens a new segment behind that. What
   * a crash left unfinished at the end is cut; what was not known to be on disk is written again
   * and synced.
   *
   * @throws JournalException LOCKED, VERSION, DAMAGED with file and offset, or FAILED; then the
   *     directory is closed
   */
  public static Journal open(
      JournalDirectory directory, JournalSettings settings, Environment environment)
      throws JournalException {
    Segments segments = new Segments(directory, settings, environment);
    Setup setup = new Setup(segments, settings, environment);
    try {
      Optional<String> holder =
          directory.lock(Instant.ofEpochMilli(environment.nowMs()).toString());
      if (holder.isPresent()) {
        throw new JournalException(
            Reason.LOCKED, directory.location() + " is in use by " + holder.get());
      }
      Recovery.recover(setup);
      return new Journal(setup);
    } catch (JournalException e) {
      closeAfter(e, segments);
      throw e;
    } catch (IOException e) {
      closeAfter(e, segments);
      Reason reason = e instanceof DiskFullException ? Reason.FULL : Reason.FAILED;
      throw new JournalException(reason, "opening the journal in " + directory.location(), e);
    }
  }

  private static void closeAfter(Exception failure, Segments segments) {
    try {
      segments.close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /**
   * Visits all records from a position on, in order. Only before {@link #start}.
   *
   * @param from a record's position, or an {@link #end} of earlier; 0 for the oldest segment
   * @throws JournalException DAMAGED if a record or a segment is missing, FAILED, or what the
   *     visitor throws
   */
  public void replay(long from, RecordVisitor visitor) throws JournalException {
    segments.files().replay(from, visitor);
  }

  /** File and offset of a position, for messages. */
  public String place(long position) {
    return segments.files().place(position);
  }

  private String directoryName() {
    return segments.directory().location();
  }

  /**
   * Starts the writer.
   *
   * @param onFailure told once when the journal fails, before any completion is; on the writer's
   *     thread
   */
  public void start(Consumer<JournalException> onFailure) {
    writer.onFailure(onFailure);
    intake.start(() -> setup.environment().worker("journal", writer));
  }

  /**
   * Adds a record. Never blocks on the disk.
   *
   * @param type what it is, 1 to 255
   * @param payload from its position to its limit, at most {@link #MAX_PAYLOAD_BYTES}; its bytes
   *     must not change until it is durable, its position and limit may
   * @param completion called when it is durable, or null
   * @return its position
   */
  public long append(int type, ByteBuffer payload, Commitment commitment, Completion completion) {
    if (type <= RecordFormat.GROUP || type > RecordFormat.MAX_TYPE) {
      throw new IllegalArgumentException("a record's type is 1 to 255, not " + type);
    }
    if (payload.remaining() > MAX_PAYLOAD_BYTES) {
      throw new IllegalArgumentException(
          "a record's payload has at most " + MAX_PAYLOAD_BYTES + " bytes");
    }
    long position = intake.append(type, payload, commitment, completion);
    if (position == 0) {
      (completion == null ? NOBODY : completion).failed(closed());
      return end();
    }
    return position;
  }

  private JournalException closed() {
    return new JournalException(Reason.CLOSED, "the journal in " + directoryName() + " is closed");
  }

  /** Completes, in the order of the log, when all that was appended before is durable. */
  public void after(Completion completion) {
    if (!intake.after(completion)) {
      completion.failed(closed());
    }
  }

  /**
   * Reads a record, on disk or not yet.
   *
   * @throws JournalException GONE, DAMAGED or FAILED
   */
  public StoredRecord read(long position) throws JournalException {
    try {
      StoredRecord found = inMemory(position);
      return found != null ? found : reader.read(position);
    } catch (JournalException e) {
      throw intake.isClosed() && e.reason() == Reason.FAILED ? closed() : e;
    }
  }

  /** A record that is not in a file; null if it is in one. */
  private StoredRecord inMemory(long position) throws JournalException {
    if (position < writer.written()) {
      return null;
    }
    StoredRecord found = intake.find(position);
    if (found == null && position >= writer.written() && writer.failure() != null) {
      throw writer.failure(); // it was never written
    }
    return found;
  }

  /**
   * Reads several records; neighbours with one read of up to 256 KiB.
   *
   * @param positions ascending
   * @param from the first one's index
   * @param to the index behind the last one
   * @throws JournalException GONE, DAMAGED, FAILED, or what the visitor throws
   */
  public void read(long[] positions, int from, int to, RecordVisitor visitor)
      throws JournalException {
    int inFiles = from;
    long written = writer.written();
    while (inFiles < to && positions[inFiles] < written) {
      inFiles++;
    }
    reader.read(positions, from, inFiles, visitor);
    for (int i = inFiles; i < to; i++) {
      StoredRecord record = read(positions[i]);
      visitor.record(positions[i], record.type(), record.payload());
    }
  }

  /** Behind the last record that was appended: the next one's position is this or greater. */
  public long end() {
    return intake.end();
  }

  /** How many bytes were appended and are not in a file: memory holds them. */
  public long unwrittenBytes() {
    return intake.unwrittenBytes();
  }

  /** Everything before it is durable. */
  public long durable() {
    return writer.durable();
  }

  /** The segments of the log in order; the last is the one that is written. */
  public List<SegmentInfo> segments() {
    return segments.files().infos();
  }

  /**
   * Nothing in a segment is needed any more, and what says so is durable. Its positions are gone at
   * once, its file is used again or deleted soon.
   *
   * @throws IllegalArgumentException if it is written or will be
   */
  public void free(long segment) {
    Segment freed = segments.find(segment);
    if (segment >= Position.segment(writer.written())) {
      throw new IllegalArgumentException("segment " + segment + " is written, or will be");
    }
    if (freed != null) {
      segments.free(freed);
      intake.wake();
    }
  }

  /** The next record opens a new segment, unless the present one is empty. */
  public void roll() {
    intake.roll();
  }

  /**
   * Whether the space is below {@link JournalSettings#minFreeBytes}: only what makes space should
   * be appended now. Refreshed as the log grows, and each second while it is low.
   */
  public boolean spaceIsLow() {
    return segments.spaceIsLow();
  }

  /** Whether a third of that is used up, too: nothing but what makes space may be appended. */
  public boolean onlyReserveIsLeft() {
    return segments.onlyReserveIsLeft();
  }

  /** Whether what was appended cannot be written, because the disk is full. */
  public boolean waitsForSpace() {
    return writer.waitsForSpace();
  }

  /** Why it has failed; null as long as it has not. */
  public JournalException failure() {
    return writer.failure();
  }

  /** Writes and syncs all, ends the writer and gives the directory back. Waits for that. */
  @Override
  public void close() {
    Environment.Worker worker = intake.close();
    if (worker != null) {
      worker.wake();
      worker.join();
      return;
    }
    try {
      segments.close();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "closing the journal in " + directoryName(), e);
    }
  }
}
