package io.bindery.engine;

import java.util.List;

/**
 * What an engine holds, as of one moment. Counters only grow, so that a rate is the difference of
 * two observations.
 *
 * @param exchanges all exchanges
 * @param bindings all bindings, without those of the default exchange
 * @param queues all queues
 * @param consumers all consumers
 */
public record Observation(
    List<ExchangeView> exchanges,
    List<BindingView> bindings,
    List<QueueView> queues,
    List<ConsumerView> consumers) {
  /**
   * An exchange.
   *
   * @param virtualHost where it is
   * @param name its name, empty for the default exchange
   * @param type direct, topic, fanout or headers
   * @param durable whether it outlives a restart
   * @param published how many messages were published to it
   */
  public record ExchangeView(
      String virtualHost, String name, String type, boolean durable, long published) {}

  /**
   * A binding and its virtual host.
   *
   * @param virtualHost where it is
   * @param binding the binding
   */
  public record BindingView(String virtualHost, Binding binding) {}

  /**
   * A queue.
   *
   * @param virtualHost where it is
   * @param name its name
   * @param durable whether it outlives a restart
   * @param exclusive whether one connection has it
   * @param autoDelete whether it goes with its last consumer
   * @param ready messages that wait
   * @param unacknowledged messages in delivery
   * @param consumers how many consume
   * @param counters what has happened
   */
  public record QueueView(
      String virtualHost,
      String name,
      boolean durable,
      boolean exclusive,
      boolean autoDelete,
      long ready,
      long unacknowledged,
      int consumers,
      QueueCounters counters) {}

  /**
   * What has happened in a queue since it was there.
   *
   * @param published messages that came in
   * @param delivered deliveries, redeliveries included
   * @param acknowledged messages that were accepted
   * @param redelivered deliveries of messages that had been delivered before
   * @param deadLettered messages that went to the dead letters
   */
  public record QueueCounters(
      long published, long delivered, long acknowledged, long redelivered, long deadLettered) {}

  /**
   * A consumer.
   *
   * @param virtualHost where it is
   * @param queue its queue
   * @param tag its name
   * @param prefetch its limit, 0 for none
   * @param unacknowledged what it holds
   */
  public record ConsumerView(
      String virtualHost, String queue, String tag, int prefetch, long unacknowledged) {}
}
