package io.bindery.amqp.server;

import io.bindery.amqp.codec.MethodType;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Consumer;
import io.bindery.engine.Delivery;
import io.bindery.engine.Signal;
import java.util.ArrayList;
import java.util.List;

/**
 * A consumer on the wire: the engine signals it from any thread, and it drains on its connection's
 * event loop, as long as there is credit and the network takes what it sends.
 */
final class WireConsumer implements Signal, Feed {
  private static final int BATCH = 64;

  /** Then others on the same event loop have their turn. */
  private static final int IN_A_TURN = 512;

  private final ClientChannel channel;
  private final boolean noAck;
  private final List<Delivery> batch = new ArrayList<>(BATCH);
  private Consumer consumer;
  private boolean hasWork;
  private boolean draining;
  private boolean stopped;
  private boolean paused;

  /** How many it may deliver before it is told again, -1 for any number. */
  private long credit = -1;

  private final List<Runnable> fetches = new ArrayList<>(0);

  WireConsumer(ClientChannel channel, boolean noAck) {
    this.channel = channel;
    this.noAck = noAck;
  }

  @Override
  public String tag() {
    return consumer.tag();
  }

  boolean noAck() {
    return noAck;
  }

  /** The engine has it. */
  void started(Consumer started) {
    consumer = started;
  }

  @Override
  public void begin() {
    if (hasWork) {
      drainLater();
    }
  }

  @Override
  public void pause(boolean now) {
    boolean was = isOff();
    paused = now;
    if (paused && credit > 0) {
      credit = 0;
    }
    adjust(was);
  }

  @Override
  public void credit(long more) {
    boolean was = isOff();
    credit = Math.max(0, credit) + more;
    adjust(was);
  }

  @Override
  public void creditAnew(long all) {
    if (credit >= 0) {
      boolean was = isOff();
      credit = all;
      adjust(was);
    }
  }

  private boolean isOff() {
    return paused || credit == 0;
  }

  /** What may deliver nothing is paused in the engine, so that others have their turn. */
  private void adjust(boolean was) {
    if (isOff() == was || stopped) {
      return;
    }
    consumer.pause(!was);
    if (!was) {
      // Yields nothing, and tells the engine that its signal is not followed.
      consumer.drain(1, batch);
      hasWork = false;
      fetched();
    }
  }

  @Override
  public void fetch(Runnable then) {
    fetches.add(then);
    hasWork = !isOff();
    resume();
    if (!hasWork || stopped) {
      fetched();
    }
  }

  private void fetched() {
    List<Runnable> now = List.copyOf(fetches);
    fetches.clear();
    now.forEach(Runnable::run);
  }

  @Override
  public void work() {
    channel.connection().post(this::signalled);
  }

  /** It leaves a task on the event loop, which seldom sleeps. */
  @Override
  public boolean isCheap() {
    return true;
  }

  private void signalled() {
    hasWork = true;
    resume();
  }

  private void drainLater() {
    channel.connection().yield(this::resume);
  }

  /** Delivers, if there is anything and it may. */
  @Override
  public void resume() {
    // A settle that a delivery causes may come back here.
    if (hasWork && consumer != null && !stopped && !draining) {
      draining = true;
      try {
        drain();
      } finally {
        draining = false;
      }
    }
  }

  private void drain() {
    int left = IN_A_TURN;
    while (left > 0) {
      int most = most();
      if (most == 0) {
        if (consumer.isClosed()) {
          drained();
        }
        return;
      }
      int count = consumer.drain(most, batch);
      if (count == 0) {
        drained();
        return;
      }
      if (!deliver()) {
        return;
      }
      left -= count;
      if (credit > 0) {
        credit -= count;
        adjust(false);
      }
      if (count < most) {
        // Others of the queue on the same event loop have their turn.
        channel.connection().post(this::resume);
        return;
      }
    }
    drainLater();
  }

  private int most() {
    int most = channel.consuming().credit(BATCH, noAck);
    return credit < 0 ? most : (int) Math.min(most, credit);
  }

  private void drained() {
    hasWork = false;
    if (consumer.isClosed()) {
      stopped = true;
      channel.consuming().ended(this);
    }
    fetched();
  }

  private boolean deliver() {
    for (int i = 0; i < batch.size(); i++) {
      try {
        channel.consuming().deliver(this, batch.get(i));
      } catch (AmqpException e) {
        List<Delivery> rest = List.copyOf(batch.subList(i, batch.size()));
        batch.clear();
        channel.consuming().undelivered(rest, e, MethodType.BASIC_DELIVER);
        return false;
      }
    }
    batch.clear();
    return true;
  }

  @Override
  public void stop() {
    stopped = true;
    consumer.close();
    fetched();
  }
}
