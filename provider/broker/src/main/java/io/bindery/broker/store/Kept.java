package io.bindery.broker.store;

/**
 * An entry of a durable queue, as the store sees it. What it says does not change, but for its
 * position.
 */
public interface Kept {
  /** The number of its queue, as {@link Ledger#declareQueue} gave it. */
  int queueId();

  /** Its number in the queue. */
  long sequence();

  /** Its lane in the queue. */
  int lane();

  /** When it expires, ms since 1970, 0 for never. */
  long expiresAtMs();

  /** What its message takes in memory, bytes. */
  int sizeBytes();

  /** Whether it may be delivered as soon as its record is on disk, without another mark. */
  boolean near();

  /** Whether its message was published to be delivered later. */
  boolean delayed();

  /** Where its message is in the store, 0 when it is not there. */
  long position();

  /** Its message is in the store now, or has moved there. */
  void position(long stored);
}
