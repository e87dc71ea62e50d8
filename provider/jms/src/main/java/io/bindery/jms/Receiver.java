package io.bindery.jms;

import io.bindery.engine.Consumer;
import io.bindery.engine.Signal;
import io.bindery.engine.Subscription;

/** What takes the deliveries of an engine's consumer, and is told when there are some. */
interface Receiver extends Signal {
  /**
   * Takes the engine's consumer, once.
   *
   * @param used the subscription whose queue it consumes from, or null for a queue
   */
  void attach(Consumer consumer, Subscription used);
}
