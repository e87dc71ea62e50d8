package io.bindery.itests.payara;

import jakarta.annotation.Resource;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;

/** Answers each request to the address that it names. */
@MessageDriven(
    name = ReplyBean.NAME,
    activationConfig = {
      @ActivationConfigProperty(
          propertyName = "destinationType",
          propertyValue = "jakarta.jms.Queue"),
      @ActivationConfigProperty(propertyName = "destination", propertyValue = ReplyBean.QUEUE),
    })
public class ReplyBean implements MessageListener {
  static final String NAME = "reply";
  static final String QUEUE = "it.requests";

  @Resource(lookup = Resources.FACTORY)
  private ConnectionFactory factory;

  @Override
  public void onMessage(Message request) {
    try (JMSContext context = factory.createContext()) {
      context
          .createProducer()
          .setJMSCorrelationID(request.getJMSMessageID())
          .send(request.getJMSReplyTo(), "answer to " + request.getBody(String.class));
    } catch (JMSException e) {
      throw new JMSRuntimeException("unreadable", null, e);
    }
  }
}
