package io.bindery.engine;

/**
 * What became of a message that was published. In a transaction it is known at the publish, too.
 */
public enum PublishOutcome {
  /** At least one queue has it, or will with the commit. */
  ROUTED,
  /** No queue was bound. */
  UNROUTED,
  /** A queue at its length limit refused it ({@code x-overflow=reject-publish}). */
  REJECTED
}
