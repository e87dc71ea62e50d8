package io.bindery.rabbitmq;

import io.bindery.engine.AmqpException;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.Ticket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The publishes of a channel that are not confirmed (RabbitMQ, "Publisher Confirms"). Numbers are
 * consecutive, so a queue holds them; what is confirmed out of order is marked. Thread-safe; calls
 * followers outside of its lock.
 */
final class Confirms {
  private final ArrayDeque<Pending> pending = new ArrayDeque<>();
  private long first = 1;
  private AmqpException ended;

  /** A publish, or a command, which has a number too and whose ticket is null. */
  private static final class Pending {
    private final Ticket<PublishOutcome> ticket;
    private PublishOutcome outcome = PublishOutcome.ROUTED;
    private AmqpException failure;
    private boolean over;

    private Pending(Ticket<PublishOutcome> ticket) {
      this.ticket = ticket;
    }

    private void finish() {
      if (ticket == null) {
        return;
      }
      if (failure != null) {
        ticket.fail(failure);
      } else {
        ticket.complete(outcome);
      }
    }
  }

  /** The next publish; in the order of the numbers. */
  void add(Ticket<PublishOutcome> ticket) throws AmqpException {
    synchronized (pending) {
      if (ended != null) {
        throw ended;
      }
      pending.add(new Pending(ticket));
    }
  }

  /** The publish that was added last did not go out, and so has no number. */
  void takeBack() {
    synchronized (pending) {
      pending.pollLast();
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
    }
    done.forEach(Pending::finish);
  }

  private void dropFirst() {
    pending.poll();
    first++;
  }

  private static void done(Pending one, boolean positive, List<Pending> into) {
    if (one.over) {
      return;
    }
    one.over = true;
    if (!positive) {
      // A nack that nothing was said about before is a queue at its limit.
      one.outcome = PublishOutcome.REJECTED;
    }
    into.add(one);
  }

  /** The channel is over: what is open fails, its outcome unknown. */
  void end(AmqpException why) {
    List<Pending> open;
    synchronized (pending) {
      if (ended != null) {
        return;
      }
      ended = why;
      open = List.copyOf(pending);
      pending.clear();
    }
    for (Pending each : open) {
      if (!each.over) {
        each.failure = why;
        each.finish();
      }
    }
  }
}
