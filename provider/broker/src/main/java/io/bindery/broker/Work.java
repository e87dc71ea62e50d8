package io.bindery.broker;

import io.bindery.broker.queue.Entry;
import io.bindery.broker.queue.MessageQueue;
import io.bindery.broker.routing.Publication;
import io.bindery.broker.routing.Routing;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Outcome;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;
import io.bindery.engine.Transaction;
import java.util.List;

/**
 * What a channel asks of a transaction of this engine: auto-commit, local and XA are its three
 * implementations, so that a channel knows no difference.
 */
interface Work extends Transaction {
  /** Takes a publish in, to the queues that it reaches. */
  Ticket<PublishOutcome> publish(Publication publication, Routing queues, long nowMs)
      throws AmqpException;

  /**
   * Settles entries, all or none.
   *
   * @throws AmqpException PRECONDITION_FAILED when one of them was settled already
   */
  Ticket<Void> settle(List<Entry> entries, Outcome outcome) throws AmqpException;

  /**
   * Whether it has deliveries that leave their queues only with the commit. Then its publisher must
   * not wait for memory.
   */
  boolean holdsDeliveries();

  /**
   * Locks entries, all or none.
   *
   * @throws AmqpException PRECONDITION_FAILED when one of them was settled already
   */
  static void lock(List<Entry> entries) throws AmqpException {
    for (int i = 0; i < entries.size(); i++) {
      if (!entries.get(i).lock()) {
        entries.subList(0, i).forEach(entry -> entry.unlock());
        throw new AmqpException(
            ReplyCode.PRECONDITION_FAILED,
            "One of the deliveries is settled already: none was settled");
      }
    }
  }

  /** Whether one of the targets is a queue. */
  static boolean reachesQueue(Routing routing) {
    for (int i = 0; i < routing.size(); i++) {
      if (routing.get(i) instanceof MessageQueue) {
        return true;
      }
    }
    return false;
  }
}
