package io.bindery.itests.payara;

import jakarta.annotation.Resource;
import jakarta.ejb.EJBContext;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSConnectionFactory;
import jakarta.jms.JMSContext;

/** A session bean that sends: each method is a transaction of the container. */
@Stateless
@TransactionAttribute(TransactionAttributeType.REQUIRES_NEW)
public class Outbox {
  @Resource(lookup = Resources.FACTORY)
  private ConnectionFactory factory;

  @Inject
  @JMSConnectionFactory(Resources.FACTORY)
  private JMSContext injected;

  @Resource private EJBContext ejb;

  /** Sends and commits. */
  public void send(String queue, String text) {
    try (JMSContext context = factory.createContext()) {
      context.createProducer().send(context.createQueue(queue), text);
    }
  }

  /** Sends and marks the transaction for rollback. */
  public void sendAndRollBack(String queue, String text) {
    send(queue, text);
    ejb.setRollbackOnly();
  }

  /** Sends and throws. */
  public void sendAndThrow(String queue, String text) {
    send(queue, text);
    throw new IllegalStateException("after the send");
  }

  /** Sends with the injected context, and commits. */
  public void sendInjected(String queue, String text) {
    injected.createProducer().send(injected.createQueue(queue), text);
  }

  /** Sends with the injected context, and marks the transaction for rollback. */
  public void sendInjectedAndRollBack(String queue, String text) {
    sendInjected(queue, text);
    ejb.setRollbackOnly();
  }
}
