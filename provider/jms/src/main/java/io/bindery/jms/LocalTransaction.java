package io.bindery.jms;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Delivery;
import io.bindery.engine.Transaction;
import io.bindery.jms.message.JmsMessage;
import jakarta.jms.JMSException;
import jakarta.jms.MessageListener;
import jakarta.jms.Session;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;

/**
 * SESSION_TRANSACTED: sends and receipts belong to a transaction, which begins with the first of
 * them.
 */
final class LocalTransaction extends SessionMode {
  private static final System.Logger LOG = System.getLogger(LocalTransaction.class.getName());

  private List<Delivery> seen = new ArrayList<>();
  private Transaction current;

  LocalTransaction(JmsSession session) {
    super(session);
  }

  @Override
  int code() {
    return Session.SESSION_TRANSACTED;
  }

  @Override
  boolean transacted() {
    return true;
  }

  @Override
  Transaction transaction() {
    if (current == null) {
      current = channel().begin();
    }
    return current;
  }

  @Override
  boolean received(Delivery delivery) throws JMSException {
    if (!accept(delivery, transaction())) {
      return false;
    }
    seen.add(delivery);
    return true;
  }

  @Override
  void listen(Delivery delivery, JmsMessage message, MessageListener listener) {
    try {
      if (received(delivery)) {
        returnsNormally(listener, message);
      }
    } catch (JMSException e) {
      LOG.log(
          Level.DEBUG,
          "A message could not be taken into the transaction and will be delivered again",
          e);
    }
  }

  @Override
  void commit() throws JMSException {
    if (current == null) {
      session().connection().checkNotFailed();
      return;
    }
    Transaction ending = current;
    current = null;
    List<Delivery> taken = seen;
    seen = new ArrayList<>();
    try {
      ending.commit().await();
    } catch (AmqpException e) {
      giveBack(taken);
      throw JmsExceptions.rolledBack(e);
    }
  }

  @Override
  void rollback() throws JMSException {
    Transaction ending = current;
    current = null;
    List<Delivery> taken = seen;
    seen = new ArrayList<>();
    if (ending != null) {
      await(ending.rollback(), "rolling back");
    }
    await(giveBack(taken), "rolling back");
  }

  @Override
  void recover() throws JMSException {
    throw JmsExceptions.illegalState("recover: the session is transacted");
  }

  @Override
  void close() {
    try {
      rollback();
    } catch (JMSException e) {
      // The engine rolls back by itself what belongs to a channel that ends.
      LOG.log(Level.DEBUG, "The rollback of a closing session failed", e);
    }
  }
}
