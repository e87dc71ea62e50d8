package io.bindery.engine;

import java.util.Map;

/**
 * A queue to be declared (AMQP 0-9-1, queue.declare).
 *
 * @param name at most 255 bytes; empty to let the engine make one
 * @param durable whether it outlives a restart
 * @param exclusive whether only this connection uses it, and it goes with the connection
 * @param autoDelete whether it goes with its last consumer
 * @param defaults what holds where the arguments say nothing; no part of what a second declare must
 *     equal
 * @param arguments RabbitMQ's names: see {@link Arguments}
 */
public record QueueSpec(
    String name,
    boolean durable,
    boolean exclusive,
    boolean autoDelete,
    Defaults defaults,
    Map<String, Object> arguments) {
  /** Copies the arguments. */
  public QueueSpec {
    arguments = Map.copyOf(arguments);
  }

  /** Who made the queue, and so what holds where its arguments say nothing. */
  public enum Defaults {
    /** RabbitMQ's: no delivery limit, no dead letters. */
    AMQP,
    /**
     * Ten failures, then to the dead-letter exchange or, with none, to {@code
     * bindery.dead.<queue>}.
     */
    JMS
  }

  /** The same under another name. */
  public QueueSpec named(String other) {
    return new QueueSpec(other, durable, exclusive, autoDelete, defaults, arguments);
  }

  /** A durable queue with the defaults of JMS. */
  public static QueueSpec jms(String name) {
    return new QueueSpec(name, true, false, false, Defaults.JMS, Map.of());
  }

  /** A durable queue with AMQP's defaults and the given arguments. */
  public static QueueSpec durable(String name, Map<String, Object> arguments) {
    return new QueueSpec(name, true, false, false, Defaults.AMQP, arguments);
  }

  /** An exclusive, auto-delete queue that is named by its user. */
  public static QueueSpec temporary(String name) {
    return new QueueSpec(name, false, true, false, Defaults.AMQP, Map.of());
  }
}
