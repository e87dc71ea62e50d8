package io.bindery.broker.store;

import io.bindery.broker.journal.Completion;
import io.bindery.broker.journal.DiskFullException;
import io.bindery.broker.journal.Journal;
import io.bindery.broker.journal.JournalException;
import io.bindery.broker.journal.JournalException.Reason;
import io.bindery.broker.journal.SegmentInfo;
import io.bindery.broker.runtime.Environment;
import io.bindery.engine.AmqpException;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;

/**
 * Takes checkpoints on a thread of its own: one for each segment that the journal has filled, when
 * nothing of a segment is needed any more, and one at the end; and frees those segments. In between
 * it has sparse segments evacuated.
 *
 * <p>A checkpoint covers all records before the position that it notes first: it waits until their
 * completions were called, so that what they say is in the queues that it then looks at. What comes
 * behind is replayed; it is in the checkpoint or not.
 *
 * <p>A full disk is not a failure: the checkpoint waits until there is space again, and the one
 * before holds so long. Only the end of the broker does not wait: the next start replays more then.
 */
final class Checkpointer {
  private static final System.Logger LOG = System.getLogger(Checkpointer.class.getName());

  private static final long SPACE_CHECK_NS = 1_000_000_000L;

  private final Journal journal;
  private final Checkpoints checkpoints;
  private final Liveness live;
  private final KeptSource source;
  private Environment.Worker worker;
  private List<PageRef> pagesOfLast = List.of();
  private List<Evacuation> evacuations = List.of();

  /** Where the last checkpoint begins: what nobody needs before it may go. */
  private volatile long startSegment;

  /** When the journal is behind it, a checkpoint is due. */
  private volatile long nextSegment;

  private volatile boolean died;
  private volatile boolean closing;
  private Ticket<Void> asked;

  /** Why none is taken any more, or null; guarded by this. */
  private JournalException ended;

  private Taking taking;
  private boolean full;
  private long tryAgainNs;
  private Environment environment;
  private Consumer<JournalException> onFailure;

  Checkpointer(Journal journal, Checkpoints checkpoints, Liveness live, KeptSource source) {
    this.journal = journal;
    this.checkpoints = checkpoints;
    this.live = live;
    this.source = source;
  }

  /** Starts, with a checkpoint of what was found. */
  void start(Environment outside, List<Evacuation> evacuated, Consumer<JournalException> failed) {
    environment = outside;
    onFailure = failed;
    evacuations = evacuated;
    synchronized (this) {
      // Its first step may come before it is known here.
      worker = environment.worker("checkpoint", this::step);
    }
  }

  /** Has it look what there is to be done. */
  synchronized void wake() {
    worker.wake();
  }

  /** A record was appended. */
  void appended(long position) {
    if (Liveness.segment(position) > nextSegment) {
      wake();
    }
  }

  /** Nothing of a segment is needed any more. */
  void died(long segment) {
    if (segment < startSegment) {
      died = true;
      wake();
    }
  }

  private long step() {
    try {
      return full && !closing && tryAgainNs - environment.nanos() > 0
          ? tryAgainNs - environment.nanos()
          : goOn();
    } catch (DiskFullException e) {
      return waitForSpace(e);
    } catch (Throwable e) { // boundary: whatever it is, those who wait must hear of it
      fail(why(e));
      return Environment.Step.LAST;
    }
  }

  private long goOn() throws JournalException, IOException {
    if (taking == null && isDue()) {
      taking = new Taking(takeAsked(), closing);
      taking.begin();
    }
    if (taking != null && taking.proceed()) {
      boolean last = taking.last;
      complete(taking.answer, null);
      taking = null;
      full = false;
      if (last) {
        end(new JournalException(Reason.CLOSED, "the store is closed"));
      }
      return last ? Environment.Step.LAST : 0;
    }
    if (taking == null) {
      return evacuate();
    }
    if (!closing) {
      return Environment.Step.UNTIL_WOKEN;
    }
    if (journal.waitsForSpace()) {
      throw new DiskFullException("the journal waits for space", null);
    }
    return SPACE_CHECK_NS;
  }

  private long waitForSpace(DiskFullException e) {
    if (closing) {
      LOG.log(
          Level.WARNING,
          "the disk is full: there is no checkpoint of the end, and the next start replays more",
          e);
      end(new JournalException(Reason.FULL, "no checkpoint can be written: " + e.getMessage(), e));
      return Environment.Step.LAST;
    }
    if (!full) {
      LOG.log(Level.WARNING, "the disk is full: a checkpoint waits until there is space", e);
    }
    full = true;
    tryAgainNs = environment.nanos() + SPACE_CHECK_NS;
    return SPACE_CHECK_NS;
  }

