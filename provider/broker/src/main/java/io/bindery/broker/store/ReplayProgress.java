package io.bindery.broker.store;

import io.bindery.broker.journal.JournalException;
import io.bindery.broker.journal.RecordVisitor;
import io.bindery.broker.runtime.Environment;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.function.LongFunction;

/** Says in the log how far a replay has come, so that a long one can be waited for. One thread. */
final class ReplayProgress implements RecordVisitor {
  private static final System.Logger LOG = System.getLogger(ReplayProgress.class.getName());
  private static final long EVERY_NS = 2_000_000_000L;

  private final Replay replay;
  private final LongFunction<String> place;
  private final String end;
  private final Environment environment;
  private final long startNs;
  private long saidNs;

  /**
   * The progress of a replay that begins now.
   *
   * @param place tells file and offset of a position
   * @param end tells where the log ends
   */
  ReplayProgress(Replay replay, LongFunction<String> place, String end, Environment environment) {
    this.replay = replay;
    this.place = place;
    this.end = end;
    this.environment = environment;
    this.startNs = environment.nanos();
    this.saidNs = startNs;
  }

  @Override
  public void record(long position, int type, ByteBuffer payload) throws JournalException {
    replay.record(position, type, payload);
    long now = environment.nanos();
    if (now - saidNs >= EVERY_NS) {
      saidNs = now;
      LOG.log(
          Level.INFO,
          "{0} records replayed in {1} ms, up to {2}; the log ends in {3}",
          replay.records(),
          (now - startNs) / 1_000_000,
          place.apply(position),
          end);
    }
  }
}
