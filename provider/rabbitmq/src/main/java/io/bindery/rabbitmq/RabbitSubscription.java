package io.bindery.rabbitmq;

import io.bindery.engine.Subscription;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** A topic subscription in use. Thread-safe. */
final class RabbitSubscription implements Subscription {
  private final RabbitChannel channel;
  private final Object number;
  private final String queue;
  private final Outcome outcome;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** A subscription, as the server's answer says it. */
  RabbitSubscription(RabbitChannel channel, Map<String, Object> answer) {
    this.channel = channel;
    this.number = answer.get("subscription");
    this.queue = String.valueOf(answer.get("queue"));
    this.outcome = Outcome.valueOf(String.valueOf(answer.get("outcome")).toUpperCase(Locale.ROOT));
  }

  @Override
  public String queue() {
    return queue;
  }

  @Override
  public Outcome outcome() {
    return outcome;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      channel.home().patience(channel.asked("close-subscription", Map.of("subscription", number)));
    }
  }
}
