package io.bindery.jms;

import jakarta.jms.Queue;

/** A queue (Jakarta Messaging 4.10): a durable AMQP queue, reached by the default exchange. */
public class BinderyQueue extends BinderyDestination implements Queue {
  private static final long serialVersionUID = 1L;

  /** A queue whose name is still to be set. */
  public BinderyQueue() {}

  /**
   * A queue.
   *
   * @param name a plain name, or an address of {@link BinderyDestination}
   * @throws IllegalArgumentException when it is empty, too long or of a topic
   */
  public BinderyQueue(String name) {
    super(named(name, "queue:", ""));
  }

  BinderyQueue(Place place) {
    super(place);
  }

  /** Sets its name, as the constructor does. */
  public final void setName(String name) {
    take(named(name, "queue:", ""));
  }

  /** Its name. */
  public final String getName() {
    return plainName();
  }

  @Override
  public final String getQueueName() {
    return plainName();
  }
}
