package io.bindery.sample.orders.beans;

import io.bindery.sample.orders.Order;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Bills every order. It cannot bill poison, as long as nobody has repaired it: such an order comes
 * again, and goes to the dead letters after ten failures.
 */
@MessageDriven(
    name = "billing",
    activationConfig = {
      @ActivationConfigProperty(
          propertyName = "destinationType",
          propertyValue = "jakarta.jms.Topic"),
      @ActivationConfigProperty(propertyName = "destination", propertyValue = "orders.#"),
      @ActivationConfigProperty(propertyName = "subscriptionDurability", propertyValue = "Durable"),
      @ActivationConfigProperty(propertyName = "subscriptionName", propertyValue = "billing"),
      @ActivationConfigProperty(propertyName = "redeliveryDelayMs", propertyValue = "20"),
      // what fails here is the order, and the database is in this process: so do not pause
      @ActivationConfigProperty(propertyName = "pauseAfterFailures", propertyValue = "0"),
      @ActivationConfigProperty(propertyName = "maxSessions", propertyValue = "4")
    })
public class Billing extends OrderBean {
  /** The item that billing cannot bill. */
  public static final String POISON = "poison";

  private static final Logger LOG = System.getLogger(Billing.class.getName());

  @Inject private Repair repair;

  @Override
  void work(Order order) {
    if (POISON.equals(order.item()) && !repair.done()) {
      UnbillableOrderException poison = new UnbillableOrderException(order.id());
      LOG.log(Level.WARNING, poison.getMessage());
      throw poison;
    }
  }
}
