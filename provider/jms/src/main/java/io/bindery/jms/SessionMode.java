package io.bindery.jms;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Channel;
import io.bindery.engine.Delivery;
import io.bindery.engine.DeliveryLostException;
import io.bindery.engine.Outcome;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;
import io.bindery.engine.Transaction;
import io.bindery.jms.message.JmsMessage;
import jakarta.jms.JMSException;
import jakarta.jms.MessageListener;
import java.lang.System.Logger.Level;
import java.util.List;

/**
 * How a session's messages are acknowledged and what its sends belong to (Jakarta Messaging 6.2.7,
 * 6.2.10): one subclass for each mode. For the session's thread of control.
 */
abstract class SessionMode {
  private static final System.Logger LOG = System.getLogger(SessionMode.class.getName());

  private final JmsSession session;

  SessionMode(JmsSession session) {
    this.session = session;
  }

  /** A constant of {@link jakarta.jms.Session}. */
  abstract int code();

  /** Whether {@link jakarta.jms.Session#getTransacted} says so. */
  boolean transacted() {
    return false;
  }

  /** What a send belongs to now. */
  Transaction transaction() {
    return channel().autoCommit();
  }

  /** How many deliveries a consumer may hold unsettled in the engine, 0 for any number. */
  int engineLimit(int prefetch) {
    return 0;
  }

  /** How many a consumer takes at most at a time. */
  int batch(int prefetch) {
    return Math.max(1, prefetch);
  }

  /**
   * A message is about to be returned by a receive.
   *
   * @return false when it is no longer this consumer's, and so must not be returned
   */
  abstract boolean received(Delivery delivery) throws JMSException;

  /**
   * Whether a message whose body {@code receiveBody} cannot give is delivered again (Jakarta
   * Messaging 8.6).
   */
  boolean keepsUnreadable() {
    return false;
  }

  /** Calls a listener and settles as its end requires (Jakarta Messaging 8.7). */
  abstract void listen(Delivery delivery, JmsMessage message, MessageListener listener);

  /** A consumer is about to look for more. */
  void beforeDrain() {}

  /** {@link jakarta.jms.Message#acknowledge}: nothing but in CLIENT_ACKNOWLEDGE. */
  void acknowledge() throws JMSException {}

  /** {@link jakarta.jms.Session#commit}. */
  void commit() throws JMSException {
    throw JmsExceptions.illegalState("commit: the session is not transacted");
  }

  /** {@link jakarta.jms.Session#rollback}. */
  void rollback() throws JMSException {
    throw JmsExceptions.illegalState("rollback: the session is not transacted");
  }

  /** {@link jakarta.jms.Session#recover}. */
  abstract void recover() throws JMSException;

  /** The session ends: what was seen and is not settled goes back, what was not seen too. */
  abstract void close();

  /** Its channel is closed. */
  void ended() {}

  final JmsSession session() {
    return session;
  }

  final Channel channel() {
    return session.channel();
  }

  /** The channel that settles what the session received; another's when it was assigned. */
  final Channel receipts() {
    return session.receipts();
  }

  /** Settles in one step what the session received, each for itself. Any thread. */
  final Ticket<Void> settle(List<Delivery> deliveries, Outcome outcome) {
    return receipts().settle(deliveries, outcome, receipts().autoCommit());
  }

  /** Gives back what nobody saw. Any thread. */
  final void release(List<Delivery> unseen) {
    if (!unseen.isEmpty()) {
      settle(unseen, Outcome.RELEASED);
    }
  }

  /**
   * Runs the listener. False when it threw, which is the application's mistake and is logged as
   * one; an Error too must not cost the session its thread.
   */
  final boolean returnsNormally(MessageListener listener, JmsMessage message) {
    try {
      listener.onMessage(message);
      return true;
    } catch (Throwable e) { // boundary: the application's own code
      LOG.log(
          Level.WARNING,
          "A message listener threw an exception: " + listener.getClass().getName(),
          e);
      return false;
    }
  }

  /** The same as a transaction of the channel that settles. */
  private Transaction ofReceipts(Transaction transaction) {
    return transaction.autoCommit() ? receipts().autoCommit() : transaction;
  }

  /**
   * Settles one delivery as accepted.
   *
   * @return false when it is no longer this consumer's: its queue was deleted, it was given to
   *     another, or it went with a connection that was lost, and comes again
   */
  final boolean accept(Delivery delivery, Transaction transaction) throws JMSException {
    Ticket<Void> ticket = receipts().settle(delivery, Outcome.ACCEPTED, ofReceipts(transaction));
    // An open ticket is a record on its way to the disk, which AUTO_ACKNOWLEDGE does not wait for.
    AmqpException failure = ticket.failure();
    if (failure == null) {
      return true;
    }
    if (failure.replyCode() == ReplyCode.PRECONDITION_FAILED
        || failure.replyCode() == ReplyCode.NOT_FOUND
        || failure instanceof DeliveryLostException) {
      LOG.log(Level.DEBUG, "A delivery was settled already, or is lost", failure);
      return false;
    }
    throw JmsExceptions.of(failure, "acknowledging a message");
  }

  /** The same where nobody can be told but the log. */
  final void acceptQuietly(Delivery delivery, Transaction transaction) {
    try {
      accept(delivery, transaction);
    } catch (JMSException e) {
      LOG.log(Level.DEBUG, "A message could not be acknowledged and will be delivered again", e);
    }
  }

  /** Gives back what was seen, and all that the session's consumers have buffered, in one step. */
  final Ticket<Void> giveBack(List<Delivery> seen) {
    Channel from = receipts();
    // A channel of connection consumers is shared by many sessions.
    synchronized (from) {
      return from.giveBack(seen, session.deliveries().takeUnseen());
    }
  }

  /** Waits for a give-back. */
  static void await(Ticket<Void> ticket, String doing) throws JMSException {
    try {
      ticket.await();
    } catch (AmqpException e) {
      throw JmsExceptions.of(e, doing);
    }
  }
}
