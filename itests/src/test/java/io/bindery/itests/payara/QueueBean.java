package io.bindery.itests.payara;

import jakarta.annotation.Resource;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;
import jakarta.ejb.MessageDrivenContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;

/**
 * Takes messages from a queue in transactions. A message says how often the bean is to fail on it,
 * and how.
 */
@MessageDriven(
    name = QueueBean.NAME,
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
      if (wants(message, ROLLS_BACK)) {
        context.setRollbackOnly();
      }
      if (wants(message, THROWS)) {
        throw new IllegalStateException("the message wants it so");
      }
    } catch (JMSException e) {
      throw new JMSRuntimeException("unreadable", null, e);
    }
  }

  /** Whether this delivery is one of those on which the message wants a failure of this kind. */
  static boolean wants(Message message, String failure) throws JMSException {
    return message.propertyExists(failure)
        && message.getIntProperty("JMSXDeliveryCount") <= message.getIntProperty(failure);
  }
}
