package io.bindery.broker;

import io.bindery.broker.queue.MessageQueue;
import io.bindery.broker.queue.QueueDefinition;
import io.bindery.broker.queue.QueueEnvironment;
import io.bindery.broker.routing.Exchange;
import io.bindery.broker.routing.NoLocal;
import io.bindery.broker.routing.Publication;
import io.bindery.broker.routing.Routing;
import io.bindery.broker.routing.Target;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Arguments;
import io.bindery.engine.Binding;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.ReplyCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * A name space of exchanges and queues. Changes of what there is are serialised by its monitor;
 * looking up and routing take no lock.
 */
final class VirtualHost {
  private static final ExchangeSpec DEFAULT_EXCHANGE = ExchangeSpec.durable("", "direct");

  private final String name;
  private final Map<String, Exchange> exchanges = new ConcurrentHashMap<>();
  private final Map<String, QueueHome> queues = new ConcurrentHashMap<>();
  private final LongAdder publishedToDefault = new LongAdder();
  private final QueueEnvironment environment;

  /**
   * A queue and the connection that has it exclusively.
   *
   * @param queue the queue
   * @param owner the connection, or null
   */
  record QueueHome(MessageQueue queue, BrokerConnection owner) {}

  VirtualHost(String name, QueueEnvironment outside, MemoryBudget memory) {
    this.name = name;
    this.environment =
        new QueueEnvironment(
            outside.environment(),
            outside.store(),
            memory,
            new DeadLetterOffice(this, memory, outside.environment()));
    predeclare("amq.direct", "direct");
    predeclare("amq.fanout", "fanout");
    predeclare(Arguments.TOPIC_EXCHANGE, "topic");
    predeclare("amq.headers", "headers");
    predeclare("amq.match", "headers");
    predeclare(Arguments.TEMPORARY_TOPIC_EXCHANGE, "topic");
  }

  private void predeclare(String exchange, String type) {
    try {
      exchanges.put(exchange, Exchange.create(ExchangeSpec.durable(exchange, type)));
    } catch (AmqpException e) {
      throw new IllegalStateException("a predeclared exchange has an unknown type", e);
    }
  }

  String name() {
    return name;
  }

  Collection<Exchange> exchanges() {
    return exchanges.values();
  }

  Collection<QueueHome> queues() {
    return queues.values();
  }

  long publishedToDefault() {
    return publishedToDefault.sum();
  }

  // --- looking up and routing ---

  /** A queue, or null. */
  MessageQueue queueOrNull(String queue) {
    QueueHome home = queues.get(queue);
    return home == null ? null : home.queue;
  }

  /** An exchange that is there. */
  Exchange exchange(String exchange) throws AmqpException {
    Exchange found = exchanges.get(exchange);
    if (found == null) {
      throw notThere("exchange", exchange);
    }
    return found;
  }

  /** Whether an exchange was not deleted. */
  boolean isThere(Exchange exchange) {
    return exchanges.get(exchange.spec().name()) == exchange;
  }

  /** A queue that is there and that the connection may use. */
  MessageQueue queue(String queue, BrokerConnection user) throws AmqpException {
    QueueHome home = queues.get(queue);
    if (home == null) {
      throw notThere("queue", queue);
    }
    if (home.owner != null && home.owner != user) {
      throw new AmqpException(
          ReplyCode.RESOURCE_LOCKED, "Queue '" + queue + "' is exclusive to another connection");
    }
    return home.queue;
  }

  private AmqpException notThere(String what, String missing) {
    return new AmqpException(
        ReplyCode.NOT_FOUND,
        "There is no " + what + " '" + missing + "' in virtual host '" + name + "'");
  }

  /** The queues that a publication reaches: targets that are no exchanges. */
  void route(Exchange exchange, Publication publication, Routing into) {
    into.clear();
    String key = publication.route().routingKey();
    if (exchange == null) {
      publishedToDefault.increment();
      MessageQueue queue = queueOrNull(key);
      if (queue != null) {
        into.add(queue);
      }
      return;
    }
    exchange.countPublished();
    exchange.route(publication, into);
    if (!Work.reachesQueue(into)) {
      routeToAlternate(exchange, publication, into);
    }
  }

  private void routeToAlternate(Exchange exchange, Publication publication, Routing into) {
    List<Exchange> tried = new ArrayList<>(2);
    Exchange next = exchange;
    while (next != null && !tried.contains(next) && !Work.reachesQueue(into)) {
      tried.add(next);
      Object alternate = next.spec().arguments().get("alternate-exchange");
      next = alternate == null ? null : exchanges.get(alternate.toString());
      if (next != null) {
        next.countPublished();
        next.route(publication, into);
      }
    }
  }

  // --- exchanges ---

  synchronized void declareExchange(ExchangeSpec spec) throws AmqpException {
    Limits.checkName("Exchange", spec.name());
    Exchange there = exchanges.get(spec.name());
    ExchangeSpec known =
        spec.name().isEmpty() ? DEFAULT_EXCHANGE : there == null ? null : there.spec();
    if (known != null) {
      Equivalence.check(known, spec);
      return;
    }
    Limits.checkUnreserved("Exchange", spec.name());
    exchanges.put(spec.name(), Exchange.create(spec));
  }

