package io.bindery.engine;

import java.util.List;

/**
 * A light isolated conversation inside a connection (AMQP 0-9-1, 2.1.2 and class channel). A failed
 * operation leaves it usable. Publishes of one channel to one queue stay in order.
 *
 * <p>Where a lost connection comes back by itself, its channels, subscriptions and consumers come
 * back with it, and operations wait meanwhile. A publish that was not confirmed fails; what was
 * settled without an answer may come again; a transaction with work in it is rolled back, what
 * follows in it is in vain, and its commit fails with CONNECTION_FORCED, or with INTERNAL_ERROR
 * when it was under way and its outcome is not known.
 *
 * <p>For one thread at a time, except {@link #close} and {@link #settle}, which any thread may
 * call. No operation throws but for null arguments: failures are in the tickets. Its monitor is its
 * users', who may hold it while they wait for an answer: engines do not take it.
 */
public interface Channel extends AutoCloseable {
  /** Its connection. */
  AmqpConnection connection();

  /** Declares an exchange; PRECONDITION_FAILED when one exists that differs. */
  Ticket<Void> declareExchange(ExchangeSpec spec);

  /** Fails with NOT_FOUND when there is no such exchange (a passive declare). */
  Ticket<Void> checkExchange(String name);

  /** Deletes an exchange; one that is not there is deleted already. */
  Ticket<Void> deleteExchange(String name, boolean ifUnused);

  /** Adds a binding; one that exists already stays as it is. */
  Ticket<Void> bind(Binding binding);

  /** Removes a binding; one that is not there is removed already. */
  Ticket<Void> unbind(Binding binding);

  /**
   * Declares a queue; PRECONDITION_FAILED when one exists that differs, RESOURCE_LOCKED when it is
   * another's.
   */
  Ticket<QueueStatus> declareQueue(QueueSpec spec);

  /** The status of a queue that exists (a passive declare); NOT_FOUND otherwise. */
  Ticket<QueueStatus> checkQueue(String name);

  /**
   * Deletes a queue; one that is not there is deleted already.
   *
   * @return how many messages went with it
   */
  Ticket<Long> deleteQueue(String name, boolean ifUnused, boolean ifEmpty);

  /**
   * Removes what is ready in a queue.
   *
   * @return how many messages
   */
  Ticket<Long> purgeQueue(String name);

  /**
   * Opens a topic subscription, atomically (Jakarta Messaging 8.3): what is stored under its name
   * is compared with what is asked. Refused, with a failed ticket: RESOURCE_LOCKED when it is in
   * use and would have to change, or is unshared and in use; PRECONDITION_FAILED when the stored
   * one is of another kind.
   */
  Ticket<Subscription> subscribe(SubscriptionSpec spec);

  /**
   * Deletes a durable subscription: NOT_FOUND when there is none, RESOURCE_LOCKED while it is in
   * use or has deliveries that are not settled (Jakarta Messaging 8.3.3).
   */
  Ticket<Void> unsubscribe(String clientId, String name);

  /**
   * Publishes a message. Routing happens now, also in a transaction. In auto-commit the ticket
   * completes when the message is safe (persistent: on disk), in a transaction when it is taken in.
   * Where memory is short it stays open, until there is room or the connection's send timeout fails
   * it with RESOURCE_ERROR; then nothing was published.
   */
  Ticket<PublishOutcome> publish(Route route, AmqpMessage message, Transaction transaction);

  /**
   * How many milliseconds who publishes here does well to rest, or to let its client rest, for what
   * was published since this was asked last: both go on sooner then. That is what consumers take
   * for it that take fast and are behind all the same, times as many as seem to publish as much
   * beside it, until they have caught up; parts of a millisecond are kept for the next time. Never
   * because of consumers that are slow of themselves, and not for what only others publish. For the
   * thread that publishes.
   */
  default int restMs() {
    return 0;
  }

  /**
   * Starts a consumer. Its signal may come before the ticket is done.
   *
   * @param signal see {@link Consumer}
   */
  Ticket<Consumer> consume(ConsumeSpec spec, Signal signal);

  /**
   * Takes one message (AMQP 0-9-1, basic.get).
   *
   * @param selector empty for none
   * @return null when none matches
   */
  Ticket<Delivery> get(String queue, String selector);

  /** Looks at the messages of a queue. */
  Ticket<Browser> browse(String queue, String selector);

  /**
   * Settles one delivery of this channel. Fails with PRECONDITION_FAILED when it is settled
   * already, with {@link DeliveryLostException} when it went back with a connection that was lost.
   */
  Ticket<Void> settle(Delivery delivery, Outcome outcome, Transaction transaction);

  /** Settles several deliveries of this channel with one outcome, in order, all or none. */
  Ticket<Void> settle(
      List<? extends Delivery> deliveries, Outcome outcome, Transaction transaction);

  /**
   * Gives deliveries of this channel back in one step, so that everything is in its old place
   * before anybody takes any of it: what the application saw as FAILED, what it did not as
   * RELEASED. What is settled already stays settled. Fails with PRECONDITION_FAILED when one was
   * never this channel's.
   */
  Ticket<Void> giveBack(List<? extends Delivery> seen, List<? extends Delivery> unseen);

  /** The transaction in which each operation stands for itself. Always the same object. */
  Transaction autoCommit();

  /** Begins a local transaction. */
  Transaction begin();

  /**
   * Closes it: its consumers and subscriptions end, its unfinished local transaction is rolled
   * back, and what it holds unsettled goes back as RELEASED (who knows what was seen gives it back
   * first). Twice does nothing.
   */
  @Override
  void close();
}
