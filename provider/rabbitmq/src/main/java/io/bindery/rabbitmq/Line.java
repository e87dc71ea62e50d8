package io.bindery.rabbitmq;

import io.bindery.engine.AmqpException;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What is asked of something that may be lost and replaced: it goes there at once while there is
 * one, and waits in order otherwise. Thread-safe; nothing is called within its lock.
 *
 * @param <T> a connection or a channel
 */
final class Line<T> {
  /** How many operations wait at most. */
  static final int LIMIT = 1_024;

  private final Predicate<T> up;

  /** In the order in which they were asked first: who is asked again was before who came later. */
  private final PriorityQueue<Asked<?>> waiting =
      new PriorityQueue<>(1, Comparator.comparingLong((Asked<?> each) -> each.number));

  private long last;
  private volatile T live;
  private AmqpException end;

  /**
   * A line in which everything waits.
   *
   * @param up whether one is still there
   */
  Line(Predicate<T> up) {
    this.up = up;
  }

  /** The one that is there; null while there is none. */
  T live() {
    return live;
  }

  /** Whether that is a failure because it was lost: a write may find that out before others do. */
  boolean isLoss(T target, AmqpException failure) {
    return switch (failure.replyCode()) {
      case CHANNEL_ERROR -> !up.test(target);
      case CONNECTION_FORCED -> failure.getCause() instanceof IOException || !up.test(target);
      default -> false;
    };
  }

  /** Whether nothing was sent, because it was lost before. */
  boolean isUnsent(T target, AmqpException failure) {
    return failure.replyCode() == ReplyCode.CHANNEL_ERROR && !up.test(target);
  }

  /** Asks until there is an answer: again where the one that was asked is lost. */
  <R> Ticket<R> ask(Function<? super T, Ticket<R>> question) {
    return run(new Asked<>(question, this::isLoss));
  }

  /** Asks once: again only where nothing was sent. */
  <R> Ticket<R> askOnce(Function<? super T, Ticket<R>> question) {
    return run(new Asked<>(question, this::isUnsent));
  }

  private <R> Ticket<R> run(Asked<R> asked) {
    T target;
    AmqpException refused;
    synchronized (this) {
      target = live;
      refused = end;
      asked.number = asked.number == 0 ? ++last : asked.number;
      if (refused == null && target == null) {
        if (waiting.size() < LIMIT) {
          waiting.add(asked);
          return asked.ticket;
        }
        refused = full();
      }
    }
    if (refused != null) {
      asked.ticket.fail(refused);
    } else {
      asked.on(target);
    }
    return asked.ticket;
  }

  private static AmqpException full() {
    return new AmqpException(
        ReplyCode.RESOURCE_ERROR,
        "The connection is lost, and "
            + LIMIT
            + " operations wait already for it to come back; there is no room for more");
  }

  /** That one is lost: what is asked from now on waits. */
  synchronized void suspend(T lost) {
    if (live == lost) {
      live = null;
    }
  }

  /** There is one again: what waited goes there first. Not on a thread that must not wait. */
  void resume(T fresh) {
    while (up.test(fresh)) {
      Asked<?> next;
      synchronized (this) {
        next = waiting.poll();
        if (next == null) {
          live = end == null ? fresh : null;
          return;
        }
      }
      next.orFail(() -> next.on(fresh));
    }
  }

  /**
   * There will be none again.
   *
   * @param now what those that wait are told
   * @param later what those that come later are told
   */
  void end(AmqpException now, AmqpException later) {
    List<Asked<?>> all;
    synchronized (this) {
      end = end == null ? later : end;
      live = null;
      all = List.copyOf(waiting);
      waiting.clear();
    }
    all.forEach(each -> each.ticket.fail(now));
  }

  /** Whether a failure is one after which it is asked again. */
  private interface Again<T> {
    boolean test(T target, AmqpException failure);
  }

  private final class Asked<R> {
    private final Ticket<R> ticket = new Ticket<>();
    private final Function<? super T, Ticket<R>> question;
    private final Again<T> again;
    private long number;

    private Asked(Function<? super T, Ticket<R>> question, Again<T> again) {
      this.question = question;
      this.again = again;
    }

    /** Who asked is on another thread, and would wait for ever. */
    private void orFail(Runnable what) {
      try {
        what.run();
      } catch (RuntimeException e) { // boundary: a question may throw anything
        ticket.fail(
            new AmqpException(ReplyCode.INTERNAL_ERROR, "What was asked cannot be done: " + e, e));
      }
    }

    private void on(T target) {
      question
          .apply(target)
          .whenDone(
              (value, failure) -> {
                if (failure == null) {
                  ticket.complete(value);
                } else if (again.test(target, failure)) {
                  suspend(target);
                  orFail(() -> run(this));
                } else {
                  ticket.fail(failure);
                }
              });
    }
  }
}
