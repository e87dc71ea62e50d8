package io.bindery.broker.store;

import java.util.List;
import javax.transaction.xa.Xid;

/**
 * A prepared branch that waits for its decision.
 *
 * @param xid its identifier
 * @param enqueued what it published to durable queues
 * @param accepted what it takes from durable queues
 */
public record KeptBranch(Xid xid, List<KeptEntry> enqueued, List<Accepted> accepted) {
  /**
   * An entry that a branch takes from its queue.
   *
   * @param queueId the number of the queue
   * @param sequence its number in the queue
   */
  public record Accepted(int queueId, long sequence) {}
}
