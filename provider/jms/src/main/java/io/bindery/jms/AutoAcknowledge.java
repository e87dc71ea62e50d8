package io.bindery.jms;

import io.bindery.engine.Delivery;
import io.bindery.jms.message.JmsMessage;
import jakarta.jms.JMSException;
import jakarta.jms.MessageListener;
import jakarta.jms.Session;
import java.util.List;

/** AUTO_ACKNOWLEDGE: settled when receive returns the message, or after its listener returned. */
class AutoAcknowledge extends SessionMode {
  private Delivery current;

  AutoAcknowledge(JmsSession session) {
    super(session);
  }

  @Override
  int code() {
    return Session.AUTO_ACKNOWLEDGE;
  }

  @Override
  int engineLimit(int prefetch) {
    return prefetch;
  }

  @Override
  boolean keepsUnreadable() {
    return true;
  }

  @Override
  boolean received(Delivery delivery) throws JMSException {
    return accept(delivery, channel().autoCommit());
  }

  @Override
  final void listen(Delivery delivery, JmsMessage message, MessageListener listener) {
    current = delivery;
    boolean returned = false;
    try {
      returned = returnsNormally(listener, message);
    } finally {
      // recover() within the listener has given it back already.
      if (current != null) {
        current = null;
        end(delivery, returned);
      }
    }
  }

  private void end(Delivery delivery, boolean returned) {
    if (returned) {
      processed(delivery);
    } else {
      giveBack(List.of(delivery));
    }
  }

  /** A listener has returned. */
  void processed(Delivery delivery) {
    acceptQuietly(delivery, channel().autoCommit());
  }

  @Override
  void recover() throws JMSException {
    List<Delivery> seen = current == null ? List.of() : List.of(current);
    current = null;
    await(giveBack(seen), "recovering a session");
  }

  @Override
  void close() {
    giveBack(List.of());
  }
}
