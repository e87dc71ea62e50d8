package io.bindery.sample.orders.beans;

import io.bindery.sample.orders.Order;
import io.bindery.sample.orders.OrderMessage;
import io.bindery.sample.orders.database.Ledger;
import jakarta.annotation.Resource;
import jakarta.ejb.EJBException;
import jakarta.inject.Inject;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.transaction.TransactionSynchronizationRegistry;

/**
 * What all beans that work on orders share: read the order, do the work, and record it in the
 * database, all in the transaction that takes the message from its queue. So an order whose
 * transaction rolled back is not recorded as done, and comes again; and one that is recorded does
 * not, even if the server dies in between.
 */
abstract class OrderBean implements MessageListener {
  @Inject private Recorder recorder;
  @Inject private Ledger ledger;

  @Resource(lookup = "java:comp/TransactionSynchronizationRegistry")
  private TransactionSynchronizationRegistry transactions;

  @Override
  public void onMessage(Message message) {
    try {
      OrderMessage.Received received = OrderMessage.read(message);
      recorder.delivered(name(), received.run(), received.redelivered());
      RecordAtEnd end = new RecordAtEnd(recorder, name(), received.run(), received.order().id());
      transactions.registerInterposedSynchronization(end);
      work(received.order());
      end.recorded(ledger.record(name(), received.run(), received.order().id()));
    } catch (JMSException e) {
      throw new EJBException("the message could not be read", e);
    }
  }

  /** The work; throws what keeps the order from being done, then the message comes again. */
  abstract void work(Order order);

  private String name() {
    return BeanCard.nameOf(getClass());
  }
}
