package io.bindery.broker.routing;

import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Route;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * One publish, shared by all queues that it reaches. Counts how many of them still hold it, so that
 * its memory is charged once. Thread-safe.
 */
public final class Publication {
  private static final AtomicIntegerFieldUpdater<Publication> HOLDERS =
      AtomicIntegerFieldUpdater.newUpdater(Publication.class, "holders");

  private final AmqpMessage message;
  private final Route route;
  private final String connectionId;
  private final String clientId;
  private boolean taken;
  private volatile int holders;

  /**
   * A publish.
   *
   * @param message what was published
   * @param route where to
   * @param connectionId identifies the publisher's connection, for no-local; empty for none
   * @param clientId its client identifier, empty for none
   */
  public Publication(AmqpMessage message, Route route, String connectionId, String clientId) {
    this.message = message;
    this.route = route;
    this.connectionId = connectionId;
    this.clientId = clientId;
  }

  /** What was published. */
  public AmqpMessage message() {
    return message;
  }

  /** Exchange and routing key. */
  public Route route() {
    return route;
  }

  /** Identifies the publisher's connection; empty for none. */
  public String connectionId() {
    return connectionId;
  }

  /** The publisher's client identifier, empty for none. */
  public String clientId() {
    return clientId;
  }

  /** One queue more holds it. */
  public void retain() {
    taken = true;
    HOLDERS.incrementAndGet(this);
  }

  /** Whether a queue ever held it. For the thread that publishes it. */
  public boolean taken() {
    return taken;
  }

  /** Keeps it from being freed until {@link #release}, while it is given to several queues. */
  public void hold() {
    HOLDERS.incrementAndGet(this);
  }

  /**
   * One queue less holds it.
   *
   * @return the bytes that are free now: its size when it was the last, else 0
   */
  public int release() {
    return HOLDERS.decrementAndGet(this) == 0 ? message.sizeBytes() : 0;
  }
}
