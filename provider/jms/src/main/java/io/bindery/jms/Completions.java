package io.bindery.jms;

import io.bindery.engine.AmqpException;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.Ticket;
import jakarta.jms.CompletionListener;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;

/**
 * The asynchronous sends of one session that are not completed (Jakarta Messaging 7.3): calls their
 * listeners one at a time, in the order of the sends, on a thread of its own, which goes when there
 * is nothing to do. Thread-safe.
 */
final class Completions implements Runnable {
  private static final System.Logger LOG = System.getLogger(Completions.class.getName());
  private static final long IDLE_MS = 1_000;

  private final String threadName;
  private final ArrayDeque<Pending> pending = new ArrayDeque<>();
  private Thread thread;

  Completions(String threadName) {
    this.threadName = threadName;
  }

  /** A send whose ticket may be open. */
  record Pending(
      BinderyDestination destination,
      Message message,
      CompletionListener listener,
      Ticket<PublishOutcome> ticket) {}

  /** Adds a send; its listener is never called on this thread. */
  synchronized void add(Pending send) {
    pending.add(send);
    if (thread == null) {
      thread = new Thread(this, threadName);
      thread.setDaemon(true);
      thread.start();
    }
    notifyAll();
  }

  /** Whether the caller is a listener that this calls. */
  synchronized boolean isCallback() {
    return Thread.currentThread() == thread;
  }

  /** Fails when the caller is a listener that this calls (Jakarta Messaging 7.3.4). */
  void notFromCallback(String method) throws JMSException {
    if (isCallback()) {
      throw JmsExceptions.illegalState(
          method + " may not be called by a CompletionListener of the same session");
    }
  }

  /**
   * Waits until all listeners have returned; does nothing when called by one of them. The interrupt
   * flag is kept.
   */
  void awaitEmpty() {
    if (isCallback()) {
      return;
    }
    boolean interrupted = false;
    synchronized (this) {
      while (!pending.isEmpty()) {
        try {
          wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void run() {
    for (Pending next = next(); next != null; next = next()) {
      try {
        complete(next);
      } finally {
        done();
      }
    }
  }

  /**
   * The oldest send, which stays in the list until its listener has returned; null ends the thread.
   */
  private synchronized Pending next() {
    if (pending.isEmpty()) {
      try {
        wait(IDLE_MS);
      } catch (InterruptedException e) {
        LOG.log(Level.DEBUG, "Interrupted while idle");
      }
    }
    if (pending.isEmpty()) {
      thread = null;
    }
    return pending.peek();
  }

  private synchronized void done() {
    pending.poll();
    notifyAll();
  }

  private static void complete(Pending send) {
    JMSException failure = failureOf(send);
    try {
      if (failure == null) {
        send.listener().onCompletion(send.message());
      } else {
        send.listener().onException(send.message(), failure);
      }
    } catch (Throwable e) { // boundary: the application's own code
      LOG.log(Level.WARNING, "A completion listener threw an exception", e);
    }
  }

  private static JMSException failureOf(Pending send) {
    try {
      return Publisher.refusal(send.destination(), send.ticket().await());
    } catch (AmqpException e) {
      return JmsExceptions.of(e, "sending to " + send.destination());
    }
  }
}
