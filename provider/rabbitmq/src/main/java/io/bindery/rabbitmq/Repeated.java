package io.bindery.rabbitmq;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Ticket;
import java.util.function.Function;

/**
 * Something that is asked again when the connection is lost before it is answered, and then may
 * find it done already.
 *
 * @param <R> its answer
 */
final class Repeated<R> {
  private final Function<AmqpException, Ticket<R>> again;
  private boolean sent;

  /**
   * For one question.
   *
   * @param again what a refusal means when it was asked before; null for no more than it says
   */
  Repeated(Function<AmqpException, Ticket<R>> again) {
    this.again = again;
  }

  <T> Ticket<R> ask(Line<T> line, Function<T, Ticket<R>> question) {
    return line.ask(
        on -> {
          Ticket<R> ticket = new Ticket<>();
          boolean before = sent;
          question
              .apply(on)
              .whenDone(
                  (value, failure) -> {
                    sent |= failure == null || !line.isUnsent(on, failure);
                    finish(ticket, value, failure, before && !line.isLoss(on, failure));
                  });
          return ticket;
        });
  }

  private void finish(Ticket<R> ticket, R value, AmqpException failure, boolean repeated) {
    Ticket<R> known = failure != null && repeated ? again.apply(failure) : null;
    if (known != null) {
      known.whenDone(
          (done, why) -> {
            if (why == null) {
              ticket.complete(done);
            } else {
              ticket.fail(why);
            }
          });
    } else if (failure == null) {
      ticket.complete(value);
    } else {
      ticket.fail(failure);
    }
  }
}
