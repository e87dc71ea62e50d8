package io.bindery.broker.store;

import io.bindery.broker.journal.Commitment;
import io.bindery.broker.journal.Completion;
import io.bindery.broker.journal.Journal;
import io.bindery.broker.journal.JournalDirectory;
import io.bindery.broker.journal.JournalException;
import io.bindery.broker.journal.JournalException.Reason;
import io.bindery.broker.journal.JournalSettings;
import io.bindery.broker.journal.RecordVisitor;
import io.bindery.broker.journal.StoredRecord;
import io.bindery.broker.runtime.Environment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;

/**
 * The journal of what leaves memory and need not outlive the broker: never synced, and thrown away
 * by the next start. A segment of it is freed when nothing in it is needed. Positions here are
 * those of its own journal; {@link #MARK} tells them from others. Thread-safe.
 */
final class Spill {
  /** Marks positions in it where they stand beside those of the journal that is kept. */
  static final long MARK = 1L << 62;

  private final Journal journal;
  private final Liveness live = new Liveness();
  private final Runnable freed;

  /** The youngest segment; under a lock of the journal. */
  private long last;

  /**
   * Throws away what an earlier broker left, and begins anew.
   *
   * @param freed called when segments before the youngest may have become free
   */
  Spill(
      JournalDirectory directory, JournalSettings settings, Environment environment, Runnable freed)
      throws JournalException, IOException {
    for (String name : directory.names()) {
      if (name.endsWith(".log")) {
        directory.delete(name);
      }
    }
    this.journal = Journal.open(directory, settings, environment);
    this.freed = freed;
  }

  static boolean has(long position) {
    return (position & MARK) != 0;
  }

  void start(Consumer<JournalException> onFailure) {
    journal.start(
        why -> {
          if (why.reason() != Reason.FULL) { // closed while full: nobody wants what is in it
            onFailure.accept(why);
          }
        });
  }

  void close() {
    journal.close();
  }

  Journal journal() {
    return journal;
  }

  /** What may be moved in it. */
  Evacuation.Log log(DurableStore store) {
    return new Evacuation.Log(journal, live, store, MARK);
  }

  /** Adds a record that takes so many bytes for as long as it is needed; answers its position. */
  long add(int type, ByteBuffer record, int bytes) {
    return journal.append(type, record, Commitment.LATER, new Written(bytes));
  }

  /**
   * Counts what is spilled; when the first of a segment is written those before it may be freed.
   */
  private final class Written implements Completion {
    private final int bytes;
    private boolean first;

    Written(int bytes) {
      this.bytes = bytes;
    }

    @Override
    public void placed(long position) {
      live.add(position, bytes);
      first = Liveness.segment(position) > last;
      last = Liveness.segment(position);
    }

    @Override
    public void durable() {
      if (first) {
        journal.segments().forEach(each -> free(each.number()));
        freed.run();
      }
    }

    @Override
    public void failed(JournalException why) {
      // The store has failed, and says so itself.
    }
  }

  StoredRecord read(long position) throws JournalException {
    return journal.read(position);
  }

  /** Reads those from an index on. */
  void read(long[] positions, int from, RecordVisitor visitor) throws JournalException {
    journal.read(positions, from, positions.length, visitor);
  }

  /** It has got a record of that size from elsewhere. */
  void moved(long position, int bytes) {
    live.add(position, bytes);
  }

  /** Answers how many bytes of the segment are still needed. */
  long remove(long position, int bytes) {
    return live.remove(position, bytes);
  }

  /** Frees a segment of which nothing is needed and to which nothing comes any more. */
  void free(long segment) {
    if (segment < Liveness.segment(journal.durable()) && live.live(segment) <= 0) {
      live.forget(List.of(segment));
      journal.free(segment);
    }
  }
}
