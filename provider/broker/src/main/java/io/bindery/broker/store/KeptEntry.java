package io.bindery.broker.store;

/**
 * An entry of a durable queue that was found in the store.
 *
 * @param queueId the number of its queue
 * @param lane its lane
 * @param sequence its number in the queue
 * @param position where its message is
 * @param sizeBytes what its message takes in memory
 * @param expiresAtMs when it expires by its publisher's will, ms since 1970, 0 for never
 * @param enqueuedAtMs when it came in, ms since 1970
 * @param delayed whether its message may have been published to be delivered later
 */
public record KeptEntry(
    int queueId,
    int lane,
    long sequence,
    long position,
    int sizeBytes,
    long expiresAtMs,
    long enqueuedAtMs,
    boolean delayed) {
  /** The same, come in at a time, unless that is not known. */
  KeptEntry enqueuedAt(long nowMs) {
    return nowMs == 0
        ? this
        : new KeptEntry(queueId, lane, sequence, position, sizeBytes, expiresAtMs, nowMs, delayed);
  }
}
