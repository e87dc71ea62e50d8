package io.bindery.broker.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Puts records behind each other into a segment, through a buffer of 1 MiB, so that a group is one
 * write. The format is {@link RecordFormat}'s. The writer's only.
 */
final class GroupWriter {
  private static final int BUFFER_BYTES = 1 << 20;

  private final ByteBuffer buffer;
  private final ByteBuffer header = ByteBuffer.allocate(RecordFormat.HEADER_BYTES);
  private final ByteBuffer groupPayload = ByteBuffer.allocate(Long.BYTES);
  private final CRC32C crc = new CRC32C();
  private Segment segment;

  /** A writer for segments of that size. */
  GroupWriter(long segmentBytes) {
    buffer = ByteBuffer.allocateDirect((int) Math.min(BUFFER_BYTES, segmentBytes));
  }

  /** What follows goes into that segment, behind its end. */
  void to(Segment next) {
    segment = next;
  }

  /** Starts a group, saying up to where the log is on disk. */
  void group(long durable) throws IOException {
    groupPayload.putLong(0, durable);
    put(RecordFormat.GROUP, groupPayload, 0, Long.BYTES);
  }

  /** Adds a record. */
  void record(Batch batch, int index) throws IOException {
    put(batch.type(index), batch.payload(index), batch.start(index), batch.length(index));
  }

  private void put(int type, ByteBuffer payload, int start, int length) throws IOException {
    long place = segment.end() + buffer.position();
    header.putInt(0, RecordFormat.HEADER_BYTES + length);
    header.putLong(RecordFormat.POSITION_AT, segment.position(place));
    header.put(RecordFormat.TYPE_AT, (byte) type);
    int sum = checksum(payload, start, length) ^ segment.header().salt();
    header.putInt(RecordFormat.CRC_AT, sum);
    copy(header, 0, RecordFormat.HEADER_BYTES);
    copy(payload, start, length);
    long padding = RecordFormat.size(length) - RecordFormat.HEADER_BYTES - length;
    for (; padding > 0; padding--) {
      flushIfFull();
      buffer.put((byte) 0);
    }
  }

  private int checksum(ByteBuffer payload, int start, int length) {
    crc.reset();
    crc.update(
        header.array(),
        RecordFormat.POSITION_AT,
        RecordFormat.HEADER_BYTES - RecordFormat.POSITION_AT);
    if (payload.hasArray()) {
      crc.update(payload.array(), payload.arrayOffset() + start, length);
    } else {
      crc.update(payload.duplicate().limit(start + length).position(start));
    }
    return (int) crc.getValue();
  }

  private void copy(ByteBuffer from, int start, int length) throws IOException {
    int at = start;
    while (at < start + length) {
      flushIfFull();
      int part = Math.min(start + length - at, buffer.remaining());
      buffer.put(buffer.position(), from, at, part);
      buffer.position(buffer.position() + part);
      at += part;
    }
  }

  private void flushIfFull() throws IOException {
    if (!buffer.hasRemaining()) {
      flush();
    }
  }

  /** Writes what was put, and moves the segment's end behind it. */
  void flush() throws IOException {
    int bytes = buffer.position();
    segment.file().write(buffer.flip(), segment.end());
    segment.end(segment.end() + bytes);
    buffer.clear();
  }
}
