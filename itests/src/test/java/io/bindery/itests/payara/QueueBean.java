package io.bindery.itests.payara;

import jakarta.annotation.Resource;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJBException;
import jakarta.ejb.MessageDriven;
import jakarta.ejb.MessageDrivenContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;

/**
 * Takes messages from a queue in transactions. A message says how often the bean is to fail on it,
 * and how.
 */
@MessageDriven(
    name = "queue-bean",
    activationConfig = {
      @ActivationConfigProperty(
          propertyName = "destinationType",
          propertyValue = "jakarta.jms.Queue"),
      @ActivationConfigProperty(propertyName = "destination", propertyValue = QueueBean.QUEUE),
      @ActivationConfigProperty(propertyName = "redeliveryDelayMs", propertyValue = "10"),
      @ActivationConfigProperty(propertyName = "pauseAfterFailures", propertyValue = "0"),
    })
public class QueueBean implements MessageListener {
  static final String NAME = "queue-bean";
  static final String QUEUE = "it.in";

  /** A property of a message: how often the bean throws. */
  static final String THROWS = "throws";

  /** A property of a message: how often the bean marks its transaction for rollback. */
  static final String ROLLS_BACK = "rollsBack";

  @Resource private MessageDrivenContext context;

  @Override
  public void onMessage(Message message) {
    try {
      Inbox.note(NAME, message);
      int count = message.getIntProperty("JMSXDeliveryCount");
      if (message.propertyExists(ROLLS_BACK) && count <= message.getIntProperty(ROLLS_BACK)) {
        context.setRollbackOnly();
      }
      if (message.propertyExists(THROWS) && count <= message.getIntProperty(THROWS)) {
        throw new IllegalStateException("the message wants it so");
      }
    } catch (JMSException e) {
      throw new EJBException(e);
    }
  }
}
