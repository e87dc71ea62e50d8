package io.bindery.broker;

import io.bindery.broker.queue.Entry;
import io.bindery.broker.queue.MessageQueue;
import io.bindery.broker.routing.Publication;
import io.bindery.broker.routing.Routing;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Outcome;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.Transaction;
import java.util.List;

/**
 * What a channel asks of a transaction of this engine: auto-commit, local and XA are its three
 * implementations, so that a channel knows no difference.
 */
interface Work extends Transaction {
  /** Takes a publish in, to the queues that it reaches. */
  PublishOutcome publish(Publication publication, Routing queues, long nowMs) throws AmqpException;

  /**
   * Settles entries, all or none.
   *
   * @return false when one of them was settled already
   */
  boolean settle(List<Entry> entries, Outcome outcome) throws AmqpException;

  /**
   * Whether it has deliveries that leave their queues only with the commit. Then its publisher must
   * not wait for memory.
   */
  boolean holdsDeliveries();

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
