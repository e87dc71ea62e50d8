package io.bindery.sample.orders.beans;

import io.bindery.sample.orders.Order;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;

/** Ships what goes to Asia. */
@MessageDriven(
    name = "shipping-asia",
    activationConfig = {
      @ActivationConfigProperty(
          propertyName = "destinationType",
          propertyValue = "jakarta.jms.Topic"),
      @ActivationConfigProperty(propertyName = "destination", propertyValue = "orders.asia.*"),
      @ActivationConfigProperty(propertyName = "subscriptionDurability", propertyValue = "Durable"),
      @ActivationConfigProperty(propertyName = "subscriptionName", propertyValue = "shipping-asia"),
      @ActivationConfigProperty(propertyName = "maxSessions", propertyValue = "2")
    })
public class ShippingAsia extends OrderBean {
  @Override
  void work(Order order) {
    // a real desk would print a label here
  }
}
