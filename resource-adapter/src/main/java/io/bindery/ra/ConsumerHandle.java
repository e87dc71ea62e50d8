package io.bindery.ra;

import io.bindery.jms.BodyReceiver;
import jakarta.jms.Destination;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageListener;
import jakarta.jms.Queue;
import jakarta.jms.QueueReceiver;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import jakarta.jms.TopicSubscriber;

/**
 * A consumer of a session handle: receives, never listens. Follows its session to another physical
 * connection.
 */
final class ConsumerHandle implements QueueReceiver, TopicSubscriber, BodyReceiver, SessionChild {
  private final SessionHandle owner;
  private final From from;
  private final PhysicalSession<MessageConsumer> maker;
  private Session madeOn;
  private MessageConsumer made;
  private volatile boolean closed;

  ConsumerHandle(SessionHandle owner, From from, PhysicalSession<MessageConsumer> maker) {
    this.owner = owner;
    this.from = from;
    this.maker = maker;
  }

  /**
   * What it consumes.
   *
   * @param destination a queue or a topic
   * @param noLocal whether the own messages are left out
   */
  record From(Destination destination, boolean noLocal) {}

  /** The physical consumer, on the session of the moment. */
  synchronized MessageConsumer physical() throws JMSException {
    if (closed) {
      throw new IllegalStateException("The consumer is closed");
    }
    Session session = owner.session();
    if (session != madeOn) {
      release();
      made = maker.on(session);
      madeOn = session;
    }
    return made;
  }

  @Override
  public synchronized void release() {
    if (made != null) {
      BinderyManagedConnection.closeQuietly(made::close);
      made = null;
      madeOn = null;
    }
  }

  @Override
  public String getMessageSelector() throws JMSException {
    return physical().getMessageSelector();
  }

  @Override
  public MessageListener getMessageListener() throws JMSException {
    throw Forbidden.method("MessageConsumer.getMessageListener");
  }

  @Override
  public void setMessageListener(MessageListener listener) throws JMSException {
    throw Forbidden.method("MessageConsumer.setMessageListener");
  }

  @Override
  public Message receive() throws JMSException {
    return physical().receive();
  }

  @Override
  public Message receive(long timeoutMs) throws JMSException {
    return physical().receive(timeoutMs);
  }

  @Override
  public Message receiveNoWait() throws JMSException {
    return physical().receiveNoWait();
  }

  @Override
  public <T> T receiveBody(Class<T> type, long timeoutMs) throws JMSException {
    return ((BodyReceiver) physical()).receiveBody(type, timeoutMs);
  }

  @Override
  public Queue getQueue() throws JMSException {
    physical();
    return (Queue) from.destination();
  }

  @Override
  public Topic getTopic() throws JMSException {
    physical();
    return (Topic) from.destination();
  }

  @Override
  public boolean getNoLocal() throws JMSException {
    physical();
    return from.noLocal();
  }

  @Override
  public void close() throws JMSException {
    closed = true;
    owner.drop(this);
    release();
  }
}
