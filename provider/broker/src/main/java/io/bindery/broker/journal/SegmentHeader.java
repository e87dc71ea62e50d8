package io.bindery.broker.journal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * The first bytes of a segment, big-endian:
 *
 * <pre>
 * offset bytes
 *      0     8  "BINDERYJ"
 *      8     4  format version: 1
 *     12     4  salt: a random number that is in the checksum of each of the segment's records
 *     16     8  number of the segment
 *     24     8  size in bytes that the segment may grow to
 *     32     8  where the log before it ends: position, 0 if there was none
 *     40     8  when it was opened, ms since 1970
 *     48    12  0
 *     60     4  CRC32C of the 60 bytes before
 * </pre>
 *
 * Every format version keeps the first 12 bytes and the last 4 as they are here.
 *
 * <p>A segment gets its name, {@code journal-<number in 16 hex digits>.log}, only after its header
 * is on disk, and its first record only after its name is: so a segment without a good header is
 * damaged, never unfinished.
 *
 * @param number grows from segment to segment, from 1 on
 * @param salt keeps apart what two files ever held under one number
 * @param capacity in bytes, with the header
 * @param previousEnd where the log before it ends, 0 if there was none
 * @param createdMs when it was opened, ms since 1970
 */
record SegmentHeader(long number, int salt, long capacity, long previousEnd, long createdMs) {
  static final int BYTES = 64;
  static final int VERSION = 1;
  private static final long MAGIC =
      ByteBuffer.wrap("BINDERYJ".getBytes(StandardCharsets.US_ASCII)).getLong();
  private static final int CRC_AT = 60;

  ByteBuffer encode() {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES);
    bytes.putLong(MAGIC).putInt(VERSION).putInt(salt).putLong(number).putLong(capacity);
    bytes.putLong(previousEnd).putLong(createdMs);
    bytes.putInt(CRC_AT, checksum(bytes));
    return bytes.clear();
  }

  private static int checksum(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.array(), 0, CRC_AT);
    return (int) crc.getValue();
  }

  /**
   * Reads it.
   *
   * @param bytes 64 of a heap buffer, or fewer if the file is shorter
   */
  static SegmentHeader decode(ByteBuffer bytes, String file) throws JournalException {
    if (bytes.remaining() < BYTES || bytes.getInt(CRC_AT) != checksum(bytes)) {
      throw Damage.at(file, 0, "the header's checksum is wrong");
    }
    if (bytes.getLong() != MAGIC) {
      throw Damage.at(file, 0, "this is not a journal's segment");
    }
    int version = bytes.getInt();
    if (version != VERSION) {
      throw JournalException.version(
          file, "a segment of format version " + version, "version " + VERSION);
    }
    int salt = bytes.getInt();
    return new SegmentHeader(
        bytes.getLong(), salt, bytes.getLong(), bytes.getLong(), bytes.getLong());
  }
}
