package io.bindery.ra;

import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import io.bindery.engine.Channel;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.Delivery;
import io.bindery.engine.Engine;
import io.bindery.engine.Outcome;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.Route;

/** A plain AMQP client of an engine. Thread-safe. */
final class TestClient implements AutoCloseable {
  private final AmqpConnection connection;
  private final Channel channel;

  TestClient(Engine engine) throws AmqpException {
    connection = engine.connect(ConnectSpec.anonymous("test")).await();
    channel = connection.openChannel().await();
  }

  AmqpConnection connection() {
    return connection;
  }

  synchronized void declare(String queue) throws AmqpException {
    channel.declareQueue(QueueSpec.jms(queue)).await();
  }

  synchronized void deleteQueue(String queue) throws AmqpException {
    channel.deleteQueue(queue, false, false).await();
  }

  /** Sends texts to a queue. */
  void send(String queue, String... texts) throws AmqpException {
    for (String text : texts) {
      publish(Route.toQueue(queue), text);
    }
  }

  synchronized PublishOutcome publish(Route route, String text) throws AmqpException {
    AmqpMessage message =
        AmqpMessage.builder()
            .body(new Body.Text(text))
            .contentType("text/plain")
            .persistent(true)
            .build();
    return channel.publish(route, message, channel.autoCommit()).await();
  }

  /** Takes a text out of a queue; null when there is none. */
  synchronized String take(String queue) throws AmqpException {
    Delivery delivery = channel.get(queue, "").await();
    if (delivery == null) {
      return null;
    }
    channel.settle(delivery, Outcome.ACCEPTED, channel.autoCommit()).await();
    return ((Body.Text) delivery.message().body()).content();
  }

  @Override
  public void close() {
    connection.close();
  }
}