  synchronized void deleteExchange(String exchange, boolean ifUnused) throws AmqpException {
    if (exchange.isEmpty() || exchange.equals(Arguments.TEMPORARY_TOPIC_EXCHANGE)) {
      throw new AmqpException(
          ReplyCode.ACCESS_REFUSED, "The exchange '" + exchange + "' cannot be deleted");
    }
    Limits.checkUnreserved("Exchange", exchange);
    Exchange there = exchanges.get(exchange);
    if (there == null) {
      return;
    }
    if (ifUnused && there.hasBindings()) {
      throw new AmqpException(
          ReplyCode.PRECONDITION_FAILED, "Exchange '" + exchange + "' is in use: it has bindings");
    }
    exchanges.remove(exchange);
    unbindTarget(there);
  }

  // --- bindings ---

  synchronized void bind(Binding binding, NoLocal noLocal, BrokerConnection user)
      throws AmqpException {
    Limits.checkName("Binding key", binding.routingKey());
    Exchange source = source(binding);
    source.bind(binding, target(binding, user), noLocal);
  }

  synchronized void unbind(Binding binding, BrokerConnection user) throws AmqpException {
    Exchange source = source(binding);
    target(binding, user);
    if (source.unbind(binding)) {
      deleteIfUnbound(source);
    }
  }

  private Exchange source(Binding binding) throws AmqpException {
    if (binding.source().isEmpty()) {
      throw new AmqpException(
          ReplyCode.ACCESS_REFUSED,
          "The default exchange has every queue bound by its name, and takes no other bindings");
    }
    return exchange(binding.source());
  }

  private Target target(Binding binding, BrokerConnection user) throws AmqpException {
    return binding.destinationType() == Binding.DestinationType.QUEUE
        ? queue(binding.destination(), user)
        : exchange(binding.destination());
  }

  private void unbindTarget(Target target) {
    for (Exchange exchange : List.copyOf(exchanges.values())) {
      if (exchange.unbindTarget(target)) {
        deleteIfUnbound(exchange);
      }
    }
  }

  private void deleteIfUnbound(Exchange exchange) {
    if (exchange.spec().autoDelete()
        && !exchange.hasBindings()
        && exchanges.remove(exchange.spec().name(), exchange)) {
      unbindTarget(exchange);
    }
  }

  // --- queues ---

  synchronized MessageQueue declareQueue(QueueSpec spec, BrokerConnection owner)
      throws AmqpException {
    Limits.checkName("Queue", spec.name());
    QueueHome there = queues.get(spec.name());
    if (there != null) {
      MessageQueue queue = queue(spec.name(), owner);
      Equivalence.check(queue.definition().spec(), spec);
      return queue;
    }
    if (!spec.name().isEmpty()) {
      Limits.checkUnreserved("Queue", spec.name());
    }
    return make(spec.name().isEmpty() ? named(spec, generatedName()) : spec, owner);
  }

  /** Makes a queue of any name; under the monitor. */
  synchronized MessageQueue make(QueueSpec spec, BrokerConnection owner) throws AmqpException {
    if (owner != null && owner.isClosed()) {
      throw owner.closedException();
    }
    MessageQueue queue = new MessageQueue(QueueDefinition.parse(name, spec), environment);
    queues.put(spec.name(), new QueueHome(queue, spec.exclusive() ? owner : null));
    return queue;
  }

  /** A name that no queue has. */
  String generatedName() {
    return "amq.gen-" + Long.toString(environment.environment().random() >>> 1, 36);
  }

  private static QueueSpec named(QueueSpec spec, String name) {
    return new QueueSpec(
        name,
        spec.durable(),
        spec.exclusive(),
        spec.autoDelete(),
        spec.defaults(),
        spec.arguments());
  }

  long deleteQueue(String queue, boolean ifUnused, boolean ifEmpty) throws AmqpException {
    MessageQueue deleted = detached(queue, ifUnused, ifEmpty);
    return deleted == null ? 0 : deleted.delete();
  }

  private synchronized MessageQueue detached(String queue, boolean ifUnused, boolean ifEmpty)
      throws AmqpException {
    MessageQueue there = queueOrNull(queue);
    if (there == null) {
      return null;
    }
    if (ifUnused && !there.consumers().isEmpty()) {
      throw new AmqpException(
          ReplyCode.PRECONDITION_FAILED, "Queue '" + queue + "' is in use: it has consumers");
    }
    if (ifEmpty && there.readyCount() > 0) {
      throw new AmqpException(ReplyCode.PRECONDITION_FAILED, "Queue '" + queue + "' is not empty");
    }
    detach(there);
    return there;
  }

  /**
   * Takes a queue out, so that nobody finds it any more. Whoever does deletes it afterwards, when
   * he holds no monitor, since that calls its consumers' signals.
   *
   * @return false when it was out already
   */
  synchronized boolean detach(MessageQueue queue) {
    if (queueOrNull(queue.name()) != queue) {
      return false;
    }
    queues.remove(queue.name());
    unbindTarget(queue);
    return true;
  }

  /** A consumer left: an auto-delete queue goes with the last. */
  void consumerLeft(MessageQueue queue) {
    if (queue.definition().spec().autoDelete() && detachUnused(queue)) {
      queue.delete();
    }
  }

  private synchronized boolean detachUnused(MessageQueue queue) {
    return queue.consumers().isEmpty() && detach(queue);
  }

  /** Deletes what was exclusive to a connection. */
  void connectionLeft(BrokerConnection connection) {
    List<MessageQueue> exclusive;
    synchronized (this) {
      exclusive =
          queues.values().stream()
              .filter(home -> home.owner == connection)
              .map(QueueHome::queue)
              .toList();
      exclusive.forEach(this::detach);
    }
    exclusive.forEach(MessageQueue::delete);
  }

  /** Counts what was settled in all queues. */
  void sweep() {
    queues.values().forEach(home -> home.queue.sweep());
  }
}
