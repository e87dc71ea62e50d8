package io.bindery.itests.payara;

import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;

/** Takes messages from a queue outside transactions; acknowledged when it returns. */
@MessageDriven(
    name = PlainBean.NAME,
    activationConfig = {
      @ActivationConfigProperty(
          propertyName = "destinationType",
          propertyValue = "jakarta.jms.Queue"),
      @ActivationConfigProperty(propertyName = "destination", propertyValue = PlainBean.QUEUE),
      @ActivationConfigProperty(propertyName = "redeliveryDelayMs", propertyValue = "10"),
    })
@TransactionManagement(TransactionManagementType.BEAN)
public class PlainBean implements MessageListener {
  static final String NAME = "plain-bean";
  static final String QUEUE = "it.plain";

  @Override
  public void onMessage(Message message) {
    try {
      Inbox.note(NAME, message);
      if (QueueBean.wants(message, QueueBean.THROWS)) {
        throw new IllegalStateException("the message wants it so");
      }
    } catch (JMSException e) {
      throw new JMSRuntimeException("unreadable", null, e);
    }
  }
}
