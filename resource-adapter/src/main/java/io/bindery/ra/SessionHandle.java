package io.bindery.ra;

import io.bindery.ra.SessionRequest.Domain;
import jakarta.jms.BytesMessage;
import jakarta.jms.ConnectionMetaData;
import jakarta.jms.Destination;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageListener;
import jakarta.jms.MessageProducer;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.QueueReceiver;
import jakarta.jms.QueueSender;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.StreamMessage;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import jakarta.jms.TopicPublisher;
import jakarta.jms.TopicSession;
import jakarta.jms.TopicSubscriber;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * A session as an application in a container has it: the connection handle of Jakarta Connectors.
 * It works on whatever physical connection the container associates with it, in the container's
 * transaction when there is one. The container may take that connection away; the handle is
 * inactive then, and asks for another when it is used again (Jakarta Connectors, lazy connection
 * association).
 *
 * <p>For one thread at a time, as any session; {@link #close} for any.
 */
final class SessionHandle implements QueueSession, TopicSession {
  private final SessionRequest request;
  private final List<SessionChild> children = new ArrayList<>();
  private BinderyManagedConnection physical;
  private ConnectionHandle owner;
  private boolean started;
  private boolean closed;

  SessionHandle(BinderyManagedConnection physical, SessionRequest request) {
    this.physical = physical;
    this.request = request;
  }

  void belongTo(ConnectionHandle connection) {
    owner = connection;
  }

  /** Lets messages come. */
  synchronized void start() throws JMSException {
    started = true;
    connected().startConnection();
  }

  /**
   * The container moves the handle to another physical connection; its consumers and producers
   * follow.
   */
  void moveTo(BinderyManagedConnection other) throws JMSException {
    BinderyManagedConnection before = released();
    synchronized (this) {
      physical = other;
      if (started && !closed) {
        other.startConnection();
      }
    }
    if (before != null && before != other) {
      before.left(this);
    }
  }

  /** The container takes the physical connection away; the next use asks for another. */
  void dissociate() {
    released();
    synchronized (this) {
      physical = null;
    }
  }

  /** Leaves nothing open on the physical connection, which it gives. */
  private BinderyManagedConnection released() {
    List<SessionChild> all;
    BinderyManagedConnection now;
    synchronized (this) {
      now = physical;
      all = List.copyOf(children);
    }
    // Without the lock: a child that is in use holds its own and waits for this one.
    all.forEach(SessionChild::release);
    return now;
  }

  /** The container takes the physical connection away; the handle is of no more use. */
  void invalidate() {
    closeChildren();
    synchronized (this) {
      physical = null;
      closed = true;
    }
    if (owner != null) {
      owner.forget(this);
    }
  }

  private BinderyManagedConnection connected() throws JMSException {
    if (!closed && physical == null && owner != null) {
      owner.associate(this, request);
    }
    if (closed || physical == null) {
      throw new IllegalStateException("The session is closed");
    }
    return physical;
  }

  /** The session of the physical connection that fits the transaction of the moment. */
  synchronized Session session() throws JMSException {
    return connected().session(request.acknowledgeMode());
  }

  /** What the physical connection says of itself. */
  synchronized ConnectionMetaData metaData() throws JMSException {
    return connected().jmsMetaData();
  }

  private Session checked(Domain other, String method) throws JMSException {
    if (request.domain() == other) {
      String kind = other == Domain.QUEUE ? "QueueSession" : "TopicSession";
      throw new IllegalStateException("A " + kind + " has no " + method);
    }
    return session();
  }

  private synchronized <T extends SessionChild> T keep(T child) {
    children.add(child);
    return child;
  }

  /** A consumer, producer or browser was closed. */
  synchronized void drop(SessionChild child) {
    children.remove(child);
  }

  private void closeChildren() {
    List<SessionChild> all;
    synchronized (this) {
      all = List.copyOf(children);
      children.clear();
    }
    all.forEach(BinderyManagedConnection::closeQuietly);
  }

  @Override
  public void close() throws JMSException {
    BinderyManagedConnection last;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      last = physical;
      physical = null;
    }
    closeChildren();
    if (owner != null) {
      owner.forget(this);
    }
    if (last != null) {
      last.closed(this);
    } else if (owner != null) {
      owner.inactiveClosed(this);
    }
  }

  @Override
  public boolean getTransacted() throws JMSException {
    session();
    return physical.inTransaction();
  }

  @Override
  public int getAcknowledgeMode() throws JMSException {
    session();
    return physical.inTransaction() ? SESSION_TRANSACTED : request.acknowledgeMode();
  }

  @Override
  public void commit() throws JMSException {
    session();
    throw new IllegalStateException(
        "The container commits; a session in it has no local transaction (Jakarta Messaging 12.3)");
  }

  @Override
  public void rollback() throws JMSException {
    session();
    throw new IllegalStateException(
        "The container rolls back; a session in it has no local transaction (Jakarta Messaging 12.3)");
  }

  @Override
  public void recover() throws JMSException {
    session().recover();
  }

  @Override
  public MessageListener getMessageListener() throws JMSException {
    throw Forbidden.method("Session.getMessageListener");
  }

  @Override
  public void setMessageListener(MessageListener listener) throws JMSException {
    throw Forbidden.method("Session.setMessageListener");
  }

  @Override
  public void run() {
    throw Forbidden.contextMethod("Session.run");
  }

  @Override
  public BytesMessage createBytesMessage() throws JMSException {
    return session().createBytesMessage();
  }

  @Override
  public MapMessage createMapMessage() throws JMSException {
    return session().createMapMessage();
  }

  @Override
  public Message createMessage() throws JMSException {
    return session().createMessage();
  }

  @Override
  public ObjectMessage createObjectMessage() throws JMSException {
    return session().createObjectMessage();
  }

  @Override
  public ObjectMessage createObjectMessage(Serializable object) throws JMSException {
    return session().createObjectMessage(object);
  }

  @Override
  public StreamMessage createStreamMessage() throws JMSException {
    return session().createStreamMessage();
  }

  @Override
  public TextMessage createTextMessage() throws JMSException {
    return session().createTextMessage();
  }

  @Override
  public TextMessage createTextMessage(String text) throws JMSException {
    return session().createTextMessage(text);
  }

  @Override
  public MessageProducer createProducer(Destination destination) throws JMSException {
    return producer(destination);
  }

  private ProducerHandle producer(Destination destination) throws JMSException {
    ProducerHandle producer = new ProducerHandle(this, destination);
    producer.physical();
    return keep(producer);
  }

  private ConsumerHandle consumer(
      Destination from, boolean noLocal, PhysicalSession<MessageConsumer> maker)
      throws JMSException {
    ConsumerHandle consumer =
        new ConsumerHandle(this, new ConsumerHandle.From(from, noLocal), maker);
    consumer.physical();
    return keep(consumer);
  }

  @Override
  public MessageConsumer createConsumer(Destination destination) throws JMSException {
    return consumer(destination, false, s -> s.createConsumer(destination));
  }

  @Override
  public MessageConsumer createConsumer(Destination destination, String selector)
      throws JMSException {
    return consumer(destination, false, s -> s.createConsumer(destination, selector));
  }

  @Override
  public MessageConsumer createConsumer(Destination destination, String selector, boolean noLocal)
      throws JMSException {
    return consumer(destination, noLocal, s -> s.createConsumer(destination, selector, noLocal));
  }

  @Override
  public MessageConsumer createSharedConsumer(Topic topic, String name) throws JMSException {
    checked(Domain.QUEUE, "createSharedConsumer");
    return consumer(topic, false, s -> s.createSharedConsumer(topic, name));
  }

  @Override
  public MessageConsumer createSharedConsumer(Topic topic, String name, String selector)
      throws JMSException {
    checked(Domain.QUEUE, "createSharedConsumer");
    return consumer(topic, false, s -> s.createSharedConsumer(topic, name, selector));
  }

  @Override
  public MessageConsumer createDurableConsumer(Topic topic, String name) throws JMSException {
    checked(Domain.QUEUE, "createDurableConsumer");
    return consumer(topic, false, s -> s.createDurableConsumer(topic, name));
  }

  @Override
  public MessageConsumer createDurableConsumer(
      Topic topic, String name, String selector, boolean noLocal) throws JMSException {
    checked(Domain.QUEUE, "createDurableConsumer");
    return consumer(topic, noLocal, s -> s.createDurableConsumer(topic, name, selector, noLocal));
  }

  @Override
  public MessageConsumer createSharedDurableConsumer(Topic topic, String name) throws JMSException {
    checked(Domain.QUEUE, "createSharedDurableConsumer");
    return consumer(topic, false, s -> s.createSharedDurableConsumer(topic, name));
  }

  @Override
  public MessageConsumer createSharedDurableConsumer(Topic topic, String name, String selector)
      throws JMSException {
    checked(Domain.QUEUE, "createSharedDurableConsumer");
    return consumer(topic, false, s -> s.createSharedDurableConsumer(topic, name, selector));
  }

  @Override
  public TopicSubscriber createDurableSubscriber(Topic topic, String name) throws JMSException {
    checked(Domain.QUEUE, "createDurableSubscriber");
    return consumer(topic, false, s -> s.createDurableSubscriber(topic, name));
  }

  @Override
  public TopicSubscriber createDurableSubscriber(
      Topic topic, String name, String selector, boolean noLocal) throws JMSException {
    checked(Domain.QUEUE, "createDurableSubscriber");
    return consumer(topic, noLocal, s -> s.createDurableSubscriber(topic, name, selector, noLocal));
  }

  @Override
  public QueueBrowser createBrowser(Queue queue) throws JMSException {
    return createBrowser(queue, null);
  }

  @Override
  public QueueBrowser createBrowser(Queue queue, String selector) throws JMSException {
    checked(Domain.TOPIC, "createBrowser");
    BrowserHandle browser = new BrowserHandle(this, s -> s.createBrowser(queue, selector));
    browser.physical();
    return keep(browser);
  }

  @Override
  public Queue createQueue(String name) throws JMSException {
    return checked(Domain.TOPIC, "createQueue").createQueue(name);
  }

  @Override
  public Topic createTopic(String name) throws JMSException {
    return checked(Domain.QUEUE, "createTopic").createTopic(name);
  }

  @Override
  public synchronized TemporaryQueue createTemporaryQueue() throws JMSException {
    TemporaryQueue queue = checked(Domain.TOPIC, "createTemporaryQueue").createTemporaryQueue();
    physical.temporary(queue::delete);
    return queue;
  }

  @Override
  public synchronized TemporaryTopic createTemporaryTopic() throws JMSException {
    TemporaryTopic topic = checked(Domain.QUEUE, "createTemporaryTopic").createTemporaryTopic();
    physical.temporary(topic::delete);
    return topic;
  }

  @Override
  public void unsubscribe(String name) throws JMSException {
    checked(Domain.QUEUE, "unsubscribe").unsubscribe(name);
  }

  @Override
  public QueueReceiver createReceiver(Queue queue) throws JMSException {
    return consumer(queue, false, s -> s.createConsumer(queue));
  }

  @Override
  public QueueReceiver createReceiver(Queue queue, String selector) throws JMSException {
    return consumer(queue, false, s -> s.createConsumer(queue, selector));
  }

  @Override
  public QueueSender createSender(Queue queue) throws JMSException {
    return producer(queue);
  }

  @Override
  public TopicSubscriber createSubscriber(Topic topic) throws JMSException {
    return consumer(topic, false, s -> s.createConsumer(topic));
  }

  @Override
  public TopicSubscriber createSubscriber(Topic topic, String selector, boolean noLocal)
      throws JMSException {
    return consumer(topic, noLocal, s -> s.createConsumer(topic, selector, noLocal));
  }

  @Override
  public TopicPublisher createPublisher(Topic topic) throws JMSException {
    return producer(topic);
  }
}
