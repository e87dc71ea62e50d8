package io.bindery.benchmarks;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One queue, one producer, one consumer with a listener, 256-byte text, non-persistent, automatic
 * acknowledgement, in one virtual machine. Every message is counted and its order checked. Through
 * the JMS API alone, so that any provider runs it.
 *
 * <p>Arguments: a label, a connection factory's class, its URL, messages a round, rounds.
 */
public final class EndToEnd {
  private static final String BODY = "x".repeat(256);

  private final Session sending;
  private final Session receiving;
  private final int messages;

  private EndToEnd(Connection connection, int messages) throws JMSException {
    this.sending = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
    this.receiving = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
    this.messages = messages;
  }

  /** Checks one round's messages. */
  private static final class Counter implements jakarta.jms.MessageListener {
    private final CountDownLatch done = new CountDownLatch(1);
    private final AtomicReference<String> wrong = new AtomicReference<>();
    private final int expected;
    private int received;

    private Counter(int expected) {
      this.expected = expected;
    }

    @Override
    public void onMessage(Message message) {
      try {
        int number = message.getIntProperty("n");
        if (number != received || ((TextMessage) message).getText().length() != BODY.length()) {
          wrong.compareAndSet(null, "message " + number + " came in place of " + received);
        }
      } catch (JMSException e) {
        wrong.compareAndSet(null, e.toString());
      }
      received++;
      if (received == expected) {
        done.countDown();
      }
    }
  }

  private double messagesPerSecond() throws JMSException, InterruptedException {
    Queue queue = sending.createQueue("bench");
    Counter counter = new Counter(messages);
    try (MessageConsumer consumer = receiving.createConsumer(queue);
        MessageProducer producer = sending.createProducer(queue)) {
      consumer.setMessageListener(counter);
      producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
      long startNs = System.nanoTime();
      for (int i = 0; i < messages; i++) {
        TextMessage message = sending.createTextMessage(BODY);
        message.setIntProperty("n", i);
        producer.send(message);
      }
      counter.done.await();
      double rate = messages * 1e9 / (System.nanoTime() - startNs);
      if (counter.wrong.get() != null) {
        throw new JMSException("Order or content is wrong: " + counter.wrong.get());
      }
      return rate;
    }
  }

  /** Runs it; prints a row a round. */
  public static void main(String[] arguments)
      throws JMSException, InterruptedException, ReflectiveOperationException {
    ConnectionFactory factory =
        (ConnectionFactory)
            Class.forName(arguments[1]).getConstructor(String.class).newInstance(arguments[2]);
    int messages = Integer.parseInt(arguments[3]);
    int rounds = Integer.parseInt(arguments[4]);
    long startNs = System.nanoTime();
    try (Connection connection = factory.createConnection()) {
      connection.start();
      System.out.printf(
          "%-12s connected after %d ms%n", arguments[0], (System.nanoTime() - startNs) / 1_000_000);
      EndToEnd benchmark = new EndToEnd(connection, messages);
      for (int round = 1; round <= rounds; round++) {
        System.out.printf(
            "%-12s round %d of %d: %,12.0f messages/s, each once and in order%n",
            arguments[0], round, rounds, benchmark.messagesPerSecond());
      }
    }
    System.exit(0);
  }
}
