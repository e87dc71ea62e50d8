package io.bindery.broker.journal;

/**
 * How a journal is kept.
 *
 * @param segmentBytes how large a segment becomes; 4 KiB to 1 GiB
 * @param sync whether records are on disk when their completion says durable; if not, they outlive
 *     the process but not a loss of power
 * @param writeDelayMs how long a record that may come later waits to be written, at most
 * @param syncDelayMs how long it waits to be synced, at most
 * @param minFreeBytes below which the space in the file system, with the spare segments, is low
 * @param leftBytes how much of that space is for others: it waits rather than take it
 */
public record JournalSettings(
    long segmentBytes,
    boolean sync,
    long writeDelayMs,
    long syncDelayMs,
    long minFreeBytes,
    long leftBytes) {
  private static final long MIN_SEGMENT_BYTES = 4 << 10;
  private static final long MAX_SEGMENT_BYTES = 1 << 30;
  private static final long DEFAULT_SEGMENT_BYTES = 64 << 20;

  /** Segments of 64 MiB, synced; 5 ms to be written, 100 ms to be synced; 192 MiB of space. */
  public static final JournalSettings DEFAULT =
      new JournalSettings(DEFAULT_SEGMENT_BYTES, true, 5, 100, 3 * DEFAULT_SEGMENT_BYTES, 0);

  /** Checks the limits. */
  public JournalSettings {
    if (segmentBytes < MIN_SEGMENT_BYTES || segmentBytes > MAX_SEGMENT_BYTES) {
      throw new IllegalArgumentException(
          "segmentBytes: "
              + segmentBytes
              + " is not between "
              + MIN_SEGMENT_BYTES
              + " and "
              + MAX_SEGMENT_BYTES);
    }
    if (writeDelayMs < 0 || syncDelayMs < 0 || minFreeBytes < 0 || leftBytes < 0) {
      throw new IllegalArgumentException(
          "writeDelayMs, syncDelayMs, minFreeBytes, leftBytes: less than 0");
    }
  }

  /** The same with another size of segments, and three of them as the least space. */
  public JournalSettings withSegmentBytes(long bytes) {
    return new JournalSettings(bytes, sync, writeDelayMs, syncDelayMs, 3 * bytes, leftBytes);
  }

  /** The same with syncs or without. */
  public JournalSettings withSync(boolean on) {
    return new JournalSettings(
        segmentBytes, on, writeDelayMs, syncDelayMs, minFreeBytes, leftBytes);
  }

  /** The same with other delays of what may come later. */
  public JournalSettings withDelays(long writeMs, long syncMs) {
    return new JournalSettings(segmentBytes, sync, writeMs, syncMs, minFreeBytes, leftBytes);
  }

  /** The same with another least space. */
  public JournalSettings withMinFreeBytes(long bytes) {
    return new JournalSettings(segmentBytes, sync, writeDelayMs, syncDelayMs, bytes, leftBytes);
  }

  /** The same, leaving so much space to others. */
  public JournalSettings withLeftBytes(long bytes) {
    return new JournalSettings(segmentBytes, sync, writeDelayMs, syncDelayMs, minFreeBytes, bytes);
  }
}
