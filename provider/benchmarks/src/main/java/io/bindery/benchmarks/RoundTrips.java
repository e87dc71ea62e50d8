package io.bindery.benchmarks;

import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Requests at a fixed rate, each answered over a temporary queue, with the latency of the way there
 * and of the round trip. A latency counts from when the request was due, not from when it was sent,
 * so that a stall counts for all requests that it held up.
 */
public final class RoundTrips {
  private static final int PER_SECOND = 1_000;
  private static final int WARM_UP_S = 6;
  private static final int MEASURED_S = 10;
  private static final long SPIN_NS = 100_000;
  private static final long LONGEST_NS = 60_000_000_000L;
  private static final String BODY = "x".repeat(256);

  private final Histogram oneWay = new Histogram(LONGEST_NS, 3);
  private final Histogram roundTrip = new Histogram(LONGEST_NS, 3);
  private final AtomicInteger answered = new AtomicInteger();
  private volatile String wrong;
  private final Session requesting;
  private final MessageProducer requests;
  private final Queue answers;

  private RoundTrips(Connection connection) throws JMSException {
    Session responding = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
    MessageProducer replies = responding.createProducer(null);
    replies.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
    responding
        .createConsumer(responding.createQueue("bench.requests"))
        .setMessageListener(request -> answer(responding, replies, request));
    Session listening = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
    answers = listening.createTemporaryQueue();
    listening.createConsumer(answers).setMessageListener(this::answered);
    requesting = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
    requests = requesting.createProducer(requesting.createQueue("bench.requests"));
    requests.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
  }

  private void answer(Session session, MessageProducer replies, Message request) {
    try {
      long dueNs = request.getLongProperty("due");
      oneWay.recordValue(System.nanoTime() - dueNs);
      TextMessage reply = session.createTextMessage(((TextMessage) request).getText());
      reply.setLongProperty("due", dueNs);
      replies.send(request.getJMSReplyTo(), reply);
    } catch (JMSException e) {
      wrong = e.toString();
    }
  }

  private void answered(Message reply) {
    try {
      roundTrip.recordValue(System.nanoTime() - reply.getLongProperty("due"));
      answered.incrementAndGet();
    } catch (JMSException e) {
      wrong = e.toString();
    }
  }

  private void run(int seconds) throws JMSException {
    answered.set(0);
    int count = seconds * PER_SECOND;
    long startNs = System.nanoTime();
    for (int i = 0; i < count; i++) {
      long dueNs = startNs + i * (1_000_000_000L / PER_SECOND);
      awaitTime(dueNs);
      TextMessage request = requesting.createTextMessage(BODY);
      request.setJMSReplyTo(answers);
      request.setLongProperty("due", dueNs);
      requests.send(request);
    }
    long deadlineNs = System.nanoTime() + LONGEST_NS;
    while (answered.get() < count && wrong == null && System.nanoTime() < deadlineNs) {
      LockSupport.parkNanos(1_000_000);
    }
    if (answered.get() != count || wrong != null) {
      throw new JMSException(answered + " of " + count + " requests were answered; " + wrong);
    }
  }

  private static void awaitTime(long dueNs) {
    for (long left = dueNs - System.nanoTime(); left > 0; left = dueNs - System.nanoTime()) {
      if (left > SPIN_NS) {
        LockSupport.parkNanos(left - SPIN_NS);
      } else {
        Thread.onSpinWait();
      }
    }
  }

  private static String row(String label, String what, Histogram latencies) {
    return String.format(
        "%-10s %-11s %8.0f %8.0f %8.0f %8.0f %8.0f",
        label,
        what,
        latencies.getValueAtPercentile(50) / 1e3,
        latencies.getValueAtPercentile(90) / 1e3,
        latencies.getValueAtPercentile(99) / 1e3,
        latencies.getValueAtPercentile(99.9) / 1e3,
        latencies.getMaxValue() / 1e3);
  }

  /** Arguments: a label, a connection factory's class, its URL. */
  public static void main(String[] arguments) throws JMSException, ReflectiveOperationException {
    try (Connection connection = Measure.factory(arguments[1], arguments[2]).createConnection()) {
      connection.start();
      RoundTrips trips = new RoundTrips(connection);
      trips.run(WARM_UP_S);
      trips.oneWay.reset();
      trips.roundTrip.reset();
      trips.run(MEASURED_S);
      System.out.println(row(arguments[0], "one way", trips.oneWay));
      System.out.println(row(arguments[0], "round trip", trips.roundTrip));
    }
    System.exit(0);
  }
}
