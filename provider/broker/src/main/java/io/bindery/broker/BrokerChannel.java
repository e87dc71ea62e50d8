package io.bindery.broker;

import io.bindery.broker.Permissions.Access;
import io.bindery.broker.queue.Entry;
import io.bindery.broker.queue.MessageQueue;
import io.bindery.broker.routing.NoLocal;
import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Arguments;
import io.bindery.engine.Binding;
import io.bindery.engine.Browser;
import io.bindery.engine.Channel;
import io.bindery.engine.ConsumeSpec;
import io.bindery.engine.Consumer;
import io.bindery.engine.Delivery;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.Outcome;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.QueueStatus;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Route;
import io.bindery.engine.Signal;
import io.bindery.engine.Subscription;
import io.bindery.engine.SubscriptionSpec;
import io.bindery.engine.Ticket;
import io.bindery.engine.Transaction;
import io.bindery.engine.selector.Selector;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * A channel within the virtual machine: checks who may do what, and keeps what is its own. Threads
 * as the seam says.
 */
final class BrokerChannel implements Channel {
  private final BrokerConnection connection;
  private final VirtualHost host;
  private final AutoCommit autoCommit;
  private final Publisher publisher;
  private final ChannelConsumers consumers;
  private final List<Subscriptions.Use> subscriptions = new ArrayList<>();
  private final List<LocalTransaction> transactions = new ArrayList<>(1);
  private volatile boolean closed;

  BrokerChannel(BrokerConnection connection) {
    this.connection = connection;
    this.host = connection.host();
    LocalTransaction.Context context = connection.broker().transactions();
    this.autoCommit = new AutoCommit(context.memory(), context.environment(), context.ledger());
    this.publisher = new Publisher(this);
    this.consumers = new ChannelConsumers(this);
  }

  @Override
  public AmqpConnection connection() {
    return connection;
  }

  BrokerConnection home() {
    return connection;
  }

  // --- control ---

  /** Does something that may fail, if the channel is open. */
  private <T> Ticket<T> answered(Verb<T> verb) {
    return answer(() -> Verb.ticket(verb));
  }

  /** The same, where the answer may take time. */
  private <T> Ticket<T> answer(Verb<Ticket<T>> verb) {
    return closed ? Ticket.failed(closedException()) : Verb.answer(verb);
  }

  /** Declares something: answered when it is on disk, if it is kept. */
  private <T> Ticket<T> declared(Verb<T> verb) {
    return answer(
        () -> {
          T value = verb.run();
          return after(connection.broker().transactions().ledger().declared(), value);
        });
  }

  private static <T> Ticket<T> after(Ticket<Void> onDisk, T value) {
    if (onDisk.isDone() && onDisk.failure() == null) {
      return Ticket.done(value);
    }
    Ticket<T> ticket = new Ticket<>();
    onDisk.whenDone(
        (nothing, failure) -> {
          if (failure == null) {
            ticket.complete(value);
          } else {
            ticket.fail(failure);
          }
        });
    return ticket;
  }

