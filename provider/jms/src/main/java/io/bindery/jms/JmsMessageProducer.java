package io.bindery.jms;

import jakarta.jms.CompletionListener;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.QueueSender;
import jakarta.jms.Topic;
import jakarta.jms.TopicPublisher;

/** A producer of any domain (Jakarta Messaging, chapter 7). For the session's thread of control. */
final class JmsMessageProducer implements QueueSender, TopicPublisher {
  private final JmsSession session;
  private final BinderyDestination destination;
  private Publisher.Target target;
  private int deliveryMode = DeliveryMode.PERSISTENT;
  private int priority = Message.DEFAULT_PRIORITY;
  private long timeToLiveMs;
  private long deliveryDelayMs;
  private boolean disableId;
  private boolean disableTimestamp;
  private Publisher.Options defaults;
  private volatile boolean closed;

  /** A producer; without a destination each send names one. */
  JmsMessageProducer(JmsSession session, BinderyDestination destination) throws JMSException {
    this.session = session;
    this.destination = destination;
    if (destination != null) {
      checkSendable(destination);
      session.factory().checkStillThere(destination, "creating a producer for " + destination);
      target = Publisher.Target.of(destination);
    }
  }

  private static void checkSendable(BinderyDestination destination) throws JMSException {
    if (destination instanceof BinderyTopic topic && topic.isPattern()) {
      throw new InvalidDestinationException(
          "sending to " + destination + ": it is a pattern, which only consumers may use");
    }
  }

  @Override
  public void send(Message message) throws JMSException {
    session.publisher().send(own(), message, defaults());
  }

  @Override
  public void send(Message message, int mode, int level, long ttlMs) throws JMSException {
    session.publisher().send(own(), message, options(mode, level, ttlMs));
  }

  @Override
  public void send(Destination to, Message message) throws JMSException {
    session.publisher().send(named(to), message, defaults());
  }

  @Override
  public void send(Destination to, Message message, int mode, int level, long ttlMs)
      throws JMSException {
    session.publisher().send(named(to), message, options(mode, level, ttlMs));
  }

  @Override
  public void send(Queue queue, Message message) throws JMSException {
    send((Destination) queue, message);
  }

  @Override
  public void send(Queue queue, Message message, int mode, int level, long ttlMs)
      throws JMSException {
    send((Destination) queue, message, mode, level, ttlMs);
  }

  @Override
  public void publish(Message message) throws JMSException {
    send(message);
  }

  @Override
  public void publish(Message message, int mode, int level, long ttlMs) throws JMSException {
    send(message, mode, level, ttlMs);
  }

  @Override
  public void publish(Topic topic, Message message) throws JMSException {
    send((Destination) topic, message);
  }

  @Override
  public void publish(Topic topic, Message message, int mode, int level, long ttlMs)
      throws JMSException {
    send((Destination) topic, message, mode, level, ttlMs);
  }

  @Override
  public void send(Message message, CompletionListener listener) throws JMSException {
    session.publisher().send(own(), message, defaults(), checked(listener));
  }

  @Override
  public void send(Message message, int mode, int level, long ttlMs, CompletionListener listener)
      throws JMSException {
    session.publisher().send(own(), message, options(mode, level, ttlMs), checked(listener));
  }

  @Override
  public void send(Destination to, Message message, CompletionListener listener)
      throws JMSException {
    session.publisher().send(named(to), message, defaults(), checked(listener));
  }

  @Override
  public void send(
      Destination to, Message message, int mode, int level, long ttlMs, CompletionListener listener)
      throws JMSException {
    session.publisher().send(named(to), message, options(mode, level, ttlMs), checked(listener));
  }

  private Publisher.Target own() throws JMSException {
    checkOpen();
    if (destination == null) {
      throw new UnsupportedOperationException(
          "send: the producer has no destination, so each send must name one");
    }
    return target;
  }

  private Publisher.Target named(Destination to) throws JMSException {
    checkOpen();
    if (destination != null) {
      throw new UnsupportedOperationException(
          "send: the producer sends to " + destination + " only");
    }
    if (target == null || target.destination() != to) {
      BinderyDestination named = BinderyDestination.of(to);
      checkSendable(named);
      target = Publisher.Target.of(named);
    }
    return target;
  }

  private static CompletionListener checked(CompletionListener listener) {
    if (listener == null) {
      throw new IllegalArgumentException("send: the CompletionListener is null");
    }
    return listener;
  }

  private Publisher.Options defaults() {
    if (defaults == null) {
      defaults =
          new Publisher.Options(
              deliveryMode, priority, timeToLiveMs, deliveryDelayMs, !disableId, !disableTimestamp);
    }
    return defaults;
  }

  private Publisher.Options options(int mode, int level, long ttlMs) throws JMSException {
    return new Publisher.Options(
        Publisher.checkedDeliveryMode(mode),
        Publisher.checkedPriority(level),
        Publisher.checkedMs("time to live", ttlMs),
        deliveryDelayMs,
        !disableId,
        !disableTimestamp);
  }

  private void checkOpen() throws JMSException {
    session.checkOpen();
    if (closed) {
      throw JmsExceptions.illegalState("The producer is closed");
    }
  }

  /** Before a setting changes. */
  private void change() throws JMSException {
    checkOpen();
    defaults = null;
  }

  @Override
  public void setDisableMessageID(boolean value) throws JMSException {
    change();
    disableId = value;
  }

  @Override
  public boolean getDisableMessageID() throws JMSException {
    checkOpen();
    return disableId;
  }

  @Override
  public void setDisableMessageTimestamp(boolean value) throws JMSException {
    change();
    disableTimestamp = value;
  }

  @Override
  public boolean getDisableMessageTimestamp() throws JMSException {
    checkOpen();
    return disableTimestamp;
  }

  @Override
  public void setDeliveryMode(int value) throws JMSException {
    change();
    deliveryMode = Publisher.checkedDeliveryMode(value);
  }

  @Override
  public int getDeliveryMode() throws JMSException {
    checkOpen();
    return deliveryMode;
  }

  @Override
  public void setPriority(int value) throws JMSException {
    change();
    priority = Publisher.checkedPriority(value);
  }

  @Override
  public int getPriority() throws JMSException {
    checkOpen();
    return priority;
  }

  @Override
  public void setTimeToLive(long ms) throws JMSException {
    change();
    timeToLiveMs = Publisher.checkedMs("time to live", ms);
  }

  @Override
  public long getTimeToLive() throws JMSException {
    checkOpen();
    return timeToLiveMs;
  }

  @Override
  public void setDeliveryDelay(long ms) throws JMSException {
    change();
    deliveryDelayMs = Publisher.checkedMs("delivery delay", ms);
  }

  @Override
  public long getDeliveryDelay() throws JMSException {
    checkOpen();
    return deliveryDelayMs;
  }

  @Override
  public Destination getDestination() throws JMSException {
    checkOpen();
    return destination;
  }

  @Override
  public Queue getQueue() throws JMSException {
    return (Queue) getDestination();
  }

  @Override
  public Topic getTopic() throws JMSException {
    return (Topic) getDestination();
  }

  /** Waits for the session's asynchronous sends (Jakarta Messaging 7.3.4). */
  @Override
  public void close() throws JMSException {
    session.completions().notFromCallback("close");
    session.completions().awaitEmpty();
    closed = true;
  }
}
