package io.bindery.broker.store;

import io.bindery.broker.journal.Completion;
import io.bindery.broker.journal.JournalException;
import io.bindery.engine.AmqpException;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;

/**
 * Completes a ticket when something is on disk; fails it with INTERNAL_ERROR when it cannot be.
 *
 * @param ticket who waits
 */
public record OnDisk(Ticket<Void> ticket) implements Completion {
  @Override
  public void durable() {
    ticket.complete(null);
  }

  @Override
  public void failed(JournalException why) {
    ticket.fail(new AmqpException(ReplyCode.INTERNAL_ERROR, why.getMessage()));
  }
}
