package io.bindery.rabbitmq;

import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Delivery;
import io.bindery.engine.Route;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A message in the hands of a channel. Its tag is what the server knows it by, and its place: tags
 * grow with the order of delivery. Thread-safe.
 */
final class RabbitDelivery implements Delivery {
  private final RabbitChannel owner;
  private final long tag;
  private final String queue;
  private final Route route;
  private final MessageCodec.Received received;
  private final boolean redelivered;
  private final AtomicBoolean settled = new AtomicBoolean();
  private volatile boolean ended;

  /** What is around a message that came. */
  record Origin(RabbitChannel owner, String queue, Route route, long tag, boolean redelivered) {}

  RabbitDelivery(Origin origin, MessageCodec.Received received) {
    this.owner = origin.owner();
    this.tag = origin.tag();
    this.queue = origin.queue();
    this.route = origin.route();
    this.redelivered = origin.redelivered();
    this.received = received;
  }

  RabbitChannel owner() {
    return owner;
  }

  long tag() {
    return tag;
  }

  /** Takes it out of the application's hands. False when it is no longer there. */
  boolean settle() {
    return settled.compareAndSet(false, true);
  }

  /** It could not be settled, and is in hand again. */
  void unsettle() {
    ended = false;
    settled.set(false);
  }

  /** It is over for the server, too, once what was written is done there. */
  void end() {
    ended = true;
  }

  boolean isEnded() {
    return ended;
  }

  @Override
  public boolean isLost() {
    return owner.home().isClosed();
  }

  @Override
  public AmqpMessage message() {
    return received.message();
  }

  @Override
  public Route route() {
    return route;
  }

  @Override
  public String queue() {
    return queue;
  }

  @Override
  public long sequence() {
    return tag;
  }

  /** Where the server does not count, what was delivered before was delivered once. */
  @Override
  public int deliveryCount() {
    return received.deliveries() >= 0 ? received.deliveries() : redelivered ? 1 : 0;
  }

  @Override
  public int failureCount() {
    return received.failures() >= 0 ? received.failures() : deliveryCount();
  }
}
