package io.bindery.broker.journal;

import io.bindery.broker.runtime.Environment;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;

/**
 * An append-only log in a directory. One thread of its own, the writer, writes what was appended
 * meanwhile as one group, syncs once, and then calls the completions in the order of the log.
 *
 * <p>A record has a position, greater than 0 and greater than that of every record before it; its
 * upper 32 bits are the number of its segment. Positions stay what they are over restarts.
 *
 * <p>{@link #open}, {@link #replay}, {@link #start} are called in this order by one thread, which
 * should not be interrupted meanwhile; everything else by any thread, after {@link #start}. Nothing
 * but {@link #open}, {@link #replay}, {@link #close} and the reads touches the disk on the caller's
 * thread, and reads may be interrupted.
 *
 * <p>A write or sync that fails is final: everything that is not yet durable and all that comes
 * later fails with the same exception. A full disk is not a failure: the writer waits until there
 * is space again.
 */
public final class Journal implements AutoCloseable {
  /** The longest payload of a record, in bytes. */
  public static final int MAX_PAYLOAD_BYTES = Integer.MAX_VALUE - 64;

  private Journal() {}

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
    throw new UnsupportedOperationException();
  }

  /**
   * Visits all records from a position on, in order. Only before {@link #start}.
   *
   * @param from a record's position, or an {@link #end} of earlier; 0 for the oldest segment
   * @throws JournalException DAMAGED if a record or a segment is missing, FAILED, or what the
   *     visitor throws
   */
  public void replay(long from, RecordVisitor visitor) throws JournalException {
    throw new UnsupportedOperationException();
  }

  /**
   * Starts the writer.
   *
   * @param onFailure told once when the journal fails, before any completion is; on the writer's
   *     thread
   */
  public void start(Consumer<JournalException> onFailure) {
    throw new UnsupportedOperationException();
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
    throw new UnsupportedOperationException();
  }

  /** Completes, in the order of the log, when all that was appended before is durable. */
  public void after(Completion completion) {
    throw new UnsupportedOperationException();
  }

  /**
   * Reads a record, on disk or not yet.
   *
   * @throws JournalException GONE, DAMAGED or FAILED
   */
  public StoredRecord read(long position) throws JournalException {
    throw new UnsupportedOperationException();
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
    throw new UnsupportedOperationException();
  }

  /** Behind the last record that was appended: the next one's position is this or greater. */
  public long end() {
    throw new UnsupportedOperationException();
  }

  /** Everything before it is durable. */
  public long durable() {
    throw new UnsupportedOperationException();
  }

  /** The segments of the log in order; the last is the one that is written. */
  public List<SegmentInfo> segments() {
    throw new UnsupportedOperationException();
  }

  /**
   * Nothing in a segment is needed any more, and what says so is durable. Its positions are gone at
   * once, its file is used again or deleted soon.
   *
   * @throws IllegalArgumentException if it is written or will be
   */
  public void free(long segment) {
    throw new UnsupportedOperationException();
  }

  /** The next record opens a new segment, unless the present one is empty. */
  public void roll() {
    throw new UnsupportedOperationException();
  }

  /**
   * Whether the space is below {@link JournalSettings#minFreeBytes}: only what makes space should
   * be appended now. Refreshed as the log grows, and each second while it is low.
   */
  public boolean spaceIsLow() {
    throw new UnsupportedOperationException();
  }

  /** Why it has failed; null as long as it has not. */
  public JournalException failure() {
    throw new UnsupportedOperationException();
  }

  /** Writes and syncs all, ends the writer and gives the directory back. Waits for that. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
