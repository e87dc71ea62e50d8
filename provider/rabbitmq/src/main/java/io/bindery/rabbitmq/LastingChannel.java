package io.bindery.rabbitmq;

import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * A channel that comes back with its connection, with its subscriptions and consumers. While there
 * is no connection, operations wait for it; what was under way is asked again where that does no
 * harm, and fails otherwise. Threads as the seam says.
 */
final class LastingChannel implements Channel {
  private final LastingConnection home;
  private final Line<RabbitChannel> line = new Line<>(each -> each.home().isUp());
  private final LastingTransaction autoCommit = new LastingTransaction.Auto();
  private final LastingSettling settling = new LastingSettling(this);
  private final AtomicLong numbers = new AtomicLong();
  private final List<LastingSubscription> subscriptions = new ArrayList<>(0);
  private final List<LastingConsumer> consumers = new ArrayList<>(1);

  /** Not its monitor, which users may hold while they wait for an answer. */
  private final Object lock = new Object();

  /** What it has on the connection that is there; null while that comes back. */
  private RabbitChannel bound;

  private boolean closed;

  LastingChannel(LastingConnection home) {
    this.home = home;
  }

  Line<RabbitChannel> line() {
    return line;
  }

  RabbitChannel bound() {
    synchronized (lock) {
      return bound;
    }
  }

  @Override
  public AmqpConnection connection() {
    return home;
  }

  // --- being lost, and coming back ---

  /** Its connection is lost. */
  void suspend(RabbitConnection lost) {
    RabbitChannel live = line.live();
    if (live != null && live.home() == lost) {
      line.suspend(live);
    }
  }

  /** From now on nothing is added to it but by who brings it back. */
  void unbind() {
    synchronized (lock) {
      bound = null;
    }
  }

  List<LastingSubscription> subscriptions() {
    synchronized (lock) {
      return List.copyOf(subscriptions);
    }
  }

  List<LastingConsumer> consumers() {
    synchronized (lock) {
      return List.copyOf(consumers);
    }
  }

  /** Goes on, on a connection that is there; what waited is asked first. */
  void resume(RabbitChannel fresh) {
    boolean over;
    synchronized (lock) {
      if (bound != null && bound.home() != fresh.home() && !fresh.home().isUp()) {
        // It was opened on a connection that is lost, and comes late: the next one stands already.
        return;
      }
      bound = fresh;
      over = closed;
    }
    if (over) {
      fresh.close();
      return;
    }
    subscriptions().forEach(LastingSubscription::resume);
    consumers().forEach(LastingConsumer::resume);
    line.resume(fresh);
  }

  /** Its connection will not come back. */
  void lost(AmqpException why) {
    synchronized (lock) {
      closed = true;
    }
    line.end(why, Losses.closed("channel"));
    consumers().forEach(LastingConsumer::end);
  }

  // --- topology ---

  @Override
  public Ticket<Void> declareExchange(ExchangeSpec spec) {
    return line.ask(
        on ->
            Tickets.then(
                on.declareExchange(spec),
                done -> {
                  home.topology().declared(spec);
                  return null;
                }));
  }

  @Override
  public Ticket<Void> checkExchange(String name) {
    return line.ask(on -> on.checkExchange(name));
  }

  @Override
  public Ticket<Void> deleteExchange(String name, boolean ifUnused) {
    return line.ask(
        on ->
            Tickets.then(
                on.deleteExchange(name, ifUnused),
                done -> {
                  home.topology().exchangeDeleted(name);
                  return null;
                }));
  }

  @Override
  public Ticket<Void> bind(Binding binding) {
    return line.ask(
        on ->
            Tickets.then(
                on.bind(binding),
                done -> {
                  home.topology().bound(binding);
                  return null;
                }));
  }

  @Override
  public Ticket<Void> unbind(Binding binding) {
    return line.ask(
        on ->
            Tickets.then(
                on.unbind(binding),
                done -> {
                  home.topology().unbound(binding);
                  return null;
                }));
  }

  @Override
  public Ticket<QueueStatus> declareQueue(QueueSpec spec) {
    Function<RabbitChannel, Ticket<QueueStatus>> question =
        on ->
            Tickets.then(
                on.declareQueue(spec),
                status -> {
                  home.topology().declared(spec.named(status.name()));
                  return status;
                });
    // Asked twice, a server would make two, of which one went with its connection or has no user.
    boolean twiceIsOnce = !spec.name().isEmpty() || spec.exclusive();
    return twiceIsOnce
        ? line.ask(question)
        : line.askOnce(on -> Tickets.told(question.apply(on), Losses::declaredOrNot));
  }

  @Override
  public Ticket<QueueStatus> checkQueue(String name) {
    return line.ask(on -> on.checkQueue(name));
  }

  @Override
  public Ticket<Long> deleteQueue(String name, boolean ifUnused, boolean ifEmpty) {
    return line.ask(
        on ->
            Tickets.then(
                on.deleteQueue(name, ifUnused, ifEmpty),
                count -> {
                  home.topology().queueDeleted(name);
                  return count;
                }));
  }

  @Override
  public Ticket<Long> purgeQueue(String name) {
    return line.ask(on -> on.purgeQueue(name));
  }

  // --- subscriptions, consumers, browsers ---

