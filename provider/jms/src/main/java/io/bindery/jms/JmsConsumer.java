package io.bindery.jms;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Consumer;
import io.bindery.engine.Delivery;
import io.bindery.engine.Subscription;
import io.bindery.jms.message.JmsMessage;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageListener;
import jakarta.jms.Queue;
import jakarta.jms.QueueReceiver;
import jakarta.jms.Topic;
import jakarta.jms.TopicSubscriber;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A consumer of a queue or of a topic subscription (Jakarta Messaging, chapter 8). It pulls from
 * the engine, some at a time, on the thread that receives or on its session's thread, and parks
 * when there is nothing.
 *
 * <p>For the session's thread of control, but for {@link #close}.
 */
final class JmsConsumer implements QueueReceiver, TopicSubscriber, Receiver, BodyReceiver {
  private final JmsSession session;
  private final ConsumerSettings settings;
  private final int batch;
  private final Sleeper receiver = new Sleeper();
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CountDownLatch ended = new CountDownLatch(1);
  private Consumer source;
  private Drained drained;
  private Subscription subscription;
  private volatile MessageListener listener;
  private volatile boolean closed;
  private volatile boolean ready;
  private volatile Thread waiting;

  JmsConsumer(JmsSession session, ConsumerSettings settings) {
    this.session = session;
    this.settings = settings;
    batch = session.mode().batch(settings.prefetch());
  }

  /** What a message becomes for whom receives it. */
  private interface Reading<T> {
    T read(JmsMessage message) throws JMSException;
  }

  /** Takes the engine's consumer, paused until somebody receives. */
  @Override
  public void attach(Consumer consumer, Subscription used) {
    source = consumer;
    subscription = used;
    drained = new Drained(session, consumer, batch);
    session.deliveries().add(this);
  }

  ConsumerSettings settings() {
    return settings;
  }

  /** The engine has work, or something changed. Any thread; takes no lock. */
  @Override
  public void work() {
    ready = true;
    if (waiting != null) {
      receiver.wake();
    } else if (listener != null) {
      session.deliveries().wakeThread();
    }
  }

  @Override
  public boolean workAnd(Runnable errand) {
    ready = true;
    return waiting != null
        ? receiver.wakeAnd(errand)
        : listener != null && session.deliveries().wakeThreadAnd(errand);
  }

  @Override
  public Message receive() throws JMSException {
    return receive(0);
  }

  @Override
  public Message receive(long timeoutMs) throws JMSException {
    return take(timeoutMs == 0 ? Long.MAX_VALUE : timeoutMs, message -> message);
  }

  @Override
  public Message receiveNoWait() throws JMSException {
    return take(0, message -> message);
  }

  @Override
  public <T> T receiveBody(Class<T> type, long timeoutMs) throws JMSException {
    return take(timeoutMs, message -> bodyOf(message, type));
  }

  private static <T> T bodyOf(JmsMessage message, Class<T> type) throws JMSException {
    T body = message.getBody(type);
    if (body == null) {
      throw new MessageFormatException(
          "receiveBody: the message " + message.getJMSMessageID() + " has no body");
    }
    return body;
  }

  private <T> T take(long timeoutMs, Reading<T> reading) throws JMSException {
    checkOpen();
    session.deliveries().checkReceive();
    T taken = tryTake(reading);
    if (taken == null) {
      taken = waitOrFetch(timeoutMs, reading);
      if (taken == null) {
        takeNone();
      }
    }
    return taken;
  }

  /** While nobody receives, what comes is for others. */
  private void takeNone() {
    if (enter()) {
      try {
        if (!closed) {
          drained.pause();
        }
      } finally {
        session.deliveries().gate().leave();
      }
    }
  }

  private <T> T waitOrFetch(long timeoutMs, Reading<T> reading) throws JMSException {
    if (timeoutMs > 0) {
      return waitAndTake(timeoutMs, reading);
    }
    session.connection().checkNotFailed();
    checkSource();
    return fetched() ? tryTake(reading) : null;
  }

