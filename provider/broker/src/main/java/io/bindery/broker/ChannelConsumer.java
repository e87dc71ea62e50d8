package io.bindery.broker;

import io.bindery.broker.queue.MessageQueue;
import io.bindery.broker.queue.QueueConsumer;
import io.bindery.engine.Consumer;
import io.bindery.engine.Delivery;
import java.util.List;

/**
 * A queue's consumer, and those of its channel, who are told when it closes.
 *
 * @param home those of its channel
 * @param inner the queue's own
 * @param queueOf its queue
 */
record ChannelConsumer(ChannelConsumers home, QueueConsumer inner, MessageQueue queueOf)
    implements Consumer {
  @Override
  public String tag() {
    return inner.tag();
  }

  @Override
  public String queue() {
    return inner.queue();
  }

  @Override
  public int drain(int max, List<? super Delivery> into) {
    return inner.drain(max, into);
  }

  @Override
  public void pause(boolean paused) {
    inner.pause(paused);
  }

  @Override
  public boolean isClosed() {
    return inner.isClosed();
  }

  @Override
  public void close() {
    inner.close();
    home.cancelled(this);
  }

  /** Whether it delivered what is not settled yet. */
  boolean holdsDeliveries() {
    return !queueOf.heldBy(inner).isEmpty();
  }

  /** Gives back what it delivered and nobody settled, as unseen. */
  void release() {
    queueOf.giveBack(List.of(), queueOf.heldBy(inner));
  }
}
