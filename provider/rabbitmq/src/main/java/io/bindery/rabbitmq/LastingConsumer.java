package io.bindery.rabbitmq;

import io.bindery.engine.AmqpException;
import io.bindery.engine.ConsumeSpec;
import io.bindery.engine.Consumer;
import io.bindery.engine.Delivery;
import io.bindery.engine.Signal;
import io.bindery.engine.Ticket;
import java.util.List;

/**
 * A consumer that comes back with its connection, under its tag. What it was sent and nobody
 * drained is dropped with the connection: the server sends it again. Thread-safe.
 */
final class LastingConsumer implements Consumer {
  private final LastingChannel channel;
  private final ConsumeSpec spec;
  private final Signal signal;
  private volatile RabbitConsumer live;
  private volatile boolean ended;

  /** What goes on in its place, once its channel does. */
  private RabbitConsumer next;

  private boolean paused;

  /** With a tag of its own. */
  LastingConsumer(LastingChannel channel, ConsumeSpec spec, Signal signal) {
    this.channel = channel;
    this.spec = spec;
    this.signal = signal;
    this.paused = spec.paused();
  }

  ConsumeSpec spec() {
    return spec;
  }

  Signal signal() {
    return signal;
  }

  /** It stands at a server. */
  void begin(RabbitConsumer first) {
    live = first;
  }

  // --- coming back ---

  /** What is to be consumed in its place. */
  synchronized ConsumeSpec successor(String queue) {
    return new ConsumeSpec(
        queue,
        spec.tag(),
        spec.prefetch(),
        spec.exclusive(),
        spec.selector(),
        spec.noLocal(),
        spec.arguments(),
        paused);
  }

  void prepare(RabbitConsumer fresh) {
    synchronized (this) {
      if (!ended) {
        next = fresh;
        return;
      }
    }
    fresh.close();
  }

  /** Goes on with what was prepared. */
  void resume() {
    RabbitConsumer fresh;
    synchronized (this) {
      fresh = next;
      next = null;
      if (fresh == null) {
        return;
      }
      live = fresh;
    }
    if (ended) {
      fresh.close();
      return;
    }
    pause(fresh);
    signal.work();
  }

  /** It does not come back, or its channel is over: whoever waits looks. */
  void end() {
    ended = true;
    signal.work();
  }

  // --- the seam ---

  @Override
  public String tag() {
    return spec.tag();
  }

  @Override
  public String queue() {
    return live.queue();
  }

  @Override
  public int drain(int max, List<? super Delivery> into) {
    return live.drain(max, into);
  }

  @Override
  public Ticket<Boolean> fetch() {
    return isClosed() ? Ticket.done(false) : channel.line().ask(this::fetch);
  }

  private Ticket<Boolean> fetch(RabbitChannel on) {
    RabbitConsumer there;
    synchronized (this) {
      there = next != null && next.channel() == on ? next : live;
    }
    if (there.channel() == on) {
      return there.fetch();
    }
    AmqpException gone = Losses.closed("consumer");
    return isClosed() ? Ticket.done(false) : Ticket.failed(gone);
  }

  @Override
  public void pause(boolean value) {
    RabbitConsumer there;
    synchronized (this) {
      paused = value;
      there = live;
    }
    pause(there);
  }

  /** As it is wanted last, also when that changes meanwhile. */
  private void pause(RabbitConsumer there) {
    boolean wanted = !isPaused();
    while (wanted != isPaused()) {
      wanted = !wanted;
      there.pause(wanted);
    }
  }

  private synchronized boolean isPaused() {
    return paused;
  }

  /** One whose connection is lost is not over, but one that its server ended is. */
  @Override
  public boolean isClosed() {
    RabbitConsumer there = live;
    if (!ended && there.isClosed() && there.channel().home().isUp()) {
      ended = true;
    }
    return ended;
  }

  @Override
  public void close() {
    RabbitConsumer there;
    RabbitConsumer prepared;
    synchronized (this) {
      ended = true;
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
