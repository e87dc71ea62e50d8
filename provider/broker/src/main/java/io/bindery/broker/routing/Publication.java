package io.bindery.broker.routing;

import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Route;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * One publish, shared by all queues that it reaches. Counts how many of them still hold it, so that its memory is charged
 * once. Thread-safe.
 */
public final class Publication {
  private static final AtomicIntegerFieldUpdater<Publication> HOLDERS =
      AtomicIntegerFieldUpdater.newUpdater(Publication.class, "holders");

  private final AmqpMessage message;
  private final Route route;
  private final Object connection;
  private final String clientId;
  private volatile int holders;

  /**
   * A publish.
   *
   * @param message what was published
   * @param route where to
   * @param connection the identity of the publisher's connection, for no-local; may be null
   * @param clientId its client identifier, empty for none
   */
  public Publication(AmqpMessage message, Route route, Object connection, String clientId) {
    this.message = message;
    this.route = route;
    this.connection = connection;
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

  /** The identity of the publisher's connection, or null. */
  public Object connection() {
    return connection;
  }

  /** The publisher's client identifier, empty for none. */
  public String clientId() {
    return clientId;
  }

  /** One queue more holds it. */
  public void retain() {
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
