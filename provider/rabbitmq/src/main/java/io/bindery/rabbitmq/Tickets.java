package io.bindery.rabbitmq;

import io.bindery.engine.Ticket;
import java.util.function.Function;

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
}
