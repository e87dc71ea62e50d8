package io.bindery.sample.orders.intake;

import io.bindery.sample.orders.DeskException;
import io.bindery.sample.orders.Limits;
import io.bindery.sample.orders.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the desk knows of one upload: the copy in memory of what {@link UploadStore} has. Only what
 * a committed transaction published is confirmed; an upload that broke off goes on behind its last
 * confirmed line. Thread-safe; one request at a time may send.
 */
public final class Upload {
  /** The size of a file whose size the client did not say. */
  public static final long UNKNOWN_SIZE = -1;

  /** Where an upload stands. */
  public enum State {
    /** Waits for the next bytes. */
    WAITING,
    /** A request is sending. */
    RUNNING,
    /** All of the file was read. */
    COMPLETE,
    /** Not a file of orders. */
    REFUSED
  }

  /**
   * A moment of an upload.
   *
   * @param size of the file in bytes, or {@link #UNKNOWN_SIZE}
   * @param confirmedLine the last line that is published or reported as bad
   * @param confirmedByte the offset behind that line
   * @param badCount bad lines, with those not kept in {@code bad}
   */
  public record Status(
      String id,
      String name,
      long size,
      State state,
      long confirmedLine,
      long confirmedByte,
      long published,
      long badCount,
      List<Problem> bad) {}

  private final String id;
  private final String name;
  private final long size;
  private final List<Problem> bad = new ArrayList<>();
  private State state = State.WAITING;
  private OrderLines lines;
  private long confirmedLine;
  private long confirmedByte;
  private long published;
  private long badCount;

  Upload(String id, String name, long size) {
    this.id = id;
    this.name = name;
    this.size = size;
  }

  /** An upload as the database has it. */
  Upload(UploadStore.Stored stored) {
    this(stored.status().id(), stored.status().name(), stored.status().size());
    restore(stored);
  }

  /** Goes back to what the database says, when it is not known how a transaction ended. */
  final synchronized void restore(UploadStore.Stored stored) {
    Status status = stored.status();
    lines = stored.header().isEmpty() ? null : OrderLines.withHeader(stored.header());
    confirmedLine = status.confirmedLine();
    confirmedByte = status.confirmedByte();
    published = status.published();
    badCount = status.badCount();
    bad.clear();
    bad.addAll(status.bad());
    if (state != State.RUNNING) {
      state = status.state();
    }
  }

  /** The identifier; orders of this upload carry it as their run. */
  public String id() {
    return id;
  }

  /** Where it stands now. */
  public synchronized Status status() {
    return new Status(
        id, name, size, state, confirmedLine, confirmedByte, published, badCount, List.copyOf(bad));
  }

  synchronized void begin(long fromByte) {
    if (state != State.WAITING) {
      throw new DeskException(
          409,
          "upload " + id + " is " + state.name().toLowerCase(Locale.ROOT),
          state == State.RUNNING
              ? "wait until the request that sends it has ended"
              : "start a new one with POST /api/uploads");
    }
    if (fromByte != confirmedByte) {
      throw new DeskException(
          409,
          "upload "
              + id
              + " is confirmed up to line "
              + confirmedLine
              + ", byte "
              + confirmedByte
              + ", not byte "
              + fromByte,
          "send the bytes of the file from offset " + confirmedByte + " on");
    }
    if (confirmedLine == 0) {
      lines = null; // the header was read and not confirmed, so it comes again
    }
    state = State.RUNNING;
  }

  synchronized void end() {
    if (state == State.RUNNING) {
      state = State.WAITING;
    }
  }

  synchronized void end(State last) {
    state = last;
  }

  synchronized OrderLines lines() {
    return lines;
  }

  synchronized void header(OrderLines found) {
    lines = found;
  }

  synchronized void confirm(Chunk chunk) {
    confirmedLine = chunk.lastLine();
    confirmedByte = chunk.endByte();
    published += chunk.orders().size();
    badCount += chunk.bad().size();
    bad.addAll(reported(chunk));
  }

  /** Those bad lines of a chunk that the report has room for. */
  synchronized List<Problem> reported(Chunk chunk) {
    int room = Limits.REPORTED_BAD_LINES - bad.size();
    return chunk.bad().subList(0, Math.min(room, chunk.bad().size()));
  }

  long size() {
    return size;
  }
}
