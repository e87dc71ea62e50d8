package io.bindery.sample.orders.broker;

import java.util.List;
import java.util.Optional;

/**
 * What the broker's MXBean said at one moment. Immutable.
 *
 * @param name of the broker; empty if the adapter shows none
 */
public record BrokerSnapshot(
    String name, List<Exchange> exchanges, List<Binding> bindings, List<Queue> queues) {
  /** No broker. */
  public static final BrokerSnapshot NONE = new BrokerSnapshot("", List.of(), List.of(), List.of());

  /** An exchange. */
  public record Exchange(String name, String type, long published) {}

  /** A binding of a queue or exchange to an exchange. */
  public record Binding(
      String source,
      String destination,
      String destinationType,
      String routingKey,
      String selector) {}

  /** A queue: its depth, and what passed it since it was declared. */
  public record Queue(
      String name,
      long ready,
      long unacknowledged,
      long consumers,
      long published,
      long acknowledged,
      long redelivered,
      long deadLettered) {}

  /** Whether a broker was found. */
  public boolean present() {
    return !name.isEmpty();
  }

  /** The queue of this name. */
  public Optional<Queue> queue(String queueName) {
    return queues.stream().filter(queue -> queue.name().equals(queueName)).findFirst();
  }
}
