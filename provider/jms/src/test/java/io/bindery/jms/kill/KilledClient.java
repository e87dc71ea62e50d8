package io.bindery.jms.kill;

import io.bindery.jms.BinderyConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.ArrayList;
import java.util.List;

/**
 * Works with a broker in its own virtual machine until that is killed, and says what it did, a line
 * each: {@code sent}, {@code received} with the redelivered flag, {@code acknowledged}, {@code
 * committing} and {@code committed}, with the message's text behind. A line that is cut off does
 * not end with a full stop.
 */
final class KilledClient {
  static final String QUEUE = "q";
  static final String OUT = "out";
  static final String COPY = "copy-";

  /** Small segments, so that many are filled, freed and used again. */
  static final String SETTINGS = "&segment=256k";

  private static final int PRODUCERS = 3;
  private static final int BATCH = 10;
  private static final int DRAINED_MS = 1_000;

  private final Connection connection;

  private KilledClient(Connection connection) {
    this.connection = connection;
  }

  /** The URI, a name for this life, and {@code work} or {@code drain}. */
  public static void main(String[] arguments) throws JMSException {
    try (Connection connection = new BinderyConnectionFactory(arguments[0]).createConnection()) {
      connection.start();
      KilledClient client = new KilledClient(connection);
      if (arguments[2].equals("drain")) {
        client.drain(QUEUE);
        client.drain(OUT);
        return;
      }
      for (int i = 0; i < PRODUCERS; i++) {
        String name = arguments[1] + "-" + i + "-";
        new Thread(() -> forever(() -> client.produce(name))).start();
      }
      new Thread(() -> forever(client::copy)).start();
      client.consume();
    }
  }

  private interface Work {
    void run() throws JMSException;
  }

  private static void forever(Work work) {
    try {
      work.run();
    } catch (JMSException e) {
      say("failed", e.toString());
    }
  }

  private static void say(String what, String text) {
    synchronized (System.out) {
      System.out.println(what + " " + text + ".");
      System.out.flush();
    }
  }

  private void produce(String name) throws JMSException {
    Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
    MessageProducer producer = session.createProducer(session.createQueue(QUEUE));
    for (int i = 0; ; i++) {
      producer.send(session.createTextMessage(name + i));
      say("sent", name + i);
    }
  }

  private static String received(Message message) throws JMSException {
    String text = ((TextMessage) message).getText();
    say(message.getJMSRedelivered() ? "received-again" : "received", text);
    return text;
  }

  private void consume() throws JMSException {
    Session session = connection.createSession(false, Session.CLIENT_ACKNOWLEDGE);
    MessageConsumer consumer = session.createConsumer(session.createQueue(QUEUE));
    List<String> batch = new ArrayList<>();
    while (true) {
      Message message = consumer.receive();
      batch.add(received(message));
      if (batch.size() == BATCH) {
        message.acknowledge();
        batch.forEach(each -> say("acknowledged", each));
        batch.clear();
      }
    }
  }

  private void copy() throws JMSException {
    Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
    MessageConsumer consumer = session.createConsumer(session.createQueue(QUEUE));
    MessageProducer producer = session.createProducer(session.createQueue(OUT));
    while (true) {
      String text = received(consumer.receive());
      producer.send(session.createTextMessage(COPY + text));
      say("committing", text);
      session.commit();
      say("committed", text);
    }
  }

  private void drain(String queue) throws JMSException {
    Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
    MessageConsumer consumer = session.createConsumer(session.createQueue(queue));
    for (Message next = consumer.receive(DRAINED_MS);
        next != null;
        next = consumer.receive(DRAINED_MS)) {
      received(next);
    }
    consumer.close();
  }
}
