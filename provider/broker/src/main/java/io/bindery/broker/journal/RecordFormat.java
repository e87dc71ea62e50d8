package io.bindery.broker.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * A record in a segment, at an offset that is a multiple of 8, big-endian:
 *
 * <pre>
 * offset bytes
 *      0     4  length in bytes, with this header, without padding
 *      4     4  CRC32C of all that follows, xor the segment's salt
 *      8     8  position of the record
 *     16     1  type; 0: GROUP
 *     17     …  payload; of a GROUP, 8 bytes: position up to which the log was on disk
 * </pre>
 *
 * then zeros to the next multiple of 8. What was written together starts with a GROUP. Position and
 * salt keep apart what a file holds now and what it held before, and what lies in another's
 * payload. Behind the last record is anything but a record that is valid at its place.
 */
final class RecordFormat {
  static final int HEADER_BYTES = 17;
  static final int GROUP = 0;
  static final int MAX_TYPE = 255;
  static final int CRC_AT = 4;
  static final int POSITION_AT = 8;
  static final int TYPE_AT = 16;

  /** What a GROUP takes, with its padding. */
  static final int GROUP_BYTES = 32;

  static final int GROUP_LENGTH = HEADER_BYTES + Long.BYTES;
  private static final int ALIGNMENT = 8;

  /** The problem of a place where nothing was written, or nothing that is of this log. */
  static final String NO_RECORD = "there is no record";

  private RecordFormat() {}

  /** The offset behind a record of that length, with its padding. */
  static long align(long offset) {
    return (offset + ALIGNMENT - 1) & -ALIGNMENT;
  }

  /** What a record takes, with header and padding. */
  static long size(int payloadBytes) {
    return align((long) HEADER_BYTES + payloadBytes);
  }

  /**
   * Checks a record's header.
   *
   * @param at where it starts in the buffer; at least its header is there
   * @param place where it is meant to be
   * @param limit how many bytes it may have
   * @return what is wrong, null if nothing is
   */
  static String headerProblem(ByteBuffer bytes, int at, long place, long limit) {
    if (bytes.getLong(at + POSITION_AT) != place) {
      return NO_RECORD;
    }
    int length = bytes.getInt(at);
    if (length < HEADER_BYTES || length > limit) {
      return "a record's length of " + length + " is impossible";
    }
    return null;
  }

  /** Whether the checksum of a record, which is wholly in the buffer, is right. */
  static boolean checks(ByteBuffer bytes, int at, int salt) {
    CRC32C crc = new CRC32C();
    int length = bytes.getInt(at);
    crc.update(bytes.duplicate().limit(at + length).position(at + POSITION_AT));
    return bytes.getInt(at + CRC_AT) == ((int) crc.getValue() ^ salt);
  }

  /** The payload of a record that is wholly in the buffer, read-only. */
  static ByteBuffer payload(ByteBuffer bytes, int at) {
    int length = bytes.getInt(at) - HEADER_BYTES;
    return bytes.slice(at + HEADER_BYTES, length).asReadOnlyBuffer();
  }

  static int type(ByteBuffer bytes, int at) {
    return Byte.toUnsignedInt(bytes.get(at + TYPE_AT));
  }
}
