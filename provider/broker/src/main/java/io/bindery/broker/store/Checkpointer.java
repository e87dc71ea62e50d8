package io.bindery.broker.store;

import io.bindery.broker.journal.Completion;
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
import java.util.function.Consumer;

/**
 * Takes checkpoints on a thread of its own, one for each segment that the journal has filled and
 * one at the end, and frees the segments that are needed no more.
 *
 * <p>A checkpoint covers all records before the position that it notes first: it waits until their
 * completions were called, so that what they say is in the queues that it then looks at. What comes
 * behind is replayed; it is in the checkpoint or not.
 */
final class Checkpointer {
  private static final System.Logger LOG = System.getLogger(Checkpointer.class.getName());

  private final Journal journal;
  private final Checkpoints checkpoints;
  private final Liveness live;
  private final KeptSource source;
  private Environment.Worker worker;
  private List<PageRef> pagesOfLast = List.of();
  private volatile long nextSegment;
  private volatile boolean closing;
  private Ticket<Void> asked;
  private Consumer<JournalException> onFailure;

  Checkpointer(Journal journal, Checkpoints checkpoints, Liveness live, KeptSource source) {
    this.journal = journal;
    this.checkpoints = checkpoints;
    this.live = live;
    this.source = source;
  }

  /** Starts, with a checkpoint of what was found. */
  void start(Environment environment, Consumer<JournalException> failed) {
    onFailure = failed;
    worker = environment.worker("checkpoint", this::step);
  }

  /** A record was appended. */
  void appended(long position) {
    if (Liveness.segment(position) > nextSegment) {
      worker.wake();
    }
  }

  private long step() {
    Ticket<Void> answer = takeAsked();
    boolean last = closing;
    if (answer != null || last || Liveness.segment(journal.end()) > nextSegment) {
      try {
        take(last);
        complete(answer, null);
      } catch (JournalException | IOException e) {
        JournalException why =
            e instanceof JournalException failure
                ? failure
                : new JournalException(Reason.FAILED, "writing a checkpoint", e);
        complete(answer, why);
        onFailure.accept(why);
        return Environment.Step.LAST;
      }
    }
    return last ? Environment.Step.LAST : Environment.Step.UNTIL_WOKEN;
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

  private void take(boolean last) throws JournalException, IOException {
    long from = journal.end();
    nextSegment = Liveness.segment(from);
    List<Long> dead =
        journal.segments().stream()
            .map(SegmentInfo::number)
            .filter(segment -> segment < Liveness.segment(from) && live.live(segment) <= 0)
            .toList();
    awaitDurable();
    KeptState state = source.snapshot(last);
    state.replayFrom(from);
    awaitDurable();
    checkpoints.save(state);
    dead.forEach(journal::free);
    live.forget(dead);
    forgetPagesOf(state);
    LOG.log(Level.DEBUG, "a checkpoint is taken; {0} segments are free", dead.size());
  }

  /** Pages that only checkpoints refer to are needed until the next one. */
  private void forgetPagesOf(KeptState state) {
    pagesOfLast.forEach(page -> live.remove(page.position(), page.bytes()));
    pagesOfLast = state.ownPages();
  }

  private void awaitDurable() throws JournalException {
    Ticket<JournalException> ticket = new Ticket<>();
    journal.after(
        new Completion() {
          @Override
          public void durable() {
            ticket.complete(null);
          }

          @Override
          public void failed(JournalException why) {
            ticket.complete(why);
          }
        });
    try {
      JournalException failure = ticket.await();
      if (failure != null) {
        throw failure;
      }
    } catch (AmqpException e) {
      throw new JournalException(Reason.FAILED, e.getMessage(), e);
    }
  }

  /** Takes one, and waits for it. */
  void now() throws JournalException {
    Ticket<Void> ticket;
    synchronized (this) {
      if (asked == null) {
        asked = new Ticket<>();
      }
      ticket = asked;
    }
    worker.wake();
    try {
      ticket.await();
    } catch (AmqpException e) {
      throw new JournalException(Reason.FAILED, e.getMessage(), e);
    }
  }

  /** Takes the last one, and ends. */
  void close() {
    closing = true;
    worker.wake();
    worker.join();
  }
}
