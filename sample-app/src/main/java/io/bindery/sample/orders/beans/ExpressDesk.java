package io.bindery.sample.orders.beans;

import io.bindery.sample.orders.Order;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;

/** Hurries express orders of all regions. */
@MessageDriven(
    name = "express",
    activationConfig = {
      @ActivationConfigProperty(
          propertyName = "destinationType",
          propertyValue = "jakarta.jms.Topic"),
      @ActivationConfigProperty(propertyName = "destination", propertyValue = "orders.*.express"),
      @ActivationConfigProperty(propertyName = "subscriptionDurability", propertyValue = "Durable"),
      @ActivationConfigProperty(propertyName = "subscriptionName", propertyValue = "express"),
      @ActivationConfigProperty(propertyName = "maxSessions", propertyValue = "2")
    })
public class ExpressDesk extends OrderBean {
  @Override
  void work(Order order) {
    // a real desk would call a courier here
  }
}
