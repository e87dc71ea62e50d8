package io.bindery.benchmarks;

import jakarta.jms.ConnectionFactory;

/** RabbitMQ's client for Jakarta Messaging. */
public final class RabbitMqFactory extends Peer {
  /**
   * Connects to a server that runs.
   *
   * @param url {@code amqp://…}
   */
  public RabbitMqFactory(String url) throws ReflectiveOperationException {
    Object factory = make("com.rabbitmq.jms.admin.RMQConnectionFactory");
    call(factory, "setUri", url);
    connectsBy((ConnectionFactory) factory);
  }
}
