package io.bindery.broker;

import io.bindery.broker.queue.MessageQueue;
import io.bindery.broker.store.KeptSource;
import io.bindery.broker.store.KeptState;
import io.bindery.engine.SubscriptionSpec;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.function.LongUnaryOperator;

/** What a broker has that its store must know. Thread-safe. */
final class BrokerState implements KeptSource {
  private final String identity;
  private final Map<String, VirtualHost> hosts;
  private final Map<String, Subscriptions> subscriptions;
  private final XaRegistry branches;

  BrokerState(
      String identity,
      Map<String, VirtualHost> hosts,
      Map<String, Subscriptions> subscriptions,
      XaRegistry branches) {
    this.identity = identity;
    this.hosts = hosts;
    this.subscriptions = subscriptions;
    this.branches = branches;
  }

  @Override
  public KeptState snapshot(boolean last) {
    KeptState state = new KeptState();
    state.identity(identity);
    branches.snapshot(state);
    hosts.forEach(
        (name, host) -> {
          Subscriptions ofHost = subscriptions.get(name);
          // Null when the host is just being deleted, and so are its queues.
          Map<MessageQueue, SubscriptionSpec> durable =
              ofHost == null ? Map.of() : ofHost.durable();
          host.snapshot(state);
          host.queues().stream()
              .map(VirtualHost.QueueHome::queue)
              .filter(queue -> queue.id() != 0 && !queue.isDeleted())
              .forEach(queue -> queue.persistence().snapshot(state, durable.get(queue), last));
        });
    return state;
  }

  @Override
  public void visit(long segment, LongConsumer positions) {
    for (VirtualHost host : hosts.values()) {
      for (VirtualHost.QueueHome home : host.queues()) {
        home.queue().persistence().visit(segment, positions);
      }
    }
  }

  @Override
  public void move(long segment, LongUnaryOperator moved) {
    for (VirtualHost host : hosts.values()) {
      for (VirtualHost.QueueHome home : host.queues()) {
        home.queue().persistence().move(segment, moved);
      }
    }
  }
}
