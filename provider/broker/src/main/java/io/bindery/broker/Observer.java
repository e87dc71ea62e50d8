package io.bindery.broker;

import io.bindery.broker.queue.MessageQueue;
import io.bindery.broker.queue.QueueConsumer;
import io.bindery.broker.routing.Exchange;
import io.bindery.engine.Arguments;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.Observation;
import io.bindery.engine.Observation.BindingView;
import io.bindery.engine.Observation.ConnectionView;
import io.bindery.engine.Observation.ConsumerView;
import io.bindery.engine.Observation.ExchangeView;
import io.bindery.engine.Observation.QueueView;
import io.bindery.engine.QueueSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Looks at virtual hosts: a queue at a time, so no moment is exactly everybody's. */
final class Observer {
  private static final ExchangeSpec DEFAULT = ExchangeSpec.durable("", "direct");

  private final List<ExchangeView> exchanges = new ArrayList<>();
  private final List<BindingView> bindings = new ArrayList<>();
  private final List<QueueView> queues = new ArrayList<>();
  private final List<ConsumerView> consumers = new ArrayList<>();

  private Observer() {}

  static Observation observe(
      Collection<VirtualHost> hosts, Collection<BrokerConnection> connections) {
    Observer observer = new Observer();
    hosts.forEach(observer::look);
    List<ConnectionView> connected =
        connections.stream()
            .map(Observer::view)
            .sorted(Comparator.comparing(ConnectionView::name))
            .toList();
    return new Observation(
        List.copyOf(observer.exchanges),
        List.copyOf(observer.bindings),
        List.copyOf(observer.queues),
        List.copyOf(observer.consumers),
        connected);
  }

  static ConnectionView view(BrokerConnection connection) {
    return new ConnectionView(
        connection.virtualHost(),
        connection.spec().name(),
        connection.spec().user(),
        connection.clientId(),
        connection.channelCount());
  }

  private void look(VirtualHost host) {
    exchanges.add(new ExchangeView(host.name(), DEFAULT, host.publishedToDefault()));
    host.exchanges().stream()
        .sorted(Comparator.comparing(exchange -> exchange.spec().name()))
        .forEach(exchange -> look(host, exchange));
    host.queues().stream()
        .map(VirtualHost.QueueHome::queue)
        // A queue of replies is open to whoever knows its name.
        .filter(queue -> !Arguments.isReplyQueue(queue.name()))
        .sorted(Comparator.comparing(MessageQueue::name))
        .forEach(queue -> look(host, queue));
  }

  private void look(VirtualHost host, Exchange exchange) {
    exchanges.add(new ExchangeView(host.name(), exchange.spec(), exchange.published()));
    exchange.bindings().forEach(binding -> bindings.add(new BindingView(host.name(), binding)));
  }

  private void look(VirtualHost host, MessageQueue queue) {
    QueueSpec spec = queue.definition().spec();
    List<QueueConsumer> all = queue.consumers();
    queues.add(
        new QueueView(
            host.name(),
            spec,
            queue.readyCount(),
            queue.unacknowledgedCount(),
            all.size(),
            queue.counters()));
    for (QueueConsumer consumer : all) {
      consumers.add(
          new ConsumerView(
              host.name(),
              spec.name(),
              consumer.tag(),
              consumer.prefetch(),
              queue.heldBy(consumer).size()));
    }
  }
}
