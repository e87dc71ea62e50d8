package io.bindery.jms;

import io.bindery.engine.Delivery;
import io.bindery.engine.Transaction;
import io.bindery.jms.message.JmsMessage;
import jakarta.jms.JMSException;
import jakarta.jms.MessageListener;
import jakarta.jms.Session;
import jakarta.jms.TransactionInProgressException;
import java.lang.System.Logger.Level;
import javax.transaction.xa.Xid;

/**
 * The mode of an XA session (Jakarta Messaging 11.3): sends and receipts belong to the branch that
 * its resource was started for; outside of a branch each stands for itself, as with
 * AUTO_ACKNOWLEDGE.
 */
final class XaTransaction extends SessionMode implements BinderyXaResource.Association {
  private static final System.Logger LOG = System.getLogger(XaTransaction.class.getName());

  private final AutoAcknowledge outside;
  private final XaDeliveries deliveries;
  private volatile Work work;

  XaTransaction(JmsSession session) {
    super(session);
    outside = new AutoAcknowledge(session);
    deliveries = XaDeliveries.of(session.channel().connection().engine());
  }

  @Override
  public void associated(Xid xid, Transaction transaction) {
    work = new Work(xid, transaction);
  }

  @Override
  public void dissociated(Xid xid) {
    session().completions().awaitEmpty();
    work = null;
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
    Work now = work;
    return now == null ? outside.transaction() : now.transaction();
  }

  /** One at a time, because what a slow transaction holds nobody else can have. */
  @Override
  int batch(int prefetch) {
    return 1;
  }

  @Override
  boolean keepsUnreadable() {
    return work == null;
  }

  @Override
  boolean received(Delivery delivery) throws JMSException {
    Work now = work;
    if (now == null) {
      return outside.received(delivery);
    }
    if (!accept(delivery, now.transaction())) {
      return false;
    }
    deliveries.add(now.xid(), receipts(), delivery);
    return true;
  }

  @Override
  void listen(Delivery delivery, JmsMessage message, MessageListener listener) {
    if (work == null) {
      outside.listen(delivery, message, listener);
      return;
    }
    try {
      if (received(delivery)) {
        returnsNormally(listener, message);
      }
    } catch (JMSException e) {
      LOG.log(
          Level.DEBUG,
          "A message could not be taken into the branch and will be delivered again",
          e);
    }
  }

  @Override
  void commit() throws JMSException {
    throw new TransactionInProgressException(
        "commit: the session's transactions are its XAResource's");
  }

  @Override
  void rollback() throws JMSException {
    throw new TransactionInProgressException(
        "rollback: the session's transactions are its XAResource's");
  }

  @Override
  void recover() throws JMSException {
    throw JmsExceptions.illegalState("recover: the session is transacted");
  }

  @Override
  void close() {
    outside.close();
  }

  @Override
  void ended() {
    deliveries.forget(channel()::equals);
  }

  private record Work(Xid xid, Transaction transaction) {}
}
