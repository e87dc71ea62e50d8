package io.bindery.jms;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Delivery;
import io.bindery.engine.DeliveryLostException;
import io.bindery.jms.message.JmsMessage;
import jakarta.jms.JMSException;
import jakarta.jms.MessageListener;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;

/** CLIENT_ACKNOWLEDGE: acknowledging one message settles all that the session has delivered. */
final class ClientAcknowledge extends SessionMode {
  private List<Delivery> unacknowledged = new ArrayList<>();

  ClientAcknowledge(JmsSession session) {
    super(session);
  }

  @Override
  int code() {
    return Session.CLIENT_ACKNOWLEDGE;
  }

  @Override
  boolean received(Delivery delivery) {
    unacknowledged.add(delivery);
    return true;
  }

  @Override
  void listen(Delivery delivery, JmsMessage message, MessageListener listener) {
    unacknowledged.add(delivery);
    returnsNormally(listener, message);
  }

  @Override
  void acknowledge() throws JMSException {
    if (unacknowledged.isEmpty()) {
      session().connection().checkNotFailed();
      return;
    }
    AmqpException failure = DupsOkAcknowledge.acceptAll(this, unacknowledged);
    if (failure == null || failure instanceof DeliveryLostException) {
      unacknowledged.clear();
    }
    if (failure != null) {
      throw JmsExceptions.of(failure, "acknowledging the session's messages");
    }
  }

  @Override
  void recover() throws JMSException {
    List<Delivery> seen = unacknowledged;
    unacknowledged = new ArrayList<>();
    await(giveBack(seen), "recovering a session");
  }

  @Override
  void close() {
    List<Delivery> seen = unacknowledged;
    unacknowledged = new ArrayList<>();
    giveBack(seen);
  }
}
