package io.bindery.ra;

import io.bindery.engine.AmqpException;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;

/** Bounded waits for what the engine answers. */
final class Tickets {
  /** How long the adapter waits for one answer of an engine, ms. */
  static final long ANSWER_MS = 10_000;

  private Tickets() {}

  /** The value, or CHANNEL_ERROR after {@link #ANSWER_MS}. */
  static <T> T get(Ticket<T> ticket) throws AmqpException {
    if (!ticket.awaitDone(ANSWER_MS)) {
      throw new AmqpException(
          ReplyCode.CHANNEL_ERROR, "The broker did not answer within " + ANSWER_MS + " ms");
    }
    return ticket.await();
  }
}
