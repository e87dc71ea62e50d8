package io.bindery.broker.queue;

import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Browser;
import io.bindery.engine.Delivery;
import io.bindery.engine.Route;
import io.bindery.engine.selector.Selector;
import java.util.List;

/** Looks at a queue in the order in which it would be delivered, page by page. For one thread. */
public final class QueueBrowser implements Browser {
  private final MessageQueue queue;
  private final Selector selector;
  private int priority;
  private long nextIndex;

  QueueBrowser(MessageQueue queue, Selector selector) {
    this.queue = queue;
    this.selector = selector;
    this.priority = queue.definition().lanes() - 1;
  }

  @Override
  public int next(int max, List<? super Delivery> into) {
    long nowMs = queue.nowMs();
    int[] found = new int[1];
    while (priority >= 0 && found[0] < max) {
      queue.visit(
          priority,
          nextIndex,
          entry -> {
            nextIndex = entry.index + 1;
            if (shows(entry, nowMs)) {
              into.add(
                  new Seen(
                      entry.message(),
                      entry.route(),
                      queue.name(),
                      entry.sequence(),
                      entry.deliveries,
                      entry.failures));
              found[0]++;
            }
            return found[0] < max;
          });
      if (found[0] < max) {
        priority--;
        nextIndex = 0;
      }
    }
    return found[0];
  }

  private boolean shows(Entry entry, long nowMs) {
    int state = entry.state();
    return (state == Entry.READY
            || state == Entry.HELD
            || state == Entry.LOCKED
            || state == Entry.RETURNING)
        && !entry.expired(nowMs)
        && selector.matches(entry.message());
  }

  @Override
  public void close() {
    priority = -1;
  }

  /** What a browser saw: as it was then, and in nobody's hands. */
  private record Seen(
      AmqpMessage message,
      Route route,
      String queue,
      long sequence,
      int deliveryCount,
      int failureCount)
      implements Delivery {}
}
