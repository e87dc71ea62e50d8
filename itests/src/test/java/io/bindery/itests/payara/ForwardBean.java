package io.bindery.itests.payara;

import jakarta.annotation.Resource;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;
import jakarta.ejb.MessageDrivenContext;
import jakarta.inject.Inject;
import jakarta.jms.JMSConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.transaction.RollbackException;
import jakarta.transaction.SystemException;
import jakarta.transaction.TransactionManager;

/**
 * Takes a message and sends it on, in one transaction. The first time it does not commit: as the
 * message wants it, the bean marks the transaction for rollback or another resource votes against.
 */
@MessageDriven(
    name = ForwardBean.NAME,
    activationConfig = {
      @ActivationConfigProperty(
          propertyName = "destinationType",
          propertyValue = "jakarta.jms.Queue"),
      @ActivationConfigProperty(propertyName = "destination", propertyValue = ForwardBean.QUEUE),
      @ActivationConfigProperty(propertyName = "redeliveryDelayMs", propertyValue = "10"),
    })
public class ForwardBean implements MessageListener {
  static final String NAME = "forward";
  static final String QUEUE = "it.forward";
  static final String TARGET = "it.forwarded";

  /** A property of a message: how often a second resource of the transaction votes against it. */
  static final String VETOED = "vetoed";

  @Inject
  @JMSConnectionFactory(Resources.FACTORY)
  private JMSContext jms;

  @Resource private MessageDrivenContext context;

  @Resource(lookup = "java:appserver/TransactionManager")
  private TransactionManager transactions;

  @Override
  public void onMessage(Message message) {
    try {
      Inbox.note(NAME, message);
      jms.createProducer().send(jms.createQueue(TARGET), message.getBody(String.class));
      if (message.propertyExists(VETOED)) {
        boolean vote = !QueueBean.wants(message, VETOED);
        transactions.getTransaction().enlistResource(new VotingResource(vote));
      }
      if (QueueBean.wants(message, QueueBean.ROLLS_BACK)) {
        context.setRollbackOnly();
      }
    } catch (JMSException e) {
      throw new JMSRuntimeException("unreadable", null, e);
    } catch (SystemException | RollbackException e) {
      throw new IllegalStateException("the second resource could not be enlisted", e);
    }
  }
}
