package io.bindery.itests.smoke;

import jakarta.annotation.Resource;
import jakarta.ejb.EJBContext;
import jakarta.ejb.LocalBean;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import jakarta.jms.JMSConnectionFactory;
import jakarta.jms.JMSContext;

/** Sends with an injected context, which belongs to the transaction. Not every server has it. */
@Stateless
@LocalBean
public class Injected {
  @Inject
  @JMSConnectionFactory("java:comp/env/jms/main")
  private JMSContext jms;

  @Resource private EJBContext context;

  /** Sends to the bean's queue, and rolls back if that is wanted. */
  public void send(String text, boolean rollBack) {
    jms.createProducer().setProperty(Desk.ROLLS_BACK, 0).send(jms.createQueue(Desk.IN), text);
    if (rollBack) {
      context.setRollbackOnly();
    }
  }
}
