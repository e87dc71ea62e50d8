package io.bindery.itests.smoke;

import jakarta.annotation.Resource;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJB;
import jakarta.ejb.EJBException;
import jakarta.ejb.MessageDriven;
import jakarta.ejb.MessageDrivenContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;

/**
 * Takes messages from a queue of one broker and sends them on to a queue of another in the same
 * transaction, which so has two resources. A message says how often it is to be rolled back.
 */
@MessageDriven(
    name = "forwarder",
    activationConfig = {
      @ActivationConfigProperty(
          propertyName = "destinationType",
          propertyValue = "jakarta.jms.Queue"),
      @ActivationConfigProperty(propertyName = "destination", propertyValue = Desk.IN),
      @ActivationConfigProperty(propertyName = "maxSessions", propertyValue = "1"),
      @ActivationConfigProperty(propertyName = "redeliveryDelayMs", propertyValue = "10"),
    })
public class Forwarder implements MessageListener {
  @Resource private MessageDrivenContext context;
  @EJB private Desk desk;

  @Override
  public void onMessage(Message message) {
    try {
      Inbox.note(message);
      desk.forward(message.getBody(String.class));
      if (message.getIntProperty("JMSXDeliveryCount") <= message.getIntProperty(Desk.ROLLS_BACK)) {
        context.setRollbackOnly();
      }
    } catch (JMSException e) {
      throw new EJBException(e);
    }
  }
}
