package io.bindery.broker.store;

import io.bindery.broker.journal.Commitment;
import io.bindery.broker.journal.Completion;
import io.bindery.broker.journal.Journal;
import io.bindery.broker.journal.JournalException;
import io.bindery.broker.journal.JournalException.Reason;
import io.bindery.broker.journal.SegmentInfo;
import io.bindery.broker.runtime.Environment;
import io.bindery.broker.runtime.Environment.Step;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Has what is needed of a sparse segment leave it, so that a message that lives long does not keep
 * a whole segment: its messages are copied to the end of the journal, then all who refer to them
 * are told. The segment is freed as any other of which nothing is needed: by a checkpoint that
 * begins later, and so holds the new places and has waited until the copies are on disk.
 *
 * <p>A copy is made in pieces, and after each there is a pause of nine times what it took until it
 * was on disk: so a tenth of the disk's time goes into it, and publishers hardly notice. Nothing is
 * moved as long as the journal is small, or a third of it is needed on the whole.
 *
 * <p>On the thread of checkpoints, never while one is taken.
 */
final class Evacuation {
  private static final System.Logger LOG = System.getLogger(Evacuation.class.getName());

  /** A segment is sparse when less of it is needed. */
  private static final double SPARSE = 0.3;

  /** Less than such a part of a segment. */
  private static final long NEXT_TO_NOTHING = 1_024;

  /** So many segments there may be, whatever is in them. */
  private static final int SEGMENTS_ALLOWED = 4;

  private static final int PAUSES = 9;
  private static final int PIECE_BYTES = 1 << 20;
  private static final int RECORDS_AT_ONCE = 16;
  private static final int FIRST_POSITIONS = 1_024;

  private final Log log;
  private final KeptSource source;
  private final Environment environment;
  private final Runnable wake;

  /** What was needed of a segment that was left and is needed nevertheless. */
  private final Map<Long, Long> left = new HashMap<>();

  private Move move;
  private long busySinceNs;
  private long pausedUntilNs;
  private volatile long segmentsLeft;

  /**
   * What is evacuated.
   *
   * @param journal whose segments
   * @param live what is needed of them
   * @param store whose journal it is
   * @param mark what the store's positions have that those of the journal have not
   */
  record Log(Journal journal, Liveness live, Store store, long mark) {}

  /**
   * An evacuation.
   *
   * @param wake has the thread call {@link #step} again
   */
  Evacuation(Log log, KeptSource source, Environment environment, Runnable wake) {
    this.log = log;
    this.source = source;
    this.environment = environment;
    this.wake = wake;
    pausedUntilNs = environment.nanos();
  }

  /** How many segments were left. Any thread's. */
  long segmentsLeft() {
    return segmentsLeft;
  }

  /**
   * Whether so many bytes of a segment are few, and were a good deal more before some went. Next to
   * nothing does not become less: so it is with each message of a queue that is all but empty, and
   * nobody is to be woken for each.
   */
  static boolean becomesSparse(long segmentBytes, long needed, long gone) {
    long nothing = Math.max(1, segmentBytes / NEXT_TO_NOTHING);
    return needed < SPARSE * segmentBytes
        && Long.numberOfLeadingZeros(needed / nothing)
            != Long.numberOfLeadingZeros((needed + gone) / nothing);
  }

  /** Goes on; answers after how many ns to call it again. */
  long step() throws JournalException {
    if (move != null && !move.isOnDisk()) {
      return Step.UNTIL_WOKEN;
    }
    long nowNs = environment.nanos();
    if (pausedUntilNs - nowNs > 0) {
      return pausedUntilNs - nowNs;
    }
    long segment = move == null ? sparsest() : move.segment;
    if (segment == 0) {
      return Step.UNTIL_WOKEN;
    }
    busySinceNs = nowNs;
    try {
      if (move == null) {
        move = new Move(segment);
      }
      return move.proceed() ? Step.UNTIL_WOKEN : pause();
    } catch (JournalException e) {
      if (log.journal.failure() != null) {
        throw e;
      }
      // Whoever reads the message hears of it, too.
      LOG.log(Level.ERROR, "segment " + segment + " cannot be left, and stays", e);
      end(segment);
      return pause();
    }
  }

  private long pause() {
    long nowNs = environment.nanos();
    long pauseNs = PAUSES * (nowNs - busySinceNs);
    pausedUntilNs = nowNs + pauseNs;
    return pauseNs;
  }

