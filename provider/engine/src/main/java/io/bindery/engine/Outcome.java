package io.bindery.engine;

/** How a delivery ends. */
public enum Outcome {
  /** Processed: it leaves the queue. */
  ACCEPTED,
  /** No application saw it: back in its old place, with no redelivered flag and no count. */
  RELEASED,
  /**
   * Seen, and rolled back, recovered or requeued: back in its old place, redelivered, and one more
   * failure.
   */
  FAILED,
  /**
   * To the dead letters; where there are none, dropped (AMQP 0-9-1, basic.reject without requeue).
   */
  REJECTED
}
