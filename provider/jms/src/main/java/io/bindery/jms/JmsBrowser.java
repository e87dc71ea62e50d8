package io.bindery.jms;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Browser;
import io.bindery.engine.Delivery;
import io.bindery.jms.message.JmsMessage;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Looks at the messages of a queue without taking them (Jakarta Messaging 4.1.6). For the session's
 * thread of control.
 */
final class JmsBrowser implements QueueBrowser {
  private static final int BATCH = 64;

  private final JmsSession session;
  private final BinderyDestination queue;
  private final String selector;
  private final List<Browser> open = new ArrayList<>(1);
  private boolean closed;

  private JmsBrowser(JmsSession session, BinderyDestination queue, String selector) {
    this.session = session;
    this.queue = queue;
    this.selector = selector;
  }

  /** Checks selector and queue, and creates the queue when it is missing. */
  static JmsBrowser of(JmsSession session, Queue queue, String selector) throws JMSException {
    BinderyDestination own = BinderyDestination.of(queue);
    String doing = "creating a browser of " + own;
    String checked = ConsumerFactory.checkedSelector(selector, doing);
    session.connection().temporaries().checkConsumer(own);
    session.factory().ensure(own, doing);
    return new JmsBrowser(session, own, checked);
  }

  @Override
  public Queue getQueue() throws JMSException {
    checkOpen();
    return (Queue) queue;
  }

  @Override
  public String getMessageSelector() throws JMSException {
    checkOpen();
    return selector.isEmpty() ? null : selector;
  }

  /** A new look at the queue, from its head. */
  @Override
  public Enumeration<?> getEnumeration() throws JMSException {
    checkOpen();
    try {
      Browser browser = session.channel().browse(queue.route().routingKey(), selector).await();
      open.add(browser);
      return new Look(browser);
    } catch (AmqpException e) {
      throw JmsExceptions.of(e, "browsing " + queue);
    }
  }

  @Override
  public void close() {
    closed = true;
    open.forEach(Browser::close);
    open.clear();
  }

  private void checkOpen() throws JMSException {
    session.checkOpen();
    if (closed) {
      throw JmsExceptions.illegalState("The browser is closed");
    }
  }

  private final class Look implements Enumeration<JmsMessage> {
    private final Browser browser;
    private final List<Delivery> batch = new ArrayList<>(BATCH);
    private int position;

    Look(Browser browser) {
      this.browser = browser;
    }

    @Override
    public boolean hasMoreElements() {
      if (position < batch.size()) {
        return true;
      }
      batch.clear();
      position = 0;
      if (closed || next() == 0) {
        browser.close();
        open.remove(browser);
      }
      return !batch.isEmpty();
    }

    /** An enumeration that only ended would say that it had seen all. */
    private int next() {
      try {
        return browser.next(BATCH, batch);
      } catch (IllegalStateException e) {
        throw new JMSRuntimeException("browsing " + queue + ": " + e.getMessage(), null, e);
      }
    }

    @Override
    public JmsMessage nextElement() {
      if (!hasMoreElements()) {
        throw new NoSuchElementException("There is no further message in " + queue);
      }
      return JmsMessage.received(batch.get(position++), session.connection().messageContext());
    }
  }
}