  @Override
  public Ticket<Subscription> subscribe(SubscriptionSpec spec) {
    return line.ask(
        on -> {
          Ticket<Subscription> ticket = new Ticket<>();
          on.subscribe(spec)
              .whenDone(
                  (made, failure) -> {
                    if (failure != null) {
                      ticket.fail(failure);
                      return;
                    }
                    LastingSubscription lasting = new LastingSubscription(this, spec, made);
                    keep(on, ticket, lasting, subscriptions);
                  });
          return ticket;
        });
  }

  /**
   * What stands on a connection that was lost meanwhile is asked for once more; on a channel that
   * was closed meanwhile it ends with that.
   */
  private <R, L extends R> void keep(
      RabbitChannel on, Ticket<R> ticket, L lasting, List<? super L> among) {
    boolean there;
    synchronized (lock) {
      there = bound == on && !closed;
      if (there) {
        among.add(lasting);
      }
    }
    if (there) {
      ticket.complete(lasting);
    } else {
      ticket.fail(Losses.closed("channel"));
    }
  }

  @Override
  public Ticket<Void> unsubscribe(String clientId, String name) {
    return new Repeated<Void>(
            failure -> failure.replyCode() == ReplyCode.NOT_FOUND ? Ticket.done() : null)
        .ask(line, on -> on.unsubscribe(clientId, name));
  }

  @Override
  public Ticket<Consumer> consume(ConsumeSpec spec, Signal signal) {
    String tag = spec.tag().isEmpty() ? "bindery-" + numbers.incrementAndGet() : spec.tag();
    ConsumeSpec named =
        new ConsumeSpec(
            spec.queue(),
            tag,
            spec.prefetch(),
            spec.exclusive(),
            spec.selector(),
            spec.noLocal(),
            spec.arguments(),
            spec.paused());
    return line.ask(
        on -> {
          Ticket<Consumer> ticket = new Ticket<>();
          on.consume(named, signal)
              .whenDone(
                  (made, failure) -> {
                    if (failure != null) {
                      ticket.fail(failure);
                      return;
                    }
                    LastingConsumer lasting = new LastingConsumer(this, named, signal);
                    lasting.begin((RabbitConsumer) made);
                    keep(on, ticket, lasting, consumers);
                  });
          return ticket;
        });
  }

  void forget(LastingSubscription subscription) {
    synchronized (lock) {
      subscriptions.remove(subscription);
    }
  }

  void forget(LastingConsumer consumer) {
    synchronized (lock) {
      consumers.remove(consumer);
    }
    home.consumerLeft(consumer.queue());
  }

  @Override
  public Ticket<Delivery> get(String queue, String selector) {
    return line.ask(on -> on.get(queue, selector));
  }

  @Override
  public Ticket<Browser> browse(String queue, String selector) {
    return line.ask(
        on ->
            Tickets.then(on.browse(queue, selector), made -> new LastingBrowser(made, on.home())));
  }

  // --- what flows ---

  @Override
  public Ticket<PublishOutcome> publish(Route route, AmqpMessage message, Transaction transaction) {
    LastingTransaction within = (LastingTransaction) transaction;
    RabbitChannel on = line.live();
    if (on != null) {
      Ticket<PublishOutcome> ticket = publish(on, route, message, within);
      AmqpException failure = ticket.failure();
      if (failure == null || !line.isLoss(on, failure)) {
        return ticket;
      }
      line.suspend(on);
      if (!line.isUnsent(on, failure)) {
        return ticket;
      }
    }
    return within.isLost()
        ? Ticket.failed(Losses.rolledBack())
        : line.askOnce(there -> publish(there, route, message, within));
  }

  private Ticket<PublishOutcome> publish(
      RabbitChannel on, Route route, AmqpMessage message, LastingTransaction within) {
    RabbitTransaction work;
    try {
      work = within.on(on);
    } catch (AmqpException e) {
      return Ticket.failed(e);
    }
    Ticket<PublishOutcome> ticket = on.publish(route, message, work);
    AmqpException failure = ticket.failure();
    if (failure != null && line.isUnsent(on, failure)) {
      within.unsent();
    }
    return ticket;
  }

  @Override
  public Ticket<Void> settle(Delivery delivery, Outcome outcome, Transaction transaction) {
    return settling.settle(delivery, outcome, (LastingTransaction) transaction);
  }

  @Override
  public Ticket<Void> settle(
      List<? extends Delivery> deliveries, Outcome outcome, Transaction transaction) {
    return settling.settle(deliveries, outcome, (LastingTransaction) transaction);
  }

  @Override
  public Ticket<Void> giveBack(List<? extends Delivery> seen, List<? extends Delivery> unseen) {
    return settling.giveBack(seen, unseen, autoCommit);
  }

  boolean isClosed() {
    synchronized (lock) {
      return closed;
    }
  }

  // --- transactions ---

  @Override
  public Transaction autoCommit() {
    return autoCommit;
  }

  @Override
  public Transaction begin() {
    return new LastingTransaction.Local(this);
  }

  @Override
  public void close() {
    RabbitChannel on;
    synchronized (lock) {
      if (closed) {
        return;
      }
      closed = true;
      on = bound;
    }
    home.forget(this);
    if (on != null) {
      on.close();
    }
    AmqpException why = Losses.closed("channel");
    line.end(why, why);
    consumers().forEach(LastingConsumer::end);
  }
}
