package io.bindery.broker.journal;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What was appended and will be written as one group: columns, so that a record costs no object.
 * Guarded by the {@link Intake} while it is filled; then read by the writer.
 */
final class Batch {
  private static final int INITIAL = 64;
  private static final int KEPT = 8_192;

  private long[] positions = new long[INITIAL];
  private byte[] types = new byte[INITIAL];
  private ByteBuffer[] payloads = new ByteBuffer[INITIAL];
  private int[] starts = new int[INITIAL];
  private int[] lengths = new int[INITIAL];
  private Completion[] completions = new Completion[INITIAL];
  private int count;
  private boolean urgent;

  /** Adds a record, or with a payload of null only a completion. */
  void add(long position, int type, ByteBuffer payload, Completion completion) {
    if (count == positions.length) {
      resize(2 * count);
    }
    positions[count] = position;
    types[count] = (byte) type;
    payloads[count] = payload;
    starts[count] = payload == null ? 0 : payload.position();
    lengths[count] = payload == null ? 0 : payload.remaining();
    completions[count++] = completion;
  }

  private void resize(int size) {
    positions = Arrays.copyOf(positions, size);
    types = Arrays.copyOf(types, size);
    payloads = Arrays.copyOf(payloads, size);
    starts = Arrays.copyOf(starts, size);
    lengths = Arrays.copyOf(lengths, size);
    completions = Arrays.copyOf(completions, size);
  }

  void clear() {
    Arrays.fill(payloads, 0, count, null);
    Arrays.fill(completions, 0, count, null);
    count = 0;
    urgent = false;
    if (positions.length > KEPT) {
      resize(INITIAL);
    }
  }

  boolean isEmpty() {
    return count == 0;
  }

  int count() {
    return count;
  }

  /** Whether somebody waits for it. */
  boolean urgent() {
    return urgent;
  }

  void makeUrgent() {
    urgent = true;
  }

  boolean isRecord(int index) {
    return payloads[index] != null;
  }

  long position(int index) {
    return positions[index];
  }

  int type(int index) {
    return Byte.toUnsignedInt(types[index]);
  }

  ByteBuffer payload(int index) {
    return payloads[index];
  }

  int start(int index) {
    return starts[index];
  }

  int length(int index) {
    return lengths[index];
  }

  /** The position behind a record. */
  long end(int index) {
    return positions[index] + RecordFormat.size(lengths[index]);
  }

  Completion completion(int index) {
    return completions[index];
  }

  /** A copy of the record at that position, null if it is not here. */
  StoredRecord find(long position) {
    int index = Arrays.binarySearch(positions, 0, count, position);
    if (index < 0) {
      return null;
    }
    // A completion without a record has the position of the record behind it.
    while (index > 0 && positions[index - 1] == position) {
      index--;
    }
    while (index < count && positions[index] == position && payloads[index] == null) {
      index++;
    }
    if (index == count || positions[index] != position) {
      return null;
    }
    ByteBuffer copy = ByteBuffer.allocate(lengths[index]);
    copy.put(0, payloads[index], starts[index], lengths[index]);
    return new StoredRecord(type(index), copy.asReadOnlyBuffer());
  }
}
