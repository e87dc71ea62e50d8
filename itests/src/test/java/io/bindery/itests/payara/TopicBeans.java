package io.bindery.itests.payara;

import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;

/** Beans on shared durable subscriptions, with several sessions each. */
final class TopicBeans {
  private TopicBeans() {}

  private static void note(String bean, Message message) {
    try {
      Inbox.note(bean, message);
    } catch (JMSException e) {
      throw new JMSRuntimeException("unreadable", null, e);
    }
  }

  /** On any number of words. */
  @MessageDriven(
      name = Everything.NAME,
      activationConfig = {
        @ActivationConfigProperty(
            propertyName = "destinationType",
            propertyValue = "jakarta.jms.Topic"),
        @ActivationConfigProperty(propertyName = "destination", propertyValue = "it.orders.#"),
        @ActivationConfigProperty(
            propertyName = "subscriptionDurability",
            propertyValue = "Durable"),
        @ActivationConfigProperty(propertyName = "subscriptionName", propertyValue = "everything"),
      })
  public static class Everything implements MessageListener {
    static final String NAME = "everything";

    @Override
    public void onMessage(Message message) {
      note(NAME, message);
    }
  }

  /** On one word. */
  @MessageDriven(
      name = Europe.NAME,
      activationConfig = {
        @ActivationConfigProperty(
            propertyName = "destinationType",
            propertyValue = "jakarta.jms.Topic"),
        @ActivationConfigProperty(propertyName = "destination", propertyValue = "it.orders.eu.*"),
        @ActivationConfigProperty(
            propertyName = "subscriptionDurability",
            propertyValue = "Durable"),
        @ActivationConfigProperty(propertyName = "subscriptionName", propertyValue = "europe"),
      })
  public static class Europe implements MessageListener {
    static final String NAME = "europe";

    @Override
    public void onMessage(Message message) {
      note(NAME, message);
    }
  }

  /** With a selector. */
  @MessageDriven(
      name = Dear.NAME,
      activationConfig = {
        @ActivationConfigProperty(
            propertyName = "destinationType",
            propertyValue = "jakarta.jms.Topic"),
        @ActivationConfigProperty(propertyName = "destination", propertyValue = "it.orders.#"),
        @ActivationConfigProperty(propertyName = "messageSelector", propertyValue = "amount > 100"),
        @ActivationConfigProperty(
            propertyName = "subscriptionDurability",
            propertyValue = "Durable"),
        @ActivationConfigProperty(propertyName = "subscriptionName", propertyValue = "dear"),
      })
  public static class Dear implements MessageListener {
    static final String NAME = "dear";

    @Override
    public void onMessage(Message message) {
      note(NAME, message);
    }
  }
}
