package io.bindery.broker;

import io.bindery.broker.queue.MessageQueue;
import io.bindery.broker.queue.QueueDefinition;
import io.bindery.broker.queue.QueueEnvironment;
import io.bindery.broker.routing.Exchange;
import io.bindery.broker.routing.NoLocal;
import io.bindery.broker.routing.Publication;
import io.bindery.broker.routing.Routing;
import io.bindery.broker.routing.Target;
import io.bindery.broker.store.KeptQueue;
import io.bindery.broker.store.KeptState;
import io.bindery.broker.store.Ledger;
import io.bindery.broker.store.StoredBinding;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Arguments;
import io.bindery.engine.Binding;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.ReplyCode;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * A name space of exchanges and queues. Changes of what there is are serialised by its monitor;
 * looking up and routing take no lock.
 */
final class VirtualHost {
  private final String name;
  private final Map<String, Exchange> exchanges = new ConcurrentHashMap<>();
  private final Set<String> predeclared = new HashSet<>();
  private final Map<String, QueueHome> queues = new ConcurrentHashMap<>();

  /** Those of the queues that a connection has exclusively; of connections that have any. */
  private final Map<BrokerConnection, Set<MessageQueue>> exclusive = new HashMap<>();

  private final LongAdder publishedToDefault = new LongAdder();
  private final QueueEnvironment environment;
  private final int maxQueues;
  private final Declarations kept;
  private final Exchange.Alternates alternates = this::alternate;

  /**
   * A queue and the connection that has it exclusively.
   *
   * @param queue the queue
   * @param owner the connection, or null
   * @param expiry when it goes because nobody uses it
   */
  record QueueHome(MessageQueue queue, BrokerConnection owner, QueueExpiry expiry) {}

  VirtualHost(String name, QueueEnvironment outside, MemoryBudget memory) {
    this(name, outside, memory, Limits.QUEUES);
  }