  /** The one to be left, 0 for none. */
  private long sparsest() {
    List<SegmentInfo> segments = log.journal.segments();
    // Of the youngest much goes by itself.
    long young = Liveness.segment(log.journal.durable()) - 1;
    long bytes = 0;
    long needed = 0;
    long sparsest = 0;
    double least = SPARSE;
    for (SegmentInfo each : segments) {
      long there = log.live.live(each.number());
      bytes += each.bytes();
      needed += Math.max(0, there);
      double part = (double) there / each.bytes();
      boolean futile = left.getOrDefault(each.number(), -1L) == there;
      if (each.number() < young && there > 0 && part < least && !futile) {
        sparsest = each.number();
        least = part;
      }
    }
    boolean few = segments.size() <= SEGMENTS_ALLOWED || bytes * SPARSE <= needed;
    return few && !log.journal.spaceIsLow() ? 0 : sparsest;
  }

  private void end(long segment) {
    if (move != null) {
      move.end();
      move = null;
    }
    left.keySet().removeIf(each -> log.live.live(each) <= 0);
    left.put(segment, log.live.live(segment));
  }

  /** The way out of one segment. */
  private final class Move {
    private final long segment;
    private long[] from = new long[FIRST_POSITIONS];
    private final long[] to;
    private final int[] sizes;
    private int count;
    private int next;
    private boolean isUnderWay;
    private volatile boolean onDisk;
    private volatile JournalException failure;

    Move(long segment) {
      this.segment = segment;
      source.visit(marked(), this::add);
      Arrays.sort(from, 0, count);
      int distinct = 0;
      for (int i = 0; i < count; i++) {
        if (distinct == 0 || from[distinct - 1] != from[i]) {
          from[distinct++] = from[i];
        }
      }
      count = distinct;
      to = new long[count];
      sizes = new int[count];
    }

    /** The segment, as the rest of the world calls it. */
    private long marked() {
      return segment | Store.segment(log.mark);
    }

    private void add(long position) {
      if (count == from.length) {
        from = Arrays.copyOf(from, 2 * count);
      }
      from[count++] = position & ~log.mark;
    }

    /** Whether what was copied so far is on disk. */
    boolean isOnDisk() throws JournalException {
      if (failure != null) {
        throw failure;
      }
      if (isUnderWay && onDisk) {
        isUnderWay = false;
        pause();
      }
      return !isUnderWay;
    }

    /** Copies a piece; false when there is no more. */
    boolean proceed() throws JournalException {
      if (next < count && log.live.live(segment) > 0) {
        copyPiece();
        return true;
      }
      if (next == count) {
        source.move(marked(), this::moved);
        LOG.log(Level.DEBUG, "left segment {0}: {1} messages", segment, count);
        segmentsLeft++;
      }
      Evacuation.this.end(segment);
      return false;
    }

    private void copyPiece() throws JournalException {
      int bytes = 0;
      while (next < count && bytes < PIECE_BYTES) {
        int until = Math.min(count, next + RECORDS_AT_ONCE);
        log.journal.read(from, next, until, this::copy);
        for (; next < until; next++) {
          bytes += sizes[next];
        }
      }
      awaitDisk();
    }

    private void copy(long position, int type, ByteBuffer record) throws JournalException {
      if (type != RecordTypes.ENQUEUE && type != RecordTypes.MESSAGE) {
        throw new JournalException(
            Reason.DAMAGED, "there is no message at position " + Long.toHexString(position));
      }
      ByteBuffer message = WorkCodec.message(type, record);
      int bytes = message.remaining();
      ByteBuffer copy = ByteBuffer.allocate(bytes).put(message).flip();
      int index = Arrays.binarySearch(from, 0, count, position);
      sizes[index] = bytes;
      // Needed until all who need it have been told.
      Counted counted = new Counted(log.live, bytes);
      to[index] = log.journal.append(RecordTypes.MESSAGE, copy, Commitment.LATER, counted);
    }

    private long moved(long position) {
      int index = Arrays.binarySearch(from, 0, count, position & ~log.mark);
      return index < 0 ? position : to[index] | log.mark;
    }

    private void awaitDisk() {
      isUnderWay = true;
      onDisk = false;
      log.journal.after(
          new Completion() {
            @Override
            public void durable() {
              onDisk = true;
              wake.run();
            }

            @Override
            public void failed(JournalException why) {
              failure = why;
              wake.run();
            }
          });
    }

    void end() {
      for (int i = 0; i < count; i++) {
        if (to[i] != 0) {
          log.store.forget(to[i] | log.mark, sizes[i]);
        }
      }
    }
  }
}
