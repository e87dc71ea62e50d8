package io.bindery.broker.store;

import java.util.List;
import javax.transaction.xa.Xid;

/**
 * A prepared branch that waits for its decision.
 *
 * @param xid its identifier
 * @param enqueued what it published to durable queues
 * @param accepted what it takes from durable queues
 * @param preparedAtMs when it was prepared, ms since 1970, 0 when that is not known
 */
public record KeptBranch(
    Xid xid, List<KeptEntry> enqueued, List<Accepted> accepted, long preparedAtMs) {
  /**
   * An entry that a branch takes from its queue.
   *
   * @param queueId the number of the queue
   * @param sequence its number in the queue
   */
  public record Accepted(int queueId, long sequence) {}
}
