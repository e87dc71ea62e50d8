package io.bindery.ra;

import jakarta.jms.CompletionListener;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueSender;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import jakarta.jms.TopicPublisher;
import java.lang.System.Logger.Level;

/**
 * A producer of a session handle: sends, never asynchronously. Follows its session to another
 * physical connection.
 */
final class ProducerHandle implements QueueSender, TopicPublisher, SessionChild {
  private static final System.Logger LOG = System.getLogger(ProducerHandle.class.getName());

  private final SessionHandle owner;
  private final Destination destination;
  private Session madeOn;
  private MessageProducer made;
  private Settings kept;
  private boolean closed;

  ProducerHandle(SessionHandle owner, Destination destination) {
    this.owner = owner;
    this.destination = destination;
  }

  /** The physical producer, on the session of the moment, with what was set on the one before. */
  MessageProducer physical() throws JMSException {
    if (closed) {
      throw new IllegalStateException("The producer is closed");
    }
    Session session = owner.session();
    if (session != madeOn) {
      release();
      made = session.createProducer(destination);
      madeOn = session;
      if (kept != null) {
        kept.applyTo(made);
      }
    }
    return made;
  }

  @Override
  public void release() {
    if (made == null) {
      return;
    }
    try {
      kept = Settings.of(made);
    } catch (JMSException e) {
      LOG.log(Level.DEBUG, "A producer was closed before its settings were kept", e);
    }
    BinderyManagedConnection.closeQuietly(made::close);
    made = null;
    madeOn = null;
  }

  /** What the application set on the producer, and the next one gets. */
  private record Settings(
      int deliveryMode,
      int priority,
      long timeToLiveMs,
      long deliveryDelayMs,
      boolean withoutId,
      boolean withoutTimestamp) {
    static Settings of(MessageProducer producer) throws JMSException {
      return new Settings(
          producer.getDeliveryMode(),
          producer.getPriority(),
          producer.getTimeToLive(),
          producer.getDeliveryDelay(),
          producer.getDisableMessageID(),
          producer.getDisableMessageTimestamp());
    }

    void applyTo(MessageProducer producer) throws JMSException {
      producer.setDeliveryMode(deliveryMode);
      producer.setPriority(priority);
      producer.setTimeToLive(timeToLiveMs);
      producer.setDeliveryDelay(deliveryDelayMs);
      producer.setDisableMessageID(withoutId);
      producer.setDisableMessageTimestamp(withoutTimestamp);
    }
  }

  @Override
  public void setDisableMessageID(boolean value) throws JMSException {
    physical().setDisableMessageID(value);
  }

  @Override
  public boolean getDisableMessageID() throws JMSException {
    return physical().getDisableMessageID();
  }

  @Override
  public void setDisableMessageTimestamp(boolean value) throws JMSException {
    physical().setDisableMessageTimestamp(value);
  }

  @Override
  public boolean getDisableMessageTimestamp() throws JMSException {
    return physical().getDisableMessageTimestamp();
  }

  /** {@inheritDoc} One of {@link DeliveryMode}. */
  @Override
  public void setDeliveryMode(int deliveryMode) throws JMSException {
    physical().setDeliveryMode(deliveryMode);
  }

  @Override
  public int getDeliveryMode() throws JMSException {
    return physical().getDeliveryMode();
  }

  @Override
  public void setPriority(int priority) throws JMSException {
    physical().setPriority(priority);
  }

  @Override
  public int getPriority() throws JMSException {
    return physical().getPriority();
  }

  @Override
  public void setTimeToLive(long timeToLiveMs) throws JMSException {
    physical().setTimeToLive(timeToLiveMs);
  }

  @Override
  public long getTimeToLive() throws JMSException {
    return physical().getTimeToLive();
  }

  @Override
  public void setDeliveryDelay(long delayMs) throws JMSException {
    physical().setDeliveryDelay(delayMs);
  }

  @Override
  public long getDeliveryDelay() throws JMSException {
    return physical().getDeliveryDelay();
  }

  @Override
  public Destination getDestination() throws JMSException {
    return physical().getDestination();
  }

  @Override
  public Queue getQueue() throws JMSException {
    return (Queue) physical().getDestination();
  }

  @Override
  public Topic getTopic() throws JMSException {
    return (Topic) physical().getDestination();
  }

  @Override
  public void send(Message message) throws JMSException {
    physical().send(message);
  }

  @Override
  public void send(Message message, int deliveryMode, int priority, long timeToLiveMs)
      throws JMSException {
    physical().send(message, deliveryMode, priority, timeToLiveMs);
  }

  @Override
  public void send(Destination to, Message message) throws JMSException {
    physical().send(to, message);
  }

  @Override
  public void send(
      Destination to, Message message, int deliveryMode, int priority, long timeToLiveMs)
      throws JMSException {
    physical().send(to, message, deliveryMode, priority, timeToLiveMs);
  }

  @Override
  public void send(Queue to, Message message) throws JMSException {
    physical().send(to, message);
  }

  @Override
  public void send(Queue to, Message message, int deliveryMode, int priority, long timeToLiveMs)
      throws JMSException {
    physical().send(to, message, deliveryMode, priority, timeToLiveMs);
  }

  @Override
  public void publish(Message message) throws JMSException {
    physical().send(message);
  }

  @Override
  public void publish(Message message, int deliveryMode, int priority, long timeToLiveMs)
      throws JMSException {
    physical().send(message, deliveryMode, priority, timeToLiveMs);
  }

  @Override
  public void publish(Topic to, Message message) throws JMSException {
    physical().send(to, message);
  }

  @Override
  public void publish(Topic to, Message message, int deliveryMode, int priority, long timeToLiveMs)
      throws JMSException {
    physical().send(to, message, deliveryMode, priority, timeToLiveMs);
  }

  @Override
  public void send(Message message, CompletionListener listener) throws JMSException {
    throw Forbidden.method("An asynchronous send");
  }

  @Override
  public void send(
      Message message,
      int deliveryMode,
      int priority,
      long timeToLiveMs,
      CompletionListener listener)
      throws JMSException {
    throw Forbidden.method("An asynchronous send");
  }

  @Override
  public void send(Destination to, Message message, CompletionListener listener)
      throws JMSException {
    throw Forbidden.method("An asynchronous send");
  }

  @Override
  public void send(
      Destination to,
      Message message,
      int deliveryMode,
      int priority,
      long timeToLiveMs,
      CompletionListener listener)
      throws JMSException {
    throw Forbidden.method("An asynchronous send");
  }

  @Override
  public void close() throws JMSException {
    closed = true;
    owner.drop(this);
    release();
  }
}
