package io.bindery.jms;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Arguments;
import io.bindery.engine.Binding;
import io.bindery.engine.Channel;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.QueueSpec;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The temporary queues and topics of a connection (Jakarta Messaging 6.2.2), on a channel of their
 * own, so that any session may create and any thread delete them. Thread-safe.
 */
final class Temporaries implements TemporaryOwner {
  private static final String PREFIX = BinderyDestination.TEMPORARY_PREFIX;

  private final BinderyConnection connection;
  private final Set<String> live = ConcurrentHashMap.newKeySet();
  private Channel channel;
  private long made;

  Temporaries(BinderyConnection connection) {
    this.connection = connection;
  }

  synchronized TemporaryQueue createQueue() throws JMSException {
    String name = nextName();
    try {
      control().declareQueue(QueueSpec.temporary(name)).await();
    } catch (AmqpException e) {
      throw JmsExceptions.of(e, "creating a temporary queue");
    }
    live.add(name);
    return new BinderyTemporaryQueue(name, this);
  }

  /**
   * A topic that is there as long as a queue of its name, which keeps nothing: bound to it, so that
   * a send to a topic that is gone, with its connection or alone, is unrouted.
   */
  synchronized TemporaryTopic createTopic() throws JMSException {
    String name = nextName();
    String exchange = Arguments.TEMPORARY_TOPIC_EXCHANGE;
    try {
      control().declareExchange(ExchangeSpec.durable(exchange, "topic")).await();
      control().declareQueue(sign(name)).await();
      control().bind(Binding.queue(exchange, name, name)).await();
    } catch (AmqpException e) {
      throw JmsExceptions.of(e, "creating a temporary topic");
    }
    live.add(name);
    return new BinderyTemporaryTopic(name, this);
  }

  private static QueueSpec sign(String name) {
    return new QueueSpec(
        name, false, true, false, QueueSpec.Defaults.AMQP, Map.of(Arguments.MAX_LENGTH, 0));
  }

  private String nextName() {
    return PREFIX + connection.id() + "." + ++made;
  }

  private Channel control() throws AmqpException {
    if (channel == null) {
      channel = connection.engineConnection().openChannel().await();
    }
    return channel;
  }

  /** Fails for what another connection made, or what was deleted. */
  void checkConsumer(BinderyDestination destination) throws JMSException {
    if (!isTemporary(destination)) {
      return;
    }
    String name = destination.route().routingKey();
    if (!name.startsWith(PREFIX + connection.id() + ".")) {
      throw new InvalidDestinationException(
          "creating a consumer of "
              + destination
              + ": only the connection that made it may consume from it");
    }
    if (!live.contains(name)) {
      throw new InvalidDestinationException(
          "creating a consumer of " + destination + ": it was deleted");
    }
  }

  /** Whether it is temporary, also when it was named by a string. */
  static boolean isTemporary(BinderyDestination destination) {
    return destination instanceof TemporaryQueue
        || destination instanceof TemporaryTopic
        || destination.route().routingKey().startsWith(PREFIX);
  }

  @Override
  public void delete(BinderyDestination destination) throws JMSException {
    String name = destination.route().routingKey();
    if (!live.contains(name)) {
      return;
    }
    if (connection.consumesFrom(destination)) {
      throw JmsExceptions.illegalState(
          "deleting " + destination + ": it has consumers, which must be closed first");
    }
    try {
      synchronized (this) {
        control().deleteQueue(name, false, false).await();
      }
    } catch (AmqpException e) {
      throw JmsExceptions.of(e, "deleting " + destination);
    }
    live.remove(name);
  }

  @Override
  public Object connection() {
    return connection;
  }
}
