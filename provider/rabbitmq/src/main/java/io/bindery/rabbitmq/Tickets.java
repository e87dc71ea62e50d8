package io.bindery.rabbitmq;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Ticket;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Tickets that follow from others. */
final class Tickets {
  private Tickets() {}

  /** A ticket for what is made of another one's value. */
  static <T, R> Ticket<R> then(Ticket<T> first, Function<? super T, ? extends R> next) {
    Ticket<R> ticket = new Ticket<>();
    first.whenDone(
        (value, failure) -> {
          if (failure == null) {
            ticket.complete(next.apply(value));
          } else {
            ticket.fail(failure);
          }
        });
    return ticket;
  }

  /** A ticket that tells only that it is done. */
  static Ticket<Void> nothing(Ticket<?> first) {
    return then(first, value -> null);
  }

  /** A ticket for the same, whose failure is told in other words. */
  static <T> Ticket<T> told(Ticket<T> first, UnaryOperator<AmqpException> words) {
    Ticket<T> ticket = new Ticket<>();
    first.whenDone(
        (value, failure) -> {
          if (failure == null) {
            ticket.complete(value);
          } else {
            ticket.fail(words.apply(failure));
          }
        });
    return ticket;
  }

  /** Done when all of them are, with the first failure that came. */
  static Ticket<Void> all(List<Ticket<Void>> tickets) {
    if (tickets.size() == 1) {
      return tickets.get(0);
    }
    Ticket<Void> ticket = new Ticket<>();
    AtomicInteger open = new AtomicInteger(tickets.size());
    AtomicReference<AmqpException> first = new AtomicReference<>();
    for (Ticket<Void> each : tickets) {
      each.whenDone(
          (done, failure) -> {
            first.compareAndSet(null, failure);
            if (open.decrementAndGet() > 0) {
              return;
            }
            if (first.get() == null) {
              ticket.complete(null);
            } else {
              ticket.fail(first.get());
            }
          });
    }
    return ticket;
  }
}
