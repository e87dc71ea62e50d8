package io.bindery.sample.orders;

import jakarta.annotation.Resource;
import jakarta.ejb.Local;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSConnectionFactoryDefinition;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.JMSRuntimeException;
import java.util.List;

/**
 * Publishes orders to {@code orders.<region>.<speed>}, each list in one JTA transaction: the
 * caller's, if there is one. The connection factory is defined here, once for the application.
 */
@JMSConnectionFactoryDefinition(
    name = OrderPublisher.FACTORY,
    interfaceName = "jakarta.jms.ConnectionFactory",
    resourceAdapter = "bindery",
    maxPoolSize = 20)
@Stateless
@Local(OrderChannel.class)
public class OrderPublisher implements OrderChannel {
  /** The JNDI name of the application's connection factory. */
  public static final String FACTORY = "java:app/jms/desk";

  @Resource(lookup = FACTORY)
  private ConnectionFactory factory;

  @Override
  @TransactionAttribute(TransactionAttributeType.REQUIRED)
  public void publish(String run, List<Order> orders) {
    try (JMSContext context = factory.createContext(JMSContext.SESSION_TRANSACTED)) {
      JMSProducer producer = context.createProducer();
      for (Order order : orders) {
        producer.send(context.createTopic(order.topic()), OrderMessage.of(context, run, order));
      }
    } catch (JMSException | JMSRuntimeException e) {
      throw new DeskException(
              503,
              "the broker did not take the orders: " + e.getMessage(),
              "nothing of this chunk was published; send it again")
          .causedBy(e);
    }
  }
}
