package io.bindery.rabbitmq;

import io.bindery.engine.Subscription;
import io.bindery.engine.SubscriptionSpec;

/**
 * A subscription that comes back with its connection: a durable one is attached again, another one
 * made anew, and then without what was published meanwhile. Thread-safe.
 */
final class LastingSubscription implements Subscription {
  private final LastingChannel channel;
  private final SubscriptionSpec spec;
  private final Outcome outcome;
  private Subscription live;

  /** What goes on in its place, once its channel does. */
  private Subscription next;

  private boolean closed;

  LastingSubscription(LastingChannel channel, SubscriptionSpec spec, Subscription first) {
    this.channel = channel;
    this.spec = spec;
    this.live = first;
    this.outcome = first.outcome();
  }

  SubscriptionSpec spec() {
    return spec;
  }

  void prepare(Subscription fresh) {
    synchronized (this) {
      if (!closed) {
        next = fresh;
        return;
      }
    }
    fresh.close();
  }

  /** Goes on with what was prepared. */
  synchronized void resume() {
    live = next == null ? live : next;
    next = null;
  }

  @Override
  public synchronized String queue() {
    return live.queue();
  }

  @Override
  public Outcome outcome() {
    return outcome;
  }

  @Override
  public void close() {
    Subscription there;
    Subscription prepared;
    synchronized (this) {
      closed = true;
      there = live;
      prepared = next;
      next = null;
    }
    channel.forget(this);
    there.close();
    if (prepared != null) {
      // Who brings it back finds it no more.
      prepared.close();
    }
  }
}
