package io.bindery.engine;

/**
 * A topic subscription that is in use by the channel that subscribed, until it is closed or the
 * channel is. While one is open it cannot be replaced or unsubscribed, and an unshared one cannot
 * be opened again. Thread-safe.
 */
public interface Subscription extends AutoCloseable {
  /** The queue to consume from. */
  String queue();

  /** What subscribing did. */
  Outcome outcome();

  /** Ends the use. A non-durable subscription goes with its last use. Twice does nothing. */
  @Override
  void close();

  /** What subscribing did. */
  enum Outcome {
    /** There was none of that name. */
    CREATED,
    /** It was there, with the same topic, selector and no-local. */
    ATTACHED,
    /** It differed and nobody used it: it was deleted and made anew (Jakarta Messaging 8.3.3). */
    REPLACED
  }
}
