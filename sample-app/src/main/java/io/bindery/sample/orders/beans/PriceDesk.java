package io.bindery.sample.orders.beans;

import io.bindery.sample.orders.OrderPublisher;
import io.bindery.sample.orders.PriceList;
import io.bindery.sample.orders.database.Ledger;
import jakarta.annotation.Resource;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJBException;
import jakarta.ejb.MessageDriven;
import jakarta.inject.Inject;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * Answers price requests to the address in {@code JMSReplyTo}. The request is taken, recorded and
 * the reply sent in one transaction.
 */
@MessageDriven(
    name = "price-desk",
    activationConfig = {
      @ActivationConfigProperty(
          propertyName = "destinationType",
          propertyValue = "jakarta.jms.Queue"),
      @ActivationConfigProperty(propertyName = "destination", propertyValue = PriceDesk.QUEUE),
      @ActivationConfigProperty(propertyName = "maxSessions", propertyValue = "2")
    })
public class PriceDesk implements MessageListener {
  /** The queue of price requests. */
  public static final String QUEUE = "prices";

  private static final String NAME = "price-desk";

  @Resource(lookup = OrderPublisher.FACTORY)
  private ConnectionFactory factory;

  @Resource(lookup = "java:comp/TransactionSynchronizationRegistry")
  private TransactionSynchronizationRegistry transactions;

  @Inject private Recorder recorder;
  @Inject private Ledger ledger;

  @Override
  public void onMessage(Message request) {
    try (JMSContext context = factory.createContext()) {
      RecordAtEnd end = new RecordAtEnd(recorder, NAME, NAME, request.getJMSMessageID());
      transactions.registerInterposedSynchronization(end);
      end.recorded(ledger.record(NAME, NAME, request.getJMSMessageID()));
      if (request.getJMSReplyTo() != null) {
        context.createProducer().send(request.getJMSReplyTo(), reply(context, request));
      }
    } catch (JMSException e) {
      throw new EJBException("the price request could not be read or answered", e);
    }
  }

  private static Message reply(JMSContext context, Message request) throws JMSException {
    Optional<BigDecimal> quote =
        PriceList.quote(request.getStringProperty("item"), request.getIntProperty("quantity"));
    Message reply = context.createTextMessage(quote.map(BigDecimal::toPlainString).orElse(null));
    reply.setJMSCorrelationID(request.getJMSMessageID());
    return reply;
  }
}
