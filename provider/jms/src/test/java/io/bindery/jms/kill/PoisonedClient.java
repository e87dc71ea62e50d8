package io.bindery.jms.kill;

import io.bindery.jms.BinderyConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.concurrent.SynchronousQueue;

/**
 * Sends messages to a queue, or listens to it in its own virtual machine, which one message kills;
 * says what it received, and ends when the last one came.
 */
final class PoisonedClient {
  static final String QUEUE = "q";
  static final String POISON = "poison";
  static final String LAST = "last";

  private PoisonedClient() {}

  /** The URI, and the texts to send; without any it listens. */
  public static void main(String[] arguments) throws JMSException, InterruptedException {
    try (Connection connection = new BinderyConnectionFactory(arguments[0]).createConnection()) {
      Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
      if (arguments.length > 1) {
        MessageProducer producer = session.createProducer(session.createQueue(QUEUE));
        for (int i = 1; i < arguments.length; i++) {
          producer.send(session.createTextMessage(arguments[i]));
        }
        return;
      }
      SynchronousQueue<String> last = new SynchronousQueue<>();
      MessageConsumer consumer = session.createConsumer(session.createQueue(QUEUE));
      consumer.setMessageListener(message -> received((TextMessage) message, last));
      connection.start();
      last.take();
    }
  }

  private static void received(TextMessage message, SynchronousQueue<String> last) {
    try {
      String text = message.getText();
      if (text.equals(POISON)) {
        Runtime.getRuntime().halt(1);
      }
      System.out.println(text);
      if (text.equals(LAST)) {
        last.put(text);
      }
    } catch (JMSException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
