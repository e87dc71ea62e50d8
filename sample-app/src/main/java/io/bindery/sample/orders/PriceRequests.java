package io.bindery.sample.orders;

import io.bindery.sample.orders.beans.PriceDesk;
import jakarta.annotation.Resource;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * Asks the price desk over a queue and waits for the reply in a temporary queue. Outside of a
 * transaction: in one, the request would leave only at its end, and the reply could not come.
 */
@Stateless
public class PriceRequests {
  @Resource(lookup = OrderPublisher.FACTORY)
  private ConnectionFactory factory;

  /**
   * The price of so many of an item; empty if the desk does not sell it.
   *
   * @throws DeskException if no reply came in {@link Limits#PRICE_TIMEOUT_MS}
   */
  @TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
  public Optional<BigDecimal> ask(String item, int quantity) {
    try (JMSContext context = factory.createContext()) {
      TemporaryQueue replies = context.createTemporaryQueue();
      Message request = context.createMessage();
      request.setStringProperty("item", item);
      request.setIntProperty("quantity", quantity);
      request.setJMSReplyTo(replies);
      context
          .createProducer()
          .setTimeToLive(Limits.PRICE_TIMEOUT_MS)
          .send(context.createQueue(PriceDesk.QUEUE), request);
      Message reply;
      try (var consumer = context.createConsumer(replies)) {
        reply = consumer.receive(Limits.PRICE_TIMEOUT_MS);
      }
      replies.delete();
      return read(reply);
    } catch (JMSException | JMSRuntimeException e) {
      throw new DeskException(
              503, "the price request could not be sent: " + e.getMessage(), "try again")
          .causedBy(e);
    }
  }

  private static Optional<BigDecimal> read(Message reply) throws JMSException {
    if (reply == null) {
      throw new DeskException(
          504, "no price came in " + Limits.PRICE_TIMEOUT_MS + " ms", "try again");
    }
    return Optional.ofNullable(((TextMessage) reply).getText()).map(BigDecimal::new);
  }
}
