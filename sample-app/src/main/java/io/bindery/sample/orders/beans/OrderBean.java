package io.bindery.sample.orders.beans;

import io.bindery.sample.orders.Order;
import io.bindery.sample.orders.OrderMessage;
import jakarta.annotation.Resource;
import jakarta.ejb.EJBException;
import jakarta.inject.Inject;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.transaction.TransactionSynchronizationRegistry;

/**
 * What all beans that work on orders share: read the order, do the work, and record the order's
 * identifier when the transaction has ended. So an order whose transaction rolled back is not
 * recorded as done, and comes again.
 */
abstract class OrderBean implements MessageListener {
  @Inject private Recorder recorder;

  @Resource(lookup = "java:comp/TransactionSynchronizationRegistry")
  private TransactionSynchronizationRegistry transactions;

  @Override
  public void onMessage(Message message) {
    try {
      OrderMessage.Received received = OrderMessage.read(message);
      recorder.delivered(name(), received.run(), received.redelivered());
      transactions.registerInterposedSynchronization(
          new RecordAtEnd(recorder, name(), received.run(), received.order().id()));
      work(received.order());
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
