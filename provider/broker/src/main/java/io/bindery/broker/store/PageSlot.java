package io.bindery.broker.store;

import java.nio.ByteBuffer;

/**
 * A slot of an index page, 40 bytes, big-endian:
 *
 * <pre>
 * offset bytes
 *      0     8  position of the message in the store, 0 for a slot that is free
 *      8     8  sequence
 *     16     8  expiry, ms since 1970, 0 for none
 *     24     1  priority
 *     25     3  deliveries (at most 16,777,215)
 *     28     4  failures
 *     32     4  bytes that the message takes in memory
 *     36     4  1 when the store keeps the message until it is settled, 2 when it keeps it over one
 *               orderly restart; plus 4 when it is suspect
 * </pre>
 *
 * @param position where its message is
 * @param sequence its number in the queue
 * @param expiresAtMs when it expires, ms since 1970, 0 for never
 * @param lane its lane
 * @param deliveries how often it was delivered
 * @param failures how often an application failed on it
 * @param sizeBytes what its message takes in memory
 * @param kept whether the store keeps the message until it is settled
 * @param parked whether the store keeps the message over one orderly restart
 * @param suspect whether it may have killed a broker, unless that ended in order since
 */
public record PageSlot(
    long position,
    long sequence,
    long expiresAtMs,
    int lane,
    int deliveries,
    int failures,
    int sizeBytes,
    boolean kept,
    boolean parked,
    boolean suspect) {
  /** What a slot takes. */
  public static final int BYTES = 40;

  private static final byte[] FREE = new byte[BYTES];
  private static final int KEPT = 1;
  private static final int PARKED = 2;
  private static final int SUSPECT = 4;
  private static final int LANE_SHIFT = 24;
  private static final int MAX_DELIVERIES = 0xFF_FFFF;

  /** Writes a free slot. */
  public static void writeFree(ByteBuffer into) {
    into.put(FREE);
  }

  /** Writes it. */
  public void write(ByteBuffer into) {
    into.putLong(position).putLong(sequence).putLong(expiresAtMs);
    into.putInt(lane << LANE_SHIFT | Math.min(deliveries, MAX_DELIVERIES));
    int flags = (kept ? KEPT : parked ? PARKED : 0) | (suspect ? SUSPECT : 0);
    into.putInt(failures).putInt(sizeBytes).putInt(flags);
  }

  /** Reads the next one; null if it is free. */
  public static PageSlot read(ByteBuffer from) {
    long position = from.getLong();
    if (position == 0) {
      from.position(from.position() + BYTES - Long.BYTES);
      return null;
    }
    long sequence = from.getLong();
    long expiresAtMs = from.getLong();
    int packed = from.getInt();
    int failures = from.getInt();
    int sizeBytes = from.getInt();
    int flags = from.getInt();
    return new PageSlot(
        position,
        sequence,
        expiresAtMs,
        packed >>> LANE_SHIFT,
        packed & MAX_DELIVERIES,
        failures,
        sizeBytes,
        (flags & KEPT) != 0,
        (flags & PARKED) != 0,
        (flags & SUSPECT) != 0);
  }
}
