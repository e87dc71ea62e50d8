package io.bindery.engine;

import java.util.List;

/**
 * What an engine holds, each part as of one moment. Counters only grow while a broker runs, so that
 * a rate is the difference of two observations. Over a network, arguments that JSON has no type for
 * come as strings, numbers as long or double.
 *
 * @param exchanges all exchanges
 * @param bindings all bindings, without those of the default exchange
 * @param queues all queues
 * @param consumers all consumers
 * @param connections all connections
 */
public record Observation(
    List<ExchangeView> exchanges,
    List<BindingView> bindings,
    List<QueueView> queues,
    List<ConsumerView> consumers,
    List<ConnectionView> connections) {
  /**
   * An exchange.
   *
   * @param virtualHost where it is
   * @param spec what was declared; its name is empty for the default exchange
   * @param published how many messages were published to it
   */
  public record ExchangeView(String virtualHost, ExchangeSpec spec, long published) {
    /** Its name, empty for the default exchange. */
    public String name() {
      return spec.name();
    }

    /** Direct, topic, fanout or headers. */
    public String type() {
      return spec.type();
    }

    /** Whether it outlives a restart. */
    public boolean durable() {
      return spec.durable();
    }
  }

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
   * @param spec what was declared
   * @param ready messages that wait
   * @param unacknowledged messages in delivery
   * @param consumers how many consume
   * @param counters what has happened
   */
  public record QueueView(
      String virtualHost,
      QueueSpec spec,
      long ready,
      long unacknowledged,
      int consumers,
      QueueCounters counters) {
    /** Its name. */
    public String name() {
      return spec.name();
    }

    /** Whether it outlives a restart. */
    public boolean durable() {
      return spec.durable();
    }

    /** Whether one connection has it. */
    public boolean exclusive() {
      return spec.exclusive();
    }

    /** Whether it goes with its last consumer. */
    public boolean autoDelete() {
      return spec.autoDelete();
    }
  }

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

  /**
   * A connection.
   *
   * @param virtualHost to which it is
   * @param name what it calls itself
   * @param user whose it is, empty for nobody
   * @param clientId the client identifier that it claimed, empty for none
   * @param channels how many it has open
   */
  public record ConnectionView(
      String virtualHost, String name, String user, String clientId, int channels) {}
}
