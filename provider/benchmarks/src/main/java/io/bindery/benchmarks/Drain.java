package io.bindery.benchmarks;

import io.bindery.benchmarks.DurableQueue.Receiving;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;
import java.util.concurrent.locks.LockSupport;

/** A consumer with a listener. */
final class Drain implements AutoCloseable {
  private static final long PATIENCE_NS = 100_000_000_000L;
  private static final long LOOK_NS = 50_000;

  private final Check check;
  private final Receiving how;
  private final Session session;
  private int unacknowledged;

  Drain(Connection connection, String queue, Check check, Receiving how) throws JMSException {
    this.check = check;
    this.how = how;
    session = connection.createSession(how.transacted(), how.mode());
    session.createConsumer(session.createQueue(queue)).setMessageListener(this::onMessage);
  }

  private void onMessage(Message message) {
    try {
      check.received(message);
      unacknowledged++;
      if (unacknowledged == how.batch()) {
        unacknowledged = 0;
        if (how.transacted()) {
          session.commit();
        } else if (how.mode() == Session.CLIENT_ACKNOWLEDGE) {
          message.acknowledge();
        }
      }
    } catch (JMSException e) {
      check.wrong(e.toString());
    }
    check.counted();
  }

  /** Waits until so many were received and acknowledged, or not one more comes. */
  void await(long messages) {
    long before = -1;
    long deadlineNs = 0;
    while (check.count() < messages && !check.isWrong()) {
      long now = check.count();
      if (now != before) {
        before = now;
        deadlineNs = System.nanoTime() + PATIENCE_NS;
      } else if (System.nanoTime() > deadlineNs) {
        return;
      }
      LockSupport.parkNanos(LOOK_NS);
    }
  }

  @Override
  public void close() throws JMSException {
    session.close();
  }
}
