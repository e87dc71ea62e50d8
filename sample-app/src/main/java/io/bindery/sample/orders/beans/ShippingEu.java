package io.bindery.sample.orders.beans;

import io.bindery.sample.orders.Order;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;

/** Ships what goes to Europe. */
@MessageDriven(
    name = "shipping-eu",
    activationConfig = {
      @ActivationConfigProperty(
          propertyName = "destinationType",
          propertyValue = "jakarta.jms.Topic"),
      @ActivationConfigProperty(propertyName = "destination", propertyValue = "orders.eu.*"),
      @ActivationConfigProperty(propertyName = "subscriptionDurability", propertyValue = "Durable"),
      @ActivationConfigProperty(propertyName = "subscriptionName", propertyValue = "shipping-eu"),
      @ActivationConfigProperty(propertyName = "maxSessions", propertyValue = "2")
    })
public class ShippingEu extends OrderBean {
  @Override
  void work(Order order) {
    // a real desk would print a label here
  }
}
