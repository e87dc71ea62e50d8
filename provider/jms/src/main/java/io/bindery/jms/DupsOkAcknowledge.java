package io.bindery.jms;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Delivery;
import io.bindery.engine.DeliveryLostException;
import io.bindery.engine.Outcome;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;

/**
 * DUPS_OK_ACKNOWLEDGE: like AUTO, but settled some at a time, at the latest before the next look
 * for more.
 */
final class DupsOkAcknowledge extends AutoAcknowledge {
  private static final int MAX_PENDING = 32;

  private final List<Delivery> pending = new ArrayList<>(MAX_PENDING);

  DupsOkAcknowledge(JmsSession session) {
    super(session);
  }

  @Override
  int code() {
    return Session.DUPS_OK_ACKNOWLEDGE;
  }

  @Override
  boolean received(Delivery delivery) {
    processed(delivery);
    return true;
  }

  @Override
  void processed(Delivery delivery) {
    pending.add(delivery);
    if (pending.size() >= MAX_PENDING) {
      flush();
    }
  }

  @Override
  void beforeDrain() {
    flush();
  }

  @Override
  void recover() throws JMSException {
    flush();
    super.recover();
  }

  @Override
  void close() {
    flush();
    super.close();
  }

  private void flush() {
    if (pending.isEmpty()) {
      return;
    }
    // One by one, and nobody waits for the disk: whether they come again is not promised.
    pending.forEach(each -> receipts().settle(each, Outcome.ACCEPTED, receipts().autoCommit()));
    pending.clear();
  }

  /**
   * Settles all that can be; what a deleted queue took along is passed over.
   *
   * @return a {@link DeliveryLostException} when all is settled but what a lost connection took
   *     along; null when that took nothing
   */
  static AmqpException acceptAll(SessionMode mode, List<Delivery> deliveries) {
    Ticket<Void> all = mode.settle(List.copyOf(deliveries), Outcome.ACCEPTED);
    AmqpException failure = failureOf(all);
    if (failure == null || !(isGone(failure) || failure instanceof DeliveryLostException)) {
      return failure;
    }
    AmqpException lost = null;
    for (Delivery each : deliveries) {
      AmqpException one = failureOf(mode.settle(List.of(each), Outcome.ACCEPTED));
      if (one instanceof DeliveryLostException) {
        lost = one;
      } else if (one != null && !isGone(one)) {
        return one;
      }
    }
    return lost;
  }

  private static boolean isGone(AmqpException failure) {
    return failure.replyCode() == ReplyCode.PRECONDITION_FAILED
        || failure.replyCode() == ReplyCode.NOT_FOUND;
  }

  private static AmqpException failureOf(Ticket<Void> ticket) {
    try {
      ticket.await();
      return null;
    } catch (AmqpException e) {
      return e;
    }
  }
}
