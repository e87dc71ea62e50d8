package io.bindery.rabbitmq;

import io.bindery.engine.AmqpException;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The publishes of a channel that are not confirmed (RabbitMQ, "Publisher Confirms"). Numbers are
 * consecutive, so a queue holds them; what is confirmed out of order is marked.
 *
 * <p>Those that need not wait have their tickets done when they are written, as long as no more of
 * them are open than the window has; the tickets of others are done when half of it is free again.
 *
 * <p>Thread-safe; calls followers outside of its lock, but for {@link Fate#added}.
 */
final class Confirms {
  /** So much that none of both sides waits for the other, and little memory. */
  static final int WINDOW = 2_048;

  static final int WINDOW_BYTES = 4 << 20;

  /** What has a larger body waits always: so much is worth knowing that there was room for it. */
  static final int LARGE_BYTES = 64 << 10;

  private static final Ticket<PublishOutcome> ROUTED = Ticket.done(PublishOutcome.ROUTED);
  private static final Ticket<PublishOutcome> UNROUTED = Ticket.done(PublishOutcome.UNROUTED);

  private final ArrayDeque<Pending> pending = new ArrayDeque<>();
  private final ArrayDeque<Pending> held = new ArrayDeque<>(0);
  private final List<Ticket<Void>> idle = new ArrayList<>(0);
  private long first = 1;
  private int ahead;
  private long aheadBytes;
  private AmqpException ended;

  /** Hears of a publish: that it is counted, and then once how it ended. */
  interface Fate {
    /** It is added, and about to be written. In the lock of all, so that nothing comes before. */
    default void added() {}

    /** It was not written. */
    default void takenBack() {}

    /**
     * It is confirmed, or never will be. Comes before its ticket is done, on the connection's
     * thread, which must not be blocked.
     *
     * @param failure null when there is an outcome
     * @param told whether its ticket will say so; otherwise that was done before
     */
    void became(Publish publish, PublishOutcome outcome, AmqpException failure, boolean told);
  }

  /**
   * A publish whose fate is of interest.
   *
   * @param bytes of its body
   * @param ahead what its ticket says when it is written; null when it waits for the confirm
   */
  record Publish(int bytes, PublishOutcome ahead, Fate fate) {}

  /** A publish, or a command, which has a number too and of which nothing else is known. */
  private static final class Pending {
    private final Publish publish;
    private Ticket<PublishOutcome> ticket;
    private PublishOutcome outcome = PublishOutcome.ROUTED;
    private AmqpException failure;
    private boolean over;

    private Pending(Publish publish) {
      this.publish = publish;
    }

    private boolean isAhead() {
      return publish != null && publish.ahead != null;
    }

    private void finish() {
      if (publish == null) {
        return;
      }
      boolean told = ticket != null && !ticket.isDone();
      publish.fate.became(publish, outcome, failure, told);
      if (told && failure != null) {
        ticket.fail(failure);
      } else if (told) {
        ticket.complete(outcome);
      }
    }
  }

  /**
   * The next publish; in the order of the numbers.
   *
   * @param publish null for a command
   * @return its ticket, null for a command
   * @throws AmqpException with {@code CHANNEL_ERROR} when the channel is over: nothing was sent
   */
  Ticket<PublishOutcome> add(Publish publish) throws AmqpException {
    synchronized (pending) {
      if (ended != null) {
        throw new AmqpException(ReplyCode.CHANNEL_ERROR, "The channel is closed", ended);
      }
      Pending one = new Pending(publish);
      pending.add(one);
      if (publish == null) {
        return null;
      }
      publish.fate.added();
      if (!one.isAhead()) {
        one.ticket = new Ticket<>();
        return one.ticket;
      }
      ahead++;
      aheadBytes += publish.bytes;
      if (isWithin(WINDOW, WINDOW_BYTES)) {
        return publish.ahead == PublishOutcome.ROUTED ? ROUTED : UNROUTED;
      }
      one.ticket = new Ticket<>();
      held.add(one);
      return one.ticket;
    }
  }

  private boolean isWithin(int count, int bytes) {
    return ahead <= count && aheadBytes <= bytes;
  }

  /** The publish that was added last did not go out, and so has no number. */
  void takeBack() {
    Pending last;
    List<Ticket<Void>> waited;
    synchronized (pending) {
      last = pending.pollLast();
      if (last == null) {
        // The channel is over, and its end has told.
        return;
      }
      held.remove(last);
      gone(last);
      waited = takeIdle();
    }
    if (last.publish != null) {
      last.publish.fate.takenBack();
    }
    waited.forEach(each -> each.complete(null));
  }

  private void gone(Pending one) {
    if (one.isAhead()) {
      ahead--;
      aheadBytes -= one.publish.bytes;
    }
  }

  /** Done when none is open whose ticket was done before. */
  Ticket<Void> idle() {
    synchronized (pending) {
      if (ahead == 0) {
        return Ticket.done();
      }
      Ticket<Void> ticket = new Ticket<>();
      idle.add(ticket);
      return ticket;
    }
  }

  /** What became of a publish, before it is confirmed. */
  void reported(long number, PublishOutcome outcome, AmqpException failure) {
    synchronized (pending) {
      Pending one = find(number);
      if (one != null) {
        one.outcome = outcome;
        one.failure = failure;
      }
    }
  }

  /** Linear: what is reported is nearly always at the head. */
  private Pending find(long number) {
    long at = first;
    for (Pending each : pending) {
      if (at++ == number) {
        return each;
      }
    }
    return null;
  }

  void confirmed(long number, boolean multiple, boolean positive) {
    List<Pending> done = new ArrayList<>();
    List<Pending> free = List.of();
    List<Ticket<Void>> waited = List.of();
    synchronized (pending) {
      if (multiple) {
        while (first <= number && !pending.isEmpty()) {
          done(pending.peek(), positive, done);
          dropFirst();
        }
      } else {
        Pending one = find(number);
        if (one != null) {
          done(one, positive, done);
        }
      }
      while (!pending.isEmpty() && pending.peek().over) {
        dropFirst();
      }
      if (!held.isEmpty() && isWithin(WINDOW / 2, WINDOW_BYTES / 2)) {
        free = List.copyOf(held);
        held.clear();
      }
      waited = takeIdle();
    }
    done.forEach(Pending::finish);
    free.forEach(each -> each.ticket.complete(each.publish.ahead));
    waited.forEach(each -> each.complete(null));
  }

  private List<Ticket<Void>> takeIdle() {
    if (idle.isEmpty() || ahead > 0) {
      return List.of();
    }
    List<Ticket<Void>> taken = List.copyOf(idle);
    idle.clear();
    return taken;
  }

  private void dropFirst() {
    pending.poll();
    first++;
  }

  private void done(Pending one, boolean positive, List<Pending> into) {
    if (one.over) {
      return;
    }
    one.over = true;
    gone(one);
    if (!positive) {
      // A nack that nothing was said about before is a queue at its limit.
      one.outcome = PublishOutcome.REJECTED;
    }
    into.add(one);
  }

  /** The channel is over: what is open fails, its outcome unknown. */
  void end(AmqpException why) {
    List<Pending> open;
    List<Ticket<Void>> waited;
    synchronized (pending) {
      if (ended != null) {
        return;
      }
      ended = why;
      open = List.copyOf(pending);
      pending.clear();
      held.clear();
      ahead = 0;
      waited = takeIdle();
    }
    for (Pending each : open) {
      if (!each.over) {
        each.failure = why;
        each.finish();
      }
    }
    waited.forEach(each -> each.complete(null));
  }
}
