package io.bindery.itests.payara;

import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;

/** Names its queue by the JNDI name of an administered object. */
@MessageDriven(
    name = LookupBean.NAME,
    activationConfig = {
      @ActivationConfigProperty(
          propertyName = "destinationType",
          propertyValue = "jakarta.jms.Queue"),
      @ActivationConfigProperty(
          propertyName = "destinationLookup",
          propertyValue = Resources.LOOKED_UP),
    })
public class LookupBean implements MessageListener {
  static final String NAME = "lookup";

  @Override
  public void onMessage(Message message) {
    try {
      Inbox.note(NAME, message);
    } catch (JMSException e) {
      throw new JMSRuntimeException("unreadable", null, e);
    }
  }
}
