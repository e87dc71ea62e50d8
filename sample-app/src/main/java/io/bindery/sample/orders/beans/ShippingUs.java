package io.bindery.sample.orders.beans;

import io.bindery.sample.orders.Order;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;

/** Ships what goes to the United States. */
@MessageDriven(
    name = "shipping-us",
    activationConfig = {
      @ActivationConfigProperty(
          propertyName = "destinationType",
          propertyValue = "jakarta.jms.Topic"),
      @ActivationConfigProperty(propertyName = "destination", propertyValue = "orders.us.*"),
      @ActivationConfigProperty(propertyName = "subscriptionDurability", propertyValue = "Durable"),
      @ActivationConfigProperty(propertyName = "subscriptionName", propertyValue = "shipping-us"),
      @ActivationConfigProperty(propertyName = "maxSessions", propertyValue = "2")
    })
public class ShippingUs extends OrderBean {
  @Override
  void work(Order order) {
    // a real desk would print a label here
  }
}