  VirtualHost(String name, QueueEnvironment outside, MemoryBudget memory, int maxQueues) {
    this.name = name;
    this.maxQueues = maxQueues;
    this.kept = new Declarations(name, outside.ledger());
    this.environment =
        new QueueEnvironment(
            outside.environment(),
            outside.store(),
            outside.ledger(),
            memory,
            new DeadLetterOffice(this, memory, outside));
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
      predeclared.add(exchange);
    } catch (AmqpException e) {
      throw new IllegalStateException("a predeclared exchange has an unknown type", e);
    }
  }

  String name() {
    return name;
  }

  /** What of it outlives the broker. */
  Declarations kept() {
    return kept;
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

  /** An exchange that is there; the default one has no object. */
  Exchange exchange(String exchange) throws AmqpException {
    checkNotDefault(exchange);
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
          ReplyCode.RESOURCE_LOCKED,
          "cannot obtain exclusive access to locked " + shown("queue", queue));
    }
    return home.queue;
  }

  /** The same, as a use of the queue that keeps it from expiring. */
  MessageQueue usedQueue(String queue, BrokerConnection user) throws AmqpException {
    MessageQueue found = queue(queue, user);
    used(found);
    return found;
  }

  private void used(MessageQueue queue) {
    QueueHome home = queues.get(queue.name());
    if (home != null) {
      home.expiry.used();
    }
  }

  private AmqpException notThere(String what, String missing) {
    return new AmqpException(ReplyCode.NOT_FOUND, "no " + shown(what, missing));
  }

  /** As errors name something: RabbitMQ's words, for which some clients look. */
  private String shown(String what, String itsName) {
    return what + " '" + itsName + "' in vhost '" + name + "'";
  }

  /** The queues that a publication reaches: targets that are no exchanges. */
  void route(Exchange exchange, Publication publication, Routing into) {
    into.clear();
    if (exchange == null) {
      publishedToDefault.increment();
      addQueue(publication.route().routingKey(), into);
      for (String key : publication.route().copies()) {
        addQueue(key, into);
      }
      return;
    }
    exchange.route(publication, into, alternates);
  }

  private void addQueue(String key, Routing into) {
    MessageQueue queue = queueOrNull(key);
    if (queue != null) {
      into.add(queue);
    }
  }

  private Target alternate(String alternate, Publication publication) {
    // The default exchange has every queue bound by its name.
    return alternate.isEmpty()
        ? queueOrNull(publication.route().routingKey())
        : exchanges.get(alternate);
  }

  // --- exchanges ---

  synchronized void declareExchange(ExchangeSpec spec) throws AmqpException {
    checkNotDefault(spec.name());
    Limits.checkName("Exchange", spec.name());
    Exchange there = exchanges.get(spec.name());
    // What cannot be made is refused as that, whatever is there (RabbitMQ).
    Exchange asked = Exchange.create(spec);
    if (there != null) {
      Equivalence.check(name, there.spec(), spec);
      return;
    }
    Limits.checkUnreserved("exchange", spec.name());
    exchanges.put(spec.name(), asked);
    kept.declared(spec);
  }

  /** AMQP 0-9-1, rule "default-access" of exchange types. */
  private static void checkNotDefault(String exchange) throws AmqpException {
    if (exchange.isEmpty()) {
      throw new AmqpException(
          ReplyCode.ACCESS_REFUSED,
          "operation not permitted on the default exchange, which has every queue bound by its name;"
              + " name another exchange");
    }
  }

  synchronized void deleteExchange(String exchange, boolean ifUnused) throws AmqpException {
    checkNotDefault(exchange);
    if (exchange.equals(Arguments.TEMPORARY_TOPIC_EXCHANGE) || Limits.isReserved(exchange)) {
      throw new AmqpException(
          ReplyCode.ACCESS_REFUSED,
          "deletion of system " + shown("exchange", exchange) + " not allowed");
    }
    Exchange there = exchanges.get(exchange);
    if (there == null) {
      return;
    }
    if (ifUnused && there.hasBindings()) {
      throw new AmqpException(
          ReplyCode.PRECONDITION_FAILED, shown("exchange", exchange) + " in use: it has bindings");
    }
    exchanges.remove(exchange);
    kept.deleted(there);
    unbindTarget(there);
  }

  // --- bindings ---

  synchronized void bind(Binding binding, NoLocal noLocal, BrokerConnection user)
      throws AmqpException {
    Limits.checkName("Binding key", binding.routingKey());
    Exchange source = exchange(binding.source());
    Target target = target(binding, user);
    source.bind(binding, target, noLocal);
    kept.bound(source, target, binding, noLocal);
  }

  /** What is not there is not bound (RabbitMQ). */
  synchronized void unbind(Binding binding, BrokerConnection user) throws AmqpException {
    checkNotDefault(binding.source());
    Exchange source = exchanges.get(binding.source());
    if (source == null || found(binding) == null) {
      return;
    }
    Target target = target(binding, user);
    if (source.unbind(binding)) {
      kept.unbound(source, target, binding);
      deleteIfUnbound(source);
    }
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
      kept.deleted(exchange);
      unbindTarget(exchange);
    }
  }

  // --- what outlives the broker ---

  /** Tells a checkpoint what is declared, queues apart. */
  synchronized void snapshot(KeptState state) {
    for (Exchange exchange : exchanges.values()) {
      if (exchange.spec().durable()) {
        if (!predeclared.contains(exchange.spec().name())) {
          state.add(name, exchange.spec());
        }
        exchange.forEach(
            (binding, noLocal) -> {
              if (kept.keeps(exchange, found(binding))) {
                state.add(name, Declarations.stored(binding, noLocal));
              }
            });
      }
    }
  }

  private Target found(Binding binding) {
    return binding.destinationType() == Binding.DestinationType.QUEUE
        ? queueOrNull(binding.destination())
        : exchanges.get(binding.destination());
  }

  /** Declares what was found: exchanges first, then queues, then what binds them. */
  synchronized void restore(ExchangeSpec spec) throws AmqpException {
    exchanges.put(spec.name(), Exchange.create(spec));
  }

  synchronized MessageQueue restore(KeptQueue found) throws AmqpException {
    return add(QueueDefinition.parse(name, found.spec()), found.id(), null);
  }

  synchronized void restore(StoredBinding found) throws AmqpException {
    Exchange source = exchanges.get(found.binding().source());
    Target target = found(found.binding());
    if (source != null && target != null) {
      source.bind(found.binding(), target, Declarations.noLocal(found));
    }
  }

  /** All that is declared in it counts as a whole. */
  synchronized void together(Ledger.Declaring work) throws AmqpException {
    kept.together(work);
  }

  // --- queues ---

  /** Declares a queue that its user has named. */
  synchronized MessageQueue declareQueue(QueueSpec spec, BrokerConnection owner)
      throws AmqpException {
    Limits.checkName("Queue", spec.name());
    QueueHome there = queues.get(spec.name());
    if (there != null) {
      MessageQueue queue = usedQueue(spec.name(), owner);
      Equivalence.check(name, queue.definition().spec(), spec);
      return queue;
    }
    if (!Arguments.isReplyQueue(spec.name())) {
      Limits.checkUnreserved("queue", spec.name());
    }
    return make(spec, owner);
  }

  /** Makes a queue of any name, unless it is there. */
  synchronized void adopt(QueueSpec spec) throws AmqpException {
    if (!queues.containsKey(spec.name())) {
      make(spec, null);
    }
  }

  /** Makes a queue of any name; under the monitor. */
  synchronized MessageQueue make(QueueSpec spec, BrokerConnection owner) throws AmqpException {
    if (owner != null && owner.isClosed()) {
      throw owner.closedException();
    }
    QueueDefinition definition = QueueDefinition.parse(name, spec);
    if (queues.size() >= maxQueues) {
      throw Limits.tooManyQueues(spec.name(), name, maxQueues);
    }
    return add(definition, kept.declared(spec), spec.exclusive() ? owner : null);
  }

  private MessageQueue add(QueueDefinition definition, int id, BrokerConnection owner) {
    MessageQueue queue = new MessageQueue(definition, environment, id);
    QueueExpiry expiry = new QueueExpiry(queue, environment.environment(), this::expired);
    queues.put(queue.name(), new QueueHome(queue, owner, expiry));
    if (owner != null) {
      exclusive.computeIfAbsent(owner, first -> new HashSet<>()).add(queue);
    }
    expiry.start();
    return queue;
  }

  /** A name that no queue has. */
  String generatedName() {
    return "amq.gen-" + Long.toString(environment.environment().random() >>> 1, 36);
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
          ReplyCode.PRECONDITION_FAILED, shown("queue", queue) + " in use: it has consumers");
    }
    if (ifEmpty && !there.isEmpty()) {
      throw new AmqpException(
          ReplyCode.PRECONDITION_FAILED,
          shown("queue", queue)
              + " not empty: it has messages that wait, are not yet due, or are in delivery");
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
    QueueHome home = queues.remove(queue.name());
    home.expiry.stop();
    if (home.owner != null) {
      exclusive.computeIfPresent(
          home.owner, (owner, its) -> its.remove(queue) && its.isEmpty() ? null : its);
    }
    unbindTarget(queue);
    kept.deleted(queue);
    return true;
  }

  /** Nobody has used a queue for its time: unless somebody does just now, it goes. */
  private void expired(QueueExpiry expiry) {
    boolean detached;
    synchronized (this) {
      detached = expiry.expiredNow() && detach(expiry.queue());
    }
    if (detached) {
      expiry.queue().delete();
    }
  }

  /** A consumer left: an auto-delete queue goes with the last. */
  void consumerLeft(MessageQueue queue) {
    used(queue);
    if (queue.definition().spec().autoDelete() && detachUnused(queue)) {
      queue.delete();
    }
  }

  private synchronized boolean detachUnused(MessageQueue queue) {
    return queue.consumers().isEmpty() && detach(queue);
  }

  /** Deletes what was exclusive to a connection. */
  void connectionLeft(BrokerConnection connection) {
    List<MessageQueue> gone;
    synchronized (this) {
      gone = List.copyOf(exclusive.getOrDefault(connection, Set.of()));
      gone.forEach(this::detach);
    }
    gone.forEach(MessageQueue::delete);
  }

  /** The host is deleted: so is all that is in it. Nobody finds the host any more. */
  void deleteAll() {
    List<MessageQueue> all = queues.values().stream().map(QueueHome::queue).toList();
    for (MessageQueue queue : all) {
      if (detach(queue)) {
        queue.delete();
      }
    }
    synchronized (this) {
      for (Exchange exchange : List.copyOf(exchanges.values())) {
        exchanges.remove(exchange.spec().name());
        if (!predeclared.contains(exchange.spec().name())) {
          kept.deleted(exchange);
        }
      }
    }
  }

  /** Memory is short: what the store has leaves it. */
  void pageOut() {
    queues.values().forEach(home -> home.queue.pageOut());
  }

  /** Counts what was settled in all queues. */
  void sweep() {
    queues.values().forEach(home -> home.queue.sweep());
  }
}
