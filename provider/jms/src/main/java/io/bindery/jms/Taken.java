package io.bindery.jms;

import io.bindery.engine.Delivery;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A batch that a consumer took from its queue. Each delivery goes once: to who shows it, or with
 * all the rest to who gives them back. Thread-safe.
 */
final class Taken {
  /** Nothing. */
  static final Taken NOTHING = new Taken(List.of());

  private final List<Delivery> deliveries;
  private final AtomicInteger next = new AtomicInteger();

  /**
   * A batch.
   *
   * @param deliveries not changed any more
   */
  Taken(List<Delivery> deliveries) {
    this.deliveries = deliveries;
  }

  /** The next one, or null. */
  Delivery next() {
    if (next.get() >= deliveries.size()) {
      return null;
    }
    int index = next.getAndIncrement();
    return index < deliveries.size() ? deliveries.get(index) : null;
  }

  /** Puts back what {@link #next} just gave. False when the rest is gone. */
  boolean putBack(Delivery last) {
    int after = next.get();
    return after > 0
        && after <= deliveries.size()
        && deliveries.get(after - 1) == last
        && next.compareAndSet(after, after - 1);
  }

  /** All that is left; then nothing is. */
  List<Delivery> rest() {
    int from = next.getAndSet(deliveries.size());
    return from >= deliveries.size()
        ? List.of()
        : List.copyOf(deliveries.subList(from, deliveries.size()));
  }
}
