package io.bindery.ra;

import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.ReplyCode;
import jakarta.resource.spi.work.Work;
import jakarta.resource.spi.work.WorkAdapter;
import jakarta.resource.spi.work.WorkEvent;
import jakarta.resource.spi.work.WorkException;
import java.lang.System.Logger.Level;

/**
 * One session of an activation as a state machine around its {@link Deliverer}. An idle one holds
 * no thread; the engine's signal makes it submit one Work, which runs for a bounded time and then,
 * if there is more, submits itself again behind the others.
 *
 * <p>Thread-safe. Its lock guards the state alone; engine, server and bean are called outside of
 * it.
 */
final class DeliverySession implements Work {
  private static final System.Logger LOG = System.getLogger(DeliverySession.class.getName());
  private static final long REJECTED_MS = 20;
  private static final long REJECTED_MAX_MS = 1_000;
  private static final long BROKEN_MS = 1_000;

  private final ActivationContext context;
  private final Submission submission;
  private volatile Deliverer deliverer;
  private State state = State.OPENING;
  private boolean signalled;
  private boolean probing;
  private boolean closing;
  private long rejectedMs = REJECTED_MS;

  DeliverySession(ActivationContext context, AmqpConnection connection, String queue) {
    this.context = context;
    this.deliverer = new Deliverer(context, connection, queue);
    this.submission = new Submission(context.adapter().work(), this, new Rejections());
  }

  private enum State {
    OPENING,
    IDLE,
    SUBMITTED,
    RUNNING,
    HELD,
    CLOSED
  }

  /** Starts to consume. */
  void open() throws AmqpException {
    deliverer.open(this::signal);
    finish(Slice.DRAINED);
  }

  /** There is work: called by the engine. */
  private void signal() {
    synchronized (this) {
      if (state != State.IDLE) {
        signalled = true;
        return;
      }
      state = State.SUBMITTED;
    }
    submit();
  }

  private void submit() {
    try {
      submission.submit();
      rejectedMs = REJECTED_MS;
    } catch (WorkException e) {
      LOG.log(Level.DEBUG, "The server has no thread now", e);
      rejected();
    }
  }

  /** A server may reject by exception, by event, or both. */
  private final class Rejections extends WorkAdapter {
    @Override
    public void workRejected(WorkEvent event) {
      rejected();
    }
  }

  private void rejected() {
    long waitMs;
    synchronized (this) {
      if (state != State.SUBMITTED) {
        return;
      }
      state = State.HELD;
      waitMs = rejectedMs;
      rejectedMs = Math.min(2 * rejectedMs, REJECTED_MAX_MS);
    }
    context.adapter().timer().after(waitMs, this::wake);
  }

  @Override
  public void run() {
    boolean probe;
    synchronized (this) {
      if (state != State.SUBMITTED) {
        return;
      }
      state = State.RUNNING;
      signalled = false;
      probe = probing;
    }
    Slice slice = Slice.hold(BROKEN_MS);
    try {
      slice = context.watch().paused() && !probe ? Slice.FROZEN : turn(probe);
    } finally {
      finish(slice);
    }
  }

  private Slice turn(boolean probe) {
    Slice slice = deliverer.slice(probe);
    if (probe && slice.end() != Slice.End.DRAINED) {
      probed();
    }
    return slice.end() == Slice.End.REOPEN ? reopened() : slice;
  }

  private Slice reopened() {
    Deliverer old = deliverer;
    Deliverer fresh = old.successor();
    try {
      // Before the old one closes: a subscription that has no consumer for a moment could be
      // deleted.
      fresh.open(this::signal);
      deliverer = fresh;
      old.close(false);
      return Slice.MORE;
    } catch (AmqpException e) {
      LOG.log(Level.WARNING, "A session could not be opened again: {0}", e.getMessage());
      return Slice.LOST;
    }
  }

  /** The server wants its thread back: the turn ends after the message that it shows now. */
  @Override
  public void release() {
    deliverer.stopSoon();
  }

  private void finish(Slice slice) {
    if (slice.end() == Slice.End.HOLD || slice.end() == Slice.End.FROZEN) {
      // Or the engine would wake this one instead of a session that can work.
      deliverer.pause(true);
    }
    State next;
    synchronized (this) {
      next = closing ? State.CLOSED : next(slice.end());
      state = next;
      notifyAll();
    }
    if (next == State.SUBMITTED) {
      submit();
    } else if (next == State.HELD && slice.end() == Slice.End.HOLD) {
      context.adapter().timer().after(slice.delayMs(), this::wake);
    } else if (slice.end() == Slice.End.LOST && next == State.HELD) {
      context
          .events()
          .lost(
              new AmqpException(
                  ReplyCode.CHANNEL_ERROR, "The consumer was cancelled by the broker"));
    }
  }

  private State next(Slice.End end) {
    return switch (end) {
      case DRAINED -> signalled ? State.SUBMITTED : State.IDLE;
      case MORE -> State.SUBMITTED;
      case HOLD, LOST, REOPEN -> State.HELD;
      // Under the lock, so that a resume in the meantime is not lost: it looks at this state after
      // the watch has changed.
      case FROZEN -> context.watch().paused() && !probing ? State.HELD : State.SUBMITTED;
    };
  }

  /**
   * A delay is over: what failed goes back, and the next turn comes unless the activation is
   * paused.
   */
  private void wake() {
    synchronized (this) {
      if (state != State.HELD) {
        return;
      }
      state = State.RUNNING;
    }
    deliverer.giveBackHeld();
    boolean frozen = context.watch().paused() && !probing();
    finish(frozen ? Slice.FROZEN : Slice.MORE);
  }

  /** Whether it is to try one message, or waits for one to try. */
  synchronized boolean probing() {
    return probing;
  }

  /**
   * The activation chose this session to try one message while it is paused; false when it cannot
   * now.
   */
  boolean probe() {
    synchronized (this) {
      if (state != State.HELD && state != State.IDLE) {
        return false;
      }
      probing = true;
      state = State.SUBMITTED;
    }
    submit();
    return true;
  }

  private synchronized void probed() {
    probing = false;
  }

  /** The activation goes on. */
  void thaw() {
    synchronized (this) {
      probing = false;
      if (state != State.HELD) {
        return;
      }
      state = State.SUBMITTED;
    }
    submit();
  }

  /** Takes no more messages; the one that is shown now goes on. */
  void stopTaking() {
    deliverer.stopSoon();
    synchronized (this) {
      closing = true;
      if (state != State.RUNNING) {
        state = State.CLOSED;
      }
    }
  }

  /**
   * Waits for the message that is shown now, and closes.
   *
   * @param deadlineNs of {@link System#nanoTime}
   */
  void close(long deadlineNs) {
    stopTaking();
    deliverer.close(!awaitClosed(deadlineNs));
  }

  private synchronized boolean awaitClosed(long deadlineNs) {
    return Uninterrupted.await(this, () -> state == State.CLOSED, deadlineNs);
  }
}