  /** Whether there may be more now: over a network only an answer of the server says so. */
  private boolean fetched() throws JMSException {
    try {
      return source.fetch().await();
    } catch (AmqpException e) {
      throw JmsExceptions.of(e, "receiving from " + settings.destination());
    }
  }

  /** A listener that still runs has all of the connection while that stops (6.1.5, 6.1.8). */
  private boolean enter() {
    Gate gate = session.deliveries().gate();
    return gate.enter() || (session.connection().isListening() && gate.enterThoughStopped());
  }

  private <T> T tryTake(Reading<T> reading) throws JMSException {
    if (!enter()) {
      return null;
    }
    try {
      for (Delivery next = poll(); next != null; next = poll()) {
        T taken = show(next, reading);
        if (taken != null) {
          return taken;
        }
      }
      return null;
    } catch (IllegalStateException e) {
      throw JmsExceptions.unreadable(e, settings.destination());
    } finally {
      session.deliveries().gate().leave();
    }
  }

  /** Null when the message is no longer ours. */
  private <T> T show(Delivery delivery, Reading<T> reading) throws JMSException {
    JmsMessage message = session.message(delivery);
    T taken;
    try {
      taken = reading.read(message);
    } catch (MessageFormatException e) {
      if (session.mode().keepsUnreadable()) {
        drained.putBack();
      } else {
        session.mode().received(delivery);
      }
      throw e;
    }
    return session.mode().received(delivery) ? taken : null;
  }

  private <T> T waitAndTake(long timeoutMs, Reading<T> reading) throws JMSException {
    // nanoTime may overflow a long for ever; half of the range is 146 years.
    long waitNs = Math.min(TimeUnit.MILLISECONDS.toNanos(timeoutMs), Long.MAX_VALUE / 2);
    long deadlineNs = System.nanoTime() + waitNs;
    waiting = Thread.currentThread();
    try {
      while (true) {
        ready = false;
        if (closed) {
          return null;
        }
        session.connection().checkNotFailed();
        checkSource();
        T taken = tryTake(reading);
        // Who waits for each other waits for ever.
        if (taken != null || session.connection().isWaitingForCaller() || !parkUntil(deadlineNs)) {
          return taken;
        }
      }
    } finally {
      waiting = null;
      if (closed) {
        synchronized (this) {
          notifyAll();
        }
      }
    }
  }

  /** Parks until there may be work. False when the time is over. */
  private boolean parkUntil(long deadlineNs) throws JMSException {
    while (!ready) {
      long leftNs = deadlineNs - System.nanoTime();
      if (leftNs <= 0) {
        return false;
      }
      receiver.sleep(() -> ready, leftNs);
      if (Thread.currentThread().isInterrupted()) {
        throw JmsExceptions.linked(
            new JMSException("receive: the thread was interrupted while it waited", "INTERRUPTED"),
            new InterruptedException());
      }
    }
    return true;
  }

  private void checkSource() throws JMSException {
    if (source.isClosed() && !closed) {
      session.connection().checkNotFailed();
      throw new InvalidDestinationException(
          "receive: " + settings.destination() + " was deleted", "404 NOT_FOUND");
    }
  }

  /** The next delivery, or null. Inside the gate. */
  private Delivery poll() {
    Delivery next = drained.poll();
    while (next == null && !closed && drained.fill()) {
      next = drained.poll();
    }
    return next;
  }

  /** Whether the session's thread has something to do here. Any thread. */
  boolean hasWorkForListener() {
    return ready && !closed && listener != null;
  }

