package io.bindery.broker.journal;

import io.bindery.broker.runtime.Environment;
import io.bindery.broker.runtime.Environment.Worker;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Where records get their positions and wait for the writer: one batch is filled while the other is
 * written. A short lock, under which nothing foreign is called but {@link Completion#placed}.
 * Thread-safe; {@link #take}, {@link #written} and {@link #placeGroup} are the writer's.
 *
 * <p>The writer is woken once: by the first record that somebody waits for after it had nothing to
 * do, or by the first that may come later, so that it sets its alarm.
 */
final class Intake {
  private final ReentrantLock lock = new ReentrantLock();
  private final long segmentBytes;
  private final long delayNs;
  private Worker writer;
  private Batch filling = new Batch();
  private Batch writing = new Batch();
  private long segment;
  private long offset;
  private boolean grouped;
  private boolean quiet;
  private boolean alarmed;
  private boolean closed;
  private long alarmNs;
  private long fillingBytes;
  private long writingBytes;

  Intake(JournalSettings settings, long segment) {
    segmentBytes = settings.segmentBytes();
    delayNs = settings.writeDelayMs() * 1_000_000;
    this.segment = segment;
    offset = SegmentHeader.BYTES;
  }

  /** Has the writer started, so that it can be woken from its first step on. */
  void start(Supplier<Worker> start) {
    lock.lock();
    try {
      writer = start.get();
    } finally {
      lock.unlock();
    }
  }

  /** Adds a record, answers its position; 0 if the journal is closed. */
  long append(int type, ByteBuffer payload, Commitment commitment, Completion completion) {
    long size = RecordFormat.size(payload.remaining());
    boolean wake;
    long position;
    lock.lock();
    try {
      if (closed) {
        return 0;
      }
      position = place(size);
      if (completion != null) {
        completion.placed(position);
      }
      filling.add(position, type, payload, completion);
      fillingBytes += size;
      wake = isToWake(commitment);
    } finally {
      lock.unlock();
    }
    if (wake) {
      writer.wake();
    }
    return position;
  }

  /** Adds a completion without a record; answers whether the journal is open. */
  boolean after(Completion completion) {
    boolean wake;
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      filling.add(end(), RecordFormat.GROUP, null, completion);
      wake = isToWake(Commitment.SYNC);
    } finally {
      lock.unlock();
    }
    if (wake) {
      writer.wake();
    }
    return true;
  }

  private long place(long size) {
    long start = grouped ? offset : offset + RecordFormat.GROUP_BYTES;
    if (start + size > segmentBytes && offset > SegmentHeader.BYTES) {
      open();
      start = offset + RecordFormat.GROUP_BYTES;
    }
    grouped = true;
    offset = start + size;
    return Position.of(segment, start);
  }

  private void open() {
    segment++;
    offset = SegmentHeader.BYTES;
    grouped = false;
  }

  private boolean isToWake(Commitment commitment) {
    boolean urgent = commitment == Commitment.SYNC;
    if (urgent) {
      filling.makeUrgent();
    }
    boolean wake = quiet && writer != null && (urgent || !alarmed);
    if (wake) {
      quiet = false;
    }
    return wake;
  }

  /** Has the writer take a step. */
  void wake() {
    lock.lock();
    Worker woken = writer;
    lock.unlock();
    if (woken != null) {
      woken.wake();
    }
  }

  /**
   * What is to be written now; null if there is nothing yet, and then the next that is added wakes
   * the writer.
   */
  Batch take(long nowNs) {
    lock.lock();
    try {
      if (filling.isEmpty() || !filling.urgent() && !closed && !isDue(nowNs)) {
        quiet = true;
        return null;
      }
      Batch taken = filling;
      filling = writing;
      writing = taken;
      writingBytes = fillingBytes;
      fillingBytes = 0;
      grouped = false;
      alarmed = false;
      return taken;
    } finally {
      lock.unlock();
    }
  }

  private boolean isDue(long nowNs) {
    if (!alarmed) {
      alarmed = true;
      alarmNs = nowNs + delayNs;
    }
    return alarmNs - nowNs <= 0;
  }

  /** In how many ns there is something to be taken even if nothing is added. */
  long waitNs(long nowNs) {
    lock.lock();
    try {
      return alarmed ? Math.max(0, alarmNs - nowNs) : Environment.Step.UNTIL_WOKEN;
    } finally {
      lock.unlock();
    }
  }

  /** What was taken is in the file. */
  void written(Batch batch) {
    lock.lock();
    try {
      batch.clear();
      writingBytes = 0;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Places a GROUP without records, if nothing is to be written and the segment has room.
   *
   * @return whether it is placed; then it is to be written at once
   */
  boolean placeGroup(long inSegment) {
    lock.lock();
    try {
      boolean fits = offset + RecordFormat.GROUP_BYTES <= segmentBytes;
      if (!filling.isEmpty() || segment != inSegment || !fits) {
        return false;
      }
      offset += RecordFormat.GROUP_BYTES;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** A copy of a record that is not yet in a file, null if it is not here. */
  StoredRecord find(long position) {
    lock.lock();
    try {
      StoredRecord found = writing.find(position);
      return found != null ? found : filling.find(position);
    } finally {
      lock.unlock();
    }
  }

  /** How many bytes are in memory until they are in a file. */
  long unwrittenBytes() {
    lock.lock();
    try {
      return fillingBytes + writingBytes;
    } finally {
      lock.unlock();
    }
  }

  void roll() {
    lock.lock();
    try {
      if (offset > SegmentHeader.BYTES) {
        open();
      }
    } finally {
      lock.unlock();
    }
  }

  long end() {
    lock.lock();
    try {
      return Position.of(segment, offset);
    } finally {
      lock.unlock();
    }
  }

  /** Takes nothing more. Answers the writer, which may still have something to write, or null. */
  Worker close() {
    lock.lock();
    try {
      closed = true;
      return writer;
    } finally {
      lock.unlock();
    }
  }

  boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }
}
