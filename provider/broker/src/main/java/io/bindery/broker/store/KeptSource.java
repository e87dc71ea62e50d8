package io.bindery.broker.store;

import java.util.function.LongConsumer;
import java.util.function.LongUnaryOperator;

/** Who knows all that must outlive the broker: the broker. Called by threads of the store. */
public interface KeptSource {
  /**
   * What there is now, at any time after the store has started. Branches are looked at before
   * queues: one that is decided meanwhile is then seen prepared, or done.
   *
   * @param last whether nothing is in delivery, and nothing will come behind
   */
  KeptState snapshot(boolean last);

  /**
   * Shows where the messages are that entries of queues need in a segment; several times when
   * several entries need them. None comes later to need an old segment.
   *
   * @param segment as {@link Store#segment} tells it
   */
  void visit(long segment, LongConsumer positions);

  /**
   * Leaves a segment: entries have their messages elsewhere from now on, and index pages that are
   * in it, or say that messages are, are written again.
   *
   * @param segment as {@link Store#segment} tells it
   * @param moved where a message of it is now; the same position when it has not moved
   */
  void move(long segment, LongUnaryOperator moved);
}