  /**
   * Calls the listener for one batch, on the session's thread, inside the gate. False when there
   * was nothing.
   */
  boolean listenToBatch() {
    if (!hasWorkForListener()) {
      return false;
    }
    ready = false;
    Gate gate = session.deliveries().gate();
    SessionMode mode = session.mode();
    int shown = 0;
    MessageListener current = listener;
    while (current != null && shown < batch && !gate.held() && !closed) {
      try {
        Delivery next = poll();
        if (next == null) {
          reportDeletion();
          return shown > 0;
        }
        mode.listen(next, session.message(next), current);
        // What it left concerns nobody else, and who is interrupted does not sleep.
        Thread.interrupted();
      } catch (IllegalStateException e) {
        session.connection().report(JmsExceptions.unreadable(e, settings.destination()));
        if (drained.isNothing()) {
          // The queue itself cannot be read further: the engine signals when it can.
          return shown > 0;
        }
      }
      shown++;
      current = listener;
    }
    // There may be more: only an empty drain makes the engine signal again.
    ready = true;
    return true;
  }

  private void reportDeletion() {
    if (source.isClosed() && !closed) {
      listener = null;
      session
          .connection()
          .report(
              new InvalidDestinationException(
                  settings.destination() + " was deleted", "404 NOT_FOUND"));
    }
  }

  @Override
  public String getMessageSelector() throws JMSException {
    checkOpen();
    return settings.selector().isEmpty() ? null : settings.selector();
  }

  @Override
  public MessageListener getMessageListener() throws JMSException {
    checkOpen();
    return listener;
  }

  @Override
  public void setMessageListener(MessageListener value) throws JMSException {
    checkOpen();
    if (value == null) {
      session
          .deliveries()
          .quietly(
              () -> {
                listener = null;
                suspend();
              });
      return;
    }
    listener = value;
    ready = true;
    session.deliveries().startThread();
  }

  /** Whether it has a listener. */
  boolean listens() {
    return listener != null;
  }

  @Override
  public Queue getQueue() throws JMSException {
    checkOpen();
    return (Queue) settings.destination();
  }

  @Override
  public Topic getTopic() throws JMSException {
    checkOpen();
    return (Topic) settings.destination();
  }

  @Override
  public boolean getNoLocal() throws JMSException {
    checkOpen();
    return settings.noLocal();
  }

  /**
   * Any thread, also within its own listener (Jakarta Messaging 8.8). Twice does nothing but wait
   * for the first.
   */
  @Override
  public void close() throws JMSException {
    if (!closing.compareAndSet(false, true)) {
      if (!session.deliveries().isListening()) {
        Gate.await(ended);
      }
      return;
    }
    try {
      end();
    } finally {
      ended.countDown();
    }
  }

  private void end() {
    session
        .deliveries()
        .quietly(
            () -> {
              closed = true;
              work();
              awaitReceiver();
              // What is acknowledged lazily must not keep others from what it belongs to.
              session.mode().beforeDrain();
              drained.release();
              detach();
            });
    session.deliveries().forget(this);
  }

  private void awaitReceiver() {
    boolean interrupted = false;
    synchronized (this) {
      while (waiting != null && waiting != Thread.currentThread()) {
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

  /** The session closes: blocked receives return null. */
  void shut() {
    closing.set(true);
    closed = true;
    work();
    awaitReceiver();
    ended.countDown();
  }

  /** Ends what the engine has of it. */
  void detach() {
    source.close();
    if (subscription != null) {
      subscription.close();
    }
  }

  /** Takes what was drained and not shown; the gate is held and empty, or the caller is inside. */
  List<Delivery> takeUnseen() {
    List<Delivery> unseen = drained.takeUnseen();
    if (!unseen.isEmpty()) {
      ready = true;
    }
    return unseen;
  }

  /**
   * The connection stops, or nobody listens any more: others may have the queue's messages
   * meanwhile. The gate is held and empty, or the caller is inside.
   */
  void suspend() {
    drained.release();
    drained.pause();
    ready = true;
  }

  private void checkOpen() throws JMSException {
    session.checkOpen();
    if (closed) {
      throw JmsExceptions.illegalState("The consumer is closed");
    }
  }
}
