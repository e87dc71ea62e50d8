package io.bindery.itests.smoke;

import jakarta.annotation.Resource;
import jakarta.ejb.EJBContext;
import jakarta.ejb.LocalBean;
import jakarta.ejb.Stateless;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import java.util.Objects;

/** What the application sends and receives. Each method is a JTA transaction. */
@Stateless
@LocalBean
public class Desk {
  /** The queue of the message-driven bean. */
  static final String IN = "smoke.in";

  /** A property of a message: how often its bean marks the transaction for rollback. */
  static final String ROLLS_BACK = "rollsBack";

  private static final String FORWARDED = "smoke.forwarded";
  private static final long PATIENCE_MS = 30_000;

  @Resource private EJBContext context;

  @Resource(name = "jms/main")
  private ConnectionFactory main;

  @Resource(name = "jms/other")
  private ConnectionFactory other;

  /** Sends to the bean's queue. */
  public void send(String text, int rollsBack) {
    try (JMSContext jms = main.createContext()) {
      jms.createProducer().setProperty(ROLLS_BACK, rollsBack).send(jms.createQueue(IN), text);
    }
  }

  /** Sends to the bean's queue in a transaction that is rolled back. */
  public void sendAndRollBack(String text) {
    send(text, 0);
    context.setRollbackOnly();
  }

  /** Sends to the other broker. */
  public void forward(String text) {
    try (JMSContext jms = other.createContext()) {
      jms.createProducer().send(jms.createQueue(FORWARDED), text);
    }
  }

  /** Receives the next text that was forwarded; "none" after 30 s. */
  public String forwarded() {
    try (JMSContext jms = other.createContext()) {
      String text =
          jms.createConsumer(jms.createQueue(FORWARDED)).receiveBody(String.class, PATIENCE_MS);
      return Objects.requireNonNullElse(text, "none");
    }
  }
}
