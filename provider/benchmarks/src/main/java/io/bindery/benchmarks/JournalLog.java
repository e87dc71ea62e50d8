package io.bindery.benchmarks;

import io.bindery.broker.journal.Commitment;
import io.bindery.broker.journal.Completion;
import io.bindery.broker.journal.DiskDirectory;
import io.bindery.broker.journal.Journal;
import io.bindery.broker.journal.JournalException;
import io.bindery.broker.journal.JournalSettings;
import io.bindery.broker.journal.SegmentInfo;
import io.bindery.broker.runtime.SystemEnvironment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** The journal, whose segments are freed when two newer ones are there. */
final class JournalLog implements JournalLimit.Log {
  private static final int TYPE = 1;
  private static final int WARM_BYTES = 4 << 20;

  private final SystemEnvironment environment = new SystemEnvironment("bench");
  private final Journal journal;
  private final AtomicLong newest = new AtomicLong();

  private static final class Waiting implements Completion {
    private final Thread thread = Thread.currentThread();
    private volatile boolean done;
    private volatile JournalException failure;

    @Override
    public void durable() {
      done = true;
      LockSupport.unpark(thread);
    }

    @Override
    public void failed(JournalException why) {
      failure = why;
      durable();
    }
  }

  /** A journal that has a file to spare. */
  JournalLog(Path directory) throws IOException, JournalException {
    JournalSettings settings = JournalSettings.DEFAULT;
    journal = Journal.open(new DiskDirectory(directory.toString()), settings, environment);
    journal.start(why -> {});
    byte[] large = new byte[WARM_BYTES];
    for (long at = 0; at < 4 * settings.segmentBytes(); at += WARM_BYTES) {
      append(large);
    }
  }

  @Override
  public void append(byte[] record) throws JournalException {
    Waiting me = new Waiting();
    long position = journal.append(TYPE, ByteBuffer.wrap(record), Commitment.SYNC, me);
    while (!me.done) {
      LockSupport.park(this);
    }
    if (me.failure != null) {
      throw me.failure;
    }
    long segment = position >>> 32;
    long before = newest.get();
    if (segment > before && newest.compareAndSet(before, segment)) {
      freeOld();
    }
  }

  private void freeOld() {
    List<SegmentInfo> segments = journal.segments();
    for (SegmentInfo each : segments.subList(0, Math.max(0, segments.size() - 2))) {
      journal.free(each.number());
    }
  }

  @Override
  public void close() {
    journal.close();
    environment.close();
  }
}
