package io.bindery.ra;

import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Arguments;
import io.bindery.engine.Engine;
import io.bindery.engine.Engines;
import io.bindery.engine.Observation;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.Route;
import java.util.concurrent.atomic.AtomicLong;

/** An embedded broker of one test, and a plain AMQP client of it. */
final class TestBroker implements AutoCloseable {
  private static final AtomicLong LAST = new AtomicLong(System.nanoTime());

  private final String uri = "vm://ra-" + LAST.incrementAndGet();
  private final Engine engine;
  private final TestClient client;

  TestBroker() throws AmqpException {
    engine = Engines.find(uri);
    client = new TestClient(engine);
  }

  String uri() {
    return uri;
  }

  Engine engine() {
    return engine;
  }

  AmqpConnection connection() {
    return client.connection();
  }

  /** Makes a queue as JMS does. */
  TestBroker queue(String name) throws AmqpException {
    client.declare(name);
    return this;
  }

  /** Deletes a queue, used or not. */
  void delete(String queue) throws AmqpException {
    client.deleteQueue(queue);
  }

  /** Sends texts to a queue. */
  void send(String queue, String... texts) throws AmqpException {
    client.send(queue, texts);
  }

  /** Publishes a text to a topic; tells whether somebody had subscribed. */
  PublishOutcome publish(String topic, String text) throws AmqpException {
    return client.publish(new Route(Arguments.TOPIC_EXCHANGE, topic, false), text);
  }

  /** Publishes a text to any exchange. */
  PublishOutcome publish(Route route, String text) throws AmqpException {
    return client.publish(route, text);
  }

  /** Takes a text out of a queue; null when there is none. */
  String take(String queue) throws AmqpException {
    return client.take(queue);
  }

  /** The queue as operators see it, or null. */
  Observation.QueueView view(String queue) {
    try {
      return engine.observe().queues().stream()
          .filter(each -> each.name().equals(queue))
          .findFirst()
          .orElse(null);
    } catch (AmqpException e) {
      throw new AssertionError(e);
    }
  }

  /** What lies in a queue, in delivery included; 0 when there is no such queue. */
  long depth(String queue) {
    Observation.QueueView view = view(queue);
    return view == null ? 0 : view.ready() + view.unacknowledged();
  }

  /** How many consume from a queue. */
  int consumers(String queue) {
    Observation.QueueView view = view(queue);
    return view == null ? 0 : view.consumers();
  }

  @Override
  public void close() {
    client.close();
    engine.close();
  }
}
