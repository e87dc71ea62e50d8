package io.bindery.sample.orders.beans;

import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the page shows of a message-driven bean, read from the bean's own annotation.
 *
 * @param name of the bean
 * @param pattern the topic pattern, or the queue's name for a bean on a queue
 * @param selector or an empty string
 * @param queue the broker's queue that feeds the bean
 */
public record BeanCard(
    String name, boolean onTopic, String pattern, String selector, String queue) {
  /**
   * How the broker names the queue of a shared durable subscription without a client identifier.
   */
  private static final String SUBSCRIPTION_PREFIX = "sub/";

  /** All beans of the desk, as the page lists them. */
  public static final List<BeanCard> ALL =
      List.of(
          of(Billing.class),
          of(ShippingEu.class),
          of(ShippingUs.class),
          of(ShippingAsia.class),
          of(ExpressDesk.class),
          of(Audit.class),
          of(PriceDesk.class));

  private static BeanCard of(Class<?> bean) {
    Map<String, String> properties = new HashMap<>();
    for (ActivationConfigProperty property : annotation(bean).activationConfig()) {
      properties.put(property.propertyName(), property.propertyValue());
    }
    String subscription = properties.get("subscriptionName");
    String destination = properties.get("destination");
    return new BeanCard(
        annotation(bean).name(),
        subscription != null,
        destination,
        properties.getOrDefault("messageSelector", ""),
        subscription == null ? destination : SUBSCRIPTION_PREFIX + subscription);
  }

  /** The name of the bean that this class, or the container's subclass of it, makes. */
  static String nameOf(Class<?> type) {
    return annotation(type).name();
  }

  private static MessageDriven annotation(Class<?> type) {
    for (Class<?> at = type; at != null; at = at.getSuperclass()) {
      MessageDriven found = at.getDeclaredAnnotation(MessageDriven.class);
      if (found != null) {
        return found;
      }
    }
    throw new IllegalArgumentException(type + " is no message-driven bean");
  }
}
