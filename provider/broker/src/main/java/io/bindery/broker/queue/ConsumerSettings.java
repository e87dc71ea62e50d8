package io.bindery.broker.queue;

import io.bindery.broker.routing.NoLocal;
import io.bindery.broker.routing.Publication;
import io.bindery.engine.selector.Selector;

/**
 * What a consumer asks of its queue.
 *
 * @param tag its name
 * @param prefetch how many unsettled deliveries it may hold, 0 for no limit
 * @param exclusive whether it must be the only one
 * @param selector what it takes
 * @param noLocal whose publishes it leaves, or null
 * @param priority among consumers: the higher first
 * @param owner whose deliveries these are: a channel
 */
public record ConsumerSettings(
    String tag,
    int prefetch,
    boolean exclusive,
    Selector selector,
    NoLocal noLocal,
    int priority,
    Object owner) {
  /** Of one that takes everything. */
  static final ConsumerSettings TAKES_ALL =
      new ConsumerSettings("", 0, false, Selector.ALL, null, 0, null);

  /** Whether it leaves some messages to others. */
  boolean selective() {
    return noLocal != null || !selector.isAll();
  }

  boolean accepts(Publication publication) {
    return (noLocal == null || !noLocal.isLocal(publication))
        && selector.matches(publication.message());
  }
}