  AmqpException closedException() {
    return new AmqpException(ReplyCode.CHANNEL_ERROR, "The channel is closed");
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public Ticket<Void> declareExchange(ExchangeSpec spec) {
    return declared(
        () -> {
          connection.checkExchange(Access.CONFIGURE, spec.name());
          connection.checkHandsOn(spec);
          connection.broker().checkStorable(spec.arguments());
          host.declareExchange(spec);
          return null;
        });
  }

  @Override
  public Ticket<Void> checkExchange(String name) {
    return answered(
        () -> {
          host.exchange(name);
          return null;
        });
  }

  @Override
  public Ticket<Void> deleteExchange(String name, boolean ifUnused) {
    return declared(
        () -> {
          connection.checkExchange(Access.CONFIGURE, name);
          host.deleteExchange(name, ifUnused);
          return null;
        });
  }

  @Override
  public Ticket<Void> bind(Binding binding) {
    return declared(
        () -> {
          checkEnds(binding);
          checkTopic(binding);
          connection.broker().checkStorable(binding.arguments());
          boolean noLocal = Boolean.TRUE.equals(binding.arguments().get(Arguments.NO_LOCAL));
          host.bind(binding, noLocal ? local() : null, connection);
          return null;
        });
  }

  private void checkEnds(Binding binding) throws AmqpException {
    if (binding.destinationType() == Binding.DestinationType.QUEUE) {
      connection.checkQueue(Access.WRITE, binding.destination());
    } else {
      connection.checkExchange(Access.WRITE, binding.destination());
    }
    connection.checkExchange(Access.READ, binding.source());
  }

  private void checkTopic(Binding binding) throws AmqpException {
    if (!binding.source().isEmpty() && host.exchange(binding.source()).isTopic()) {
      connection.checkTopic(
          Access.READ, new Permissions.Topic(binding.source(), binding.routingKey()));
    }
  }

  /** Whose publishes those of its bindings and consumers leave out that are not for its own. */
  NoLocal local() {
    return new NoLocal(connection.id(), connection.clientId());
  }

  @Override
  public Ticket<Void> unbind(Binding binding) {
    return declared(
        () -> {
          checkEnds(binding);
          host.unbind(binding, connection);
          return null;
        });
  }

  @Override
  public Ticket<QueueStatus> declareQueue(QueueSpec spec) {
    return declared(
        () -> {
          connection.broker().checkStorable(spec.arguments());
          boolean unnamed = spec.name().isEmpty();
          QueueSpec asked = unnamed ? spec.named(host.generatedName()) : spec;
          connection.checkQueue(Access.CONFIGURE, asked.name());
          connection.checkHandsOn(asked);
          return status(
              unnamed ? host.make(asked, connection) : host.declareQueue(asked, connection));
        });
  }

  private static QueueStatus status(MessageQueue queue) {
    return new QueueStatus(queue.name(), queue.readyCount(), queue.consumers().size());
  }

  @Override
  public Ticket<QueueStatus> checkQueue(String name) {
    return answered(() -> status(host.usedQueue(name, connection)));
  }

  @Override
  public Ticket<Long> deleteQueue(String name, boolean ifUnused, boolean ifEmpty) {
    return declared(
        () -> {
          connection.checkQueue(Access.CONFIGURE, name);
          if (host.queueOrNull(name) != null) {
            host.queue(name, connection);
          }
          return host.deleteQueue(name, ifUnused, ifEmpty);
        });
  }

  @Override
  public Ticket<Long> purgeQueue(String name) {
    return answer(
        () -> {
          connection.checkQueue(Access.READ, name);
          MessageQueue queue = host.queue(name, connection);
          long purged = queue.purge();
          return queue.id() == 0
              ? Ticket.done(purged)
              : after(
                  queue.persistence().leftOnDisk(connection.broker().transactions().ledger()),
                  purged);
        });
  }

  @Override
  public Ticket<Subscription> subscribe(SubscriptionSpec spec) {
    return declared(
        () -> {
          String queue = spec.queueName().isEmpty() ? host.generatedName() : spec.queueName();
          connection.checkQueue(Access.CONFIGURE, queue);
          connection.checkExchange(Access.READ, spec.topic().exchange());
          connection.checkTopic(
              Access.READ,
              new Permissions.Topic(spec.topic().exchange(), spec.topic().routingKey()));
          Subscriptions.Use use =
              connection.broker().subscriptions(host).subscribe(spec, queue, connection);
          synchronized (subscriptions) {
            subscriptions.removeIf(Subscriptions.Use::isClosed);
            subscriptions.add(use);
          }
          if (closed) {
            use.close();
            throw closedException();
          }
          return use;
        });
  }

  @Override
  public Ticket<Void> unsubscribe(String clientId, String name) {
    return declared(
        () -> {
          connection.checkQueue(Access.CONFIGURE, Subscriptions.durableQueue(clientId, name));
          connection.broker().subscriptions(host).unsubscribe(clientId, name);
          return null;
        });
  }

  // --- publishing ---

  @Override
  public Ticket<PublishOutcome> publish(Route route, AmqpMessage message, Transaction transaction) {
    return publisher.publish(route, message, (Work) transaction);
  }

  @Override
  public int restMs() {
    return publisher.restMs();
  }

  // --- consuming ---

  @Override
  public Ticket<Consumer> consume(ConsumeSpec spec, Signal signal) {
    return answered(
        () -> {
          connection.checkQueue(Access.READ, spec.queue());
          return consumers.consume(host.queue(spec.queue(), connection), spec, signal);
        });
  }

  @Override
  public Ticket<Delivery> get(String queue, String selector) {
    return answer(
        () -> {
          connection.checkQueue(Access.READ, queue);
          MessageQueue from = host.usedQueue(queue, connection);
          return consumers.take(from, Selector.parse(selector));
        });
  }

  @Override
  public Ticket<Browser> browse(String queue, String selector) {
    return answered(
        () -> {
          connection.checkQueue(Access.READ, queue);
          return host.queue(queue, connection).browse(Selector.parse(selector));
        });
  }

  // --- settling ---

  @Override
  public Ticket<Void> settle(Delivery delivery, Outcome outcome, Transaction transaction) {
    if (transaction == autoCommit
        && delivery instanceof Entry entry
        && entry.owner() == this
        && !(entry.kept() && connection.broker().transactions().ledger().acknowledgesAtOnce())) {
      return entry.settle(outcome) ? Ticket.done() : Ticket.failed(unknown(delivery));
    }
    return settle(List.of(delivery), outcome, transaction);
  }

  @Override
  public Ticket<Void> settle(
      List<? extends Delivery> deliveries, Outcome outcome, Transaction transaction) {
    return answer(() -> ((Work) transaction).settle(own(deliveries), outcome));
  }

  private List<Entry> own(List<? extends Delivery> deliveries) throws AmqpException {
    List<Entry> entries = new ArrayList<>(deliveries.size());
    for (Delivery delivery : deliveries) {
      if (!(delivery instanceof Entry entry) || entry.owner() != this) {
        throw unknown(delivery);
      }
      entries.add(entry);
    }
    return entries;
  }

  private static AmqpException unknown(Delivery delivery) {
    return new AmqpException(
        ReplyCode.PRECONDITION_FAILED,
        "Message "
            + delivery.sequence()
            + " of queue '"
            + delivery.queue()
            + "' is not in the hands of this channel: it was settled already, or delivered to another");
  }

  @Override
  public Ticket<Void> giveBack(List<? extends Delivery> seen, List<? extends Delivery> unseen) {
    return answered(
        () -> {
          returnToQueues(own(seen), own(unseen));
          return null;
        });
  }

  private static void returnToQueues(List<Entry> seen, List<Entry> unseen) {
    Map<MessageQueue, List<Entry>> seenOf = byQueue(seen);
    Map<MessageQueue, List<Entry>> unseenOf = byQueue(unseen);
    unseenOf.forEach((queue, entries) -> seenOf.computeIfAbsent(queue, any -> List.of()));
    seenOf.forEach(
        (queue, entries) -> queue.giveBack(entries, unseenOf.getOrDefault(queue, List.of())));
  }

  private static Map<MessageQueue, List<Entry>> byQueue(List<Entry> entries) {
    Map<MessageQueue, List<Entry>> byQueue = new IdentityHashMap<>(2);
    entries.forEach(
        entry -> byQueue.computeIfAbsent(entry.source(), any -> new ArrayList<>()).add(entry));
    return byQueue;
  }

  /** Whether it has anything in its hands: then it must not wait for memory. */
  boolean holdsDeliveries() {
    return consumers.holdDeliveries();
  }

  /** Permissions have changed. */
  void forgetPermissions() {
    publisher.forgetPermissions();
  }

  /** Gives back the memory that it claimed and did not use. */
  void recallCredit() {
    publisher.recallCredit();
  }

  // --- transactions ---

  @Override
  public Transaction autoCommit() {
    return autoCommit;
  }

  @Override
  public Transaction begin() {
    LocalTransaction begun = new LocalTransaction(connection.broker().transactions());
    synchronized (transactions) {
      transactions.removeIf(LocalTransaction::isOver);
      transactions.add(begun);
    }
    return begun;
  }

  @Override
  public void close() {
    synchronized (subscriptions) {
      if (closed) {
        return;
      }
      closed = true;
    }
    publisher.close();
    List<LocalTransaction> unfinished;
    synchronized (transactions) {
      unfinished = List.copyOf(transactions);
    }
    unfinished.forEach(each -> each.undo(this));
    consumers.close();
    List<Subscriptions.Use> uses;
    synchronized (subscriptions) {
      uses = List.copyOf(subscriptions);
    }
    uses.forEach(Subscription::close);
    connection.left(this);
  }
}
