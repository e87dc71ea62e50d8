package io.bindery.rabbitmq;

import io.bindery.engine.Browser;
import io.bindery.engine.Delivery;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;

/**
 * Looks at a queue: the server sends what there is as far as it has credit, and then ends it. Waits
 * for the network where nothing has come yet.
 */
final class RabbitBrowser implements Browser, Sink {
  static final int WINDOW = 256;

  private final RabbitChannel channel;
  private final String tag;
  private final String queue;
  private final ArrayDeque<RabbitDelivery> buffer = new ArrayDeque<>();
  private int taken;
  private boolean ended;
  private boolean closed;

  RabbitBrowser(RabbitChannel channel, String tag, String queue) {
    this.channel = channel;
    this.tag = tag;
    this.queue = queue;
  }

  @Override
  public String queue() {
    return queue;
  }

  @Override
  public synchronized void delivered(RabbitDelivery delivery) {
    if (!closed) {
      buffer.add(delivery);
      notifyAll();
    }
  }

  @Override
  public synchronized void ended() {
    ended = true;
    notifyAll();
  }

  @Override
  public int next(int max, List<? super Delivery> into) {
    int count = 0;
    int more = 0;
    synchronized (this) {
      awaitSome();
      while (count < max && !closed && !buffer.isEmpty()) {
        into.add(buffer.poll());
        count++;
      }
      taken += count;
      if (taken * 2 >= WINDOW && !ended) {
        more = taken;
        taken = 0;
      }
    }
    if (more > 0) {
      channel.wire().tell("credit", Map.of("consumer-tag", tag, "credit", more));
      channel.wire().push();
    }
    return count;
  }

  private void awaitSome() {
    boolean interrupted = false;
    while (buffer.isEmpty() && !ended && !closed) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    boolean cancels;
    synchronized (this) {
      cancels = !ended && !closed;
      closed = true;
      buffer.clear();
      notifyAll();
    }
    if (cancels) {
      channel.forget(tag);
      channel.asked("cancel", Map.of("consumer-tag", tag));
    }
  }
}
