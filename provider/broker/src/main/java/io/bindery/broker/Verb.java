package io.bindery.broker;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Ticket;

/** Something that somebody asks for, done on his thread; its failure is an answer, too. */
interface Verb<T> {
  /** Does it. */
  T run() throws AmqpException;

  /** Does something that is done when it returns. */
  static <T> Ticket<T> ticket(Verb<T> verb) {
    try {
      return Ticket.done(verb.run());
    } catch (AmqpException e) {
      return Ticket.failed(e);
    }
  }

  /** The same, for a verb whose answer takes time. */
  static <T> Ticket<T> answer(Verb<Ticket<T>> verb) {
    try {
      return verb.run();
    } catch (AmqpException e) {
      return Ticket.failed(e);
    }
  }
}
