package io.bindery.jms;

import io.bindery.engine.Delivery;
import jakarta.jms.JMSException;
import jakarta.jms.MessageListener;
import java.util.ArrayDeque;
import java.util.List;

/**
 * What connection consumers have assigned to a session, and the session's own listener, which
 * consumes it (Jakarta Messaging 11.2.1). Thread-safe.
 */
final class AssignedMessages {
  private final Gate gate;
  private final Object running = new Object();
  private final ArrayDeque<Delivery> waiting = new ArrayDeque<>();
  private volatile MessageListener listener;
  private volatile Thread runner;
  private boolean shut;

  AssignedMessages(Gate gate) {
    this.gate = gate;
  }

  MessageListener listener() {
    return listener;
  }

  void listener(MessageListener value) {
    listener = value;
  }

  /** Whether the caller is the session's own listener. */
  boolean isCurrent() {
    return Thread.currentThread() == runner;
  }

  /** Adds messages, for the next {@link #run}. */
  synchronized void assign(List<Delivery> deliveries) throws JMSException {
    if (shut || listener == null) {
      throw JmsExceptions.illegalState(
          "A server session's session "
              + (shut ? "is closed" : "has no message listener: set it before it takes messages"));
    }
    waiting.addAll(deliveries);
  }

  /** Takes what was assigned and not shown. */
  synchronized List<Delivery> take() {
    List<Delivery> unseen = List.copyOf(waiting);
    waiting.clear();
    return unseen;
  }

  private synchronized Delivery next() {
    return waiting.poll();
  }

  /** The session closes: nothing more is assigned. */
  synchronized void shut() {
    shut = true;
  }

  /**
   * Calls the listener for what was assigned, one after the other, and gives back what may not be
   * shown now, because the connection is stopped or the session closes.
   */
  void run(JmsSession session) {
    synchronized (running) {
      Thread outer = runner;
      runner = Thread.currentThread();
      try {
        boolean more = true;
        while (more) {
          more = showNext(session);
        }
      } finally {
        runner = outer;
        session.mode().beforeDrain();
      }
    }
    session.mode().release(take());
  }

  /** False when there is nothing, or it may not be shown. */
  private boolean showNext(JmsSession session) {
    MessageListener current = listener;
    if (current == null || !gate.enter()) {
      return false;
    }
    try {
      Delivery next = next();
      if (next == null) {
        return false;
      }
      if (Drained.isExpired(next)) {
        session.mode().release(List.of(next));
      } else {
        session.mode().listen(next, session.message(next), current);
      }
      return true;
    } finally {
      gate.leave();
    }
  }
}
