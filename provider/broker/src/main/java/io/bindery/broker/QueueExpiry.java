package io.bindery.broker;

import io.bindery.broker.queue.MessageQueue;
import io.bindery.broker.queue.QueueDefinition;
import io.bindery.broker.runtime.Environment;
import io.bindery.broker.runtime.Environment.Scheduled;
import java.util.function.Consumer;

/**
 * Tells when nobody has used a queue for its {@code x-expires} (RabbitMQ, "Queue TTL"): consumers,
 * declares, passive ones too, and {@code get} are uses, publishes are not. Thread-safe.
 */
final class QueueExpiry {
  private final MessageQueue queue;
  private final Environment environment;
  private final Consumer<QueueExpiry> onExpired;
  private final long afterMs;
  private long usedAtMs;
  private Scheduled next;
  private boolean stopped;

  /**
   * One that is not yet started.
   *
   * @param onExpired told once when the time is over, on a timer's thread
   */
  QueueExpiry(MessageQueue queue, Environment environment, Consumer<QueueExpiry> onExpired) {
    this.queue = queue;
    this.environment = environment;
    this.onExpired = onExpired;
    this.afterMs = queue.definition().limits().expiresMs();
  }

  MessageQueue queue() {
    return queue;
  }

  /** Begins to count. Does nothing for a queue that never expires. */
  synchronized void start() {
    if (afterMs != QueueDefinition.NONE) {
      used();
      next = environment.schedule(this::look, afterMs);
    }
  }

  /** Somebody has used the queue. */
  synchronized void used() {
    if (afterMs != QueueDefinition.NONE) {
      usedAtMs = environment.nowMs();
    }
  }

  /** The queue is gone. */
  synchronized void stop() {
    stopped = true;
    if (next != null) {
      next.cancel();
    }
  }

  private void look() {
    if (expiredNow()) {
      onExpired.accept(this);
    }
  }

  /** Whether the time is over; if not, looks again when it may be. */
  synchronized boolean expiredNow() {
    if (stopped) {
      return false;
    }
    long nowMs = environment.nowMs();
    if (!queue.consumers().isEmpty()) {
      usedAtMs = nowMs;
    }
    long leftMs = usedAtMs + afterMs - nowMs;
    if (leftMs > 0) {
      next = environment.schedule(this::look, leftMs);
    }
    return leftMs <= 0;
  }
}