  private void fail(JournalException why) {
    end(why);
    onFailure.accept(why);
  }

  private void end(JournalException why) {
    synchronized (this) {
      ended = why;
    }
    if (taking != null) {
      complete(taking.answer, why);
    }
    complete(takeAsked(), why);
  }

  private static JournalException why(Throwable e) {
    if (e instanceof JournalException failure) {
      return failure;
    }
    // What a queue could not read back, when it was asked what it holds, says where itself.
    return e.getCause() instanceof JournalException damage
        ? damage
        : new JournalException(Reason.FAILED, "writing a checkpoint", e);
  }

  private long evacuate() throws JournalException {
    long waitNs = Environment.Step.UNTIL_WOKEN;
    for (Evacuation each : evacuations) {
      waitNs = Math.min(waitNs, each.step());
    }
    return waitNs;
  }

  private boolean isDue() {
    return closing || isAsked() || died || Liveness.segment(journal.end()) > nextSegment;
  }

  private synchronized boolean isAsked() {
    return asked != null;
  }

  private synchronized Ticket<Void> takeAsked() {
    Ticket<Void> taken = asked;
    asked = null;
    return taken;
  }

  private static void complete(Ticket<Void> answer, JournalException why) {
    if (answer != null && why == null) {
      answer.complete(null);
    } else if (answer != null) {
      answer.fail(new AmqpException(ReplyCode.INTERNAL_ERROR, why.getMessage()));
    }
  }

  /** A checkpoint that is being taken: it goes on whenever what it waits for is on disk. */
  private final class Taking {
    private final Ticket<Void> answer;
    private final boolean last;
    private long from;
    private List<Long> dead;
    private KeptState state;
    private Ticket<JournalException> durable;

    Taking(Ticket<Void> answer, boolean last) {
      this.answer = answer;
      this.last = last;
    }

    void begin() {
      Lock deciding = live.deciding();
      deciding.lock();
      try {
        died = false;
        from = journal.end();
        dead =
            journal.segments().stream()
                .map(SegmentInfo::number)
                .filter(segment -> segment < Liveness.segment(from) && live.live(segment) <= 0)
                .toList();
      } finally {
        deciding.unlock();
      }
      startSegment = Liveness.segment(from);
      nextSegment = startSegment;
      awaitDurable();
    }

    /** Whether it is taken. */
    boolean proceed() throws JournalException, IOException {
      if (!isDurable()) {
        return false;
      }
      if (state == null) {
        state = source.snapshot(last);
        state.replayFrom(from);
        awaitDurable();
        if (!isDurable()) {
          return false;
        }
      }
      checkpoints.save(state);
      dead.forEach(journal::free);
      live.forget(dead);
      // Pages that only checkpoints refer to are needed until the next one.
      pagesOfLast.forEach(page -> live.remove(page.position(), page.bytes()));
      pagesOfLast = state.ownPages();
      // Its own pages are no reason for the next one.
      nextSegment = Liveness.segment(journal.end());
      LOG.log(Level.DEBUG, "a checkpoint is taken; {0} segments are free", dead.size());
      return true;
    }

    private boolean isDurable() throws JournalException {
      JournalException failure = null;
      try {
        failure = durable.isDone() ? durable.await() : null;
      } catch (AmqpException e) {
        throw new IllegalStateException("nobody fails this ticket", e);
      }
      if (failure != null) {
        throw failure;
      }
      return durable.isDone();
    }

    private void awaitDurable() {
      Ticket<JournalException> ticket = new Ticket<>();
      durable = ticket;
      journal.after(
          new Completion() {
            @Override
            public void durable() {
              ticket.complete(null);
              wake();
            }

            @Override
            public void failed(JournalException why) {
              ticket.complete(why);
              wake();
            }
          });
    }
  }

  /** Takes one, and waits for it. */
  void now() throws JournalException {
    Ticket<Void> ticket;
    synchronized (this) {
      if (ended != null) {
        throw ended;
      }
      if (asked == null) {
        asked = new Ticket<>();
      }
      ticket = asked;
    }
    wake();
    try {
      ticket.await();
    } catch (AmqpException e) {
      throw new JournalException(Reason.FAILED, e.getMessage(), e);
    }
  }

  /** Takes the last one, and ends. */
  void close() {
    closing = true;
    wake();
    worker.join();
  }
}
