package io.bindery.sample.orders.beans;

import io.bindery.sample.orders.Order;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;

/** Sees orders above 1,000 only: the broker evaluates the selector when it routes. */
@MessageDriven(
    name = "audit",
    activationConfig = {
      @ActivationConfigProperty(
          propertyName = "destinationType",
          propertyValue = "jakarta.jms.Topic"),
      @ActivationConfigProperty(propertyName = "destination", propertyValue = "orders.#"),
      @ActivationConfigProperty(propertyName = "subscriptionDurability", propertyValue = "Durable"),
      @ActivationConfigProperty(propertyName = "subscriptionName", propertyValue = "audit"),
      @ActivationConfigProperty(propertyName = "messageSelector", propertyValue = "amount > 1000"),
      @ActivationConfigProperty(propertyName = "maxSessions", propertyValue = "2")
    })
public class Audit extends OrderBean {
  @Override
  void work(Order order) {
    // a real desk would file a report here
  }
}
