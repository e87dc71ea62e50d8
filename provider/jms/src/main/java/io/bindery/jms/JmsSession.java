package io.bindery.jms;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Channel;
import io.bindery.engine.Delivery;
import io.bindery.engine.SubscriptionSpec.Kind;
import io.bindery.jms.ConsumerFactory.Named;
import io.bindery.jms.message.Acknowledgement;
import io.bindery.jms.message.JmsBytesMessage;
import io.bindery.jms.message.JmsMapMessage;
import io.bindery.jms.message.JmsMessage;
import io.bindery.jms.message.JmsObjectMessage;
import io.bindery.jms.message.JmsPlainMessage;
import io.bindery.jms.message.JmsStreamMessage;
import io.bindery.jms.message.JmsTextMessage;
import jakarta.jms.BytesMessage;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
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
import jakarta.jms.StreamMessage;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import jakarta.jms.TopicPublisher;
import jakarta.jms.TopicSession;
import jakarta.jms.TopicSubscriber;
import java.io.Serializable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * A session of any domain (Jakarta Messaging 6.2): one channel of the engine, one {@link
 * SessionMode}, one {@link SessionDeliveries}. For one thread of control at a time, but for {@link
 * #close}.
 */
class JmsSession implements QueueSession, TopicSession {
  private final BinderyConnection connection;
  private final Domain domain;
  private final Channel channel;
  private final SessionMode mode;
  private final ConsumerFactory<JmsConsumer> factory =
      new ConsumerFactory<>(this, settings -> new JmsConsumer(this, settings));
  private final Publisher publisher;
  private final Completions completions;
  private final SessionDeliveries deliveries;
  private final Acknowledgement acknowledgement = this::acknowledge;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile Channel receipts;
  private volatile boolean closed;

  /**
   * A session, stopped.
   *
   * @param id of its own within the connection
   * @param modeOf makes the mode, when the channel stands
   */
  JmsSession(
      BinderyConnection connection,
      String id,
      Channel channel,
      Function<JmsSession, SessionMode> modeOf) {
    this.connection = connection;
    this.domain = connection.domain();
    this.channel = channel;
    this.receipts = channel;
    this.deliveries = new SessionDeliveries("bindery-session-" + id);
    this.mode = modeOf.apply(this);
    this.publisher = new Publisher(this, id);
    this.completions = new Completions("bindery-completions-" + id);
  }

  final BinderyConnection connection() {
    return connection;
  }

  final Channel channel() {
    return channel;
  }

  /** The channel that settles what it received: its own, or that of connection consumers. */
  final Channel receipts() {
    return receipts;
  }

  final SessionMode mode() {
    return mode;
  }

  final SessionDeliveries deliveries() {
    return deliveries;
  }

  final Publisher publisher() {
    return publisher;
  }

  final Completions completions() {
    return completions;
  }

  final ConsumerFactory<JmsConsumer> factory() {
    return factory;
  }

  /** A received message as the application sees it. */
  final JmsMessage message(Delivery delivery) {
    JmsMessage message = JmsMessage.received(delivery, connection.messageContext());
    message.onAcknowledge(acknowledgement);
    return message;
  }

  final void acknowledge() throws JMSException {
    checkOpen();
    mode.acknowledge();
  }

  final void checkOpen() throws JMSException {
    if (closed) {
      throw JmsExceptions.illegalState("The session is closed");
    }
  }

  /**
   * Fails within the session's own listeners, where stopping or closing would wait for itself
   * (6.1.5, 6.1.8).
   */
  final void notFromListener(String method) throws JMSException {
    notFromMessageListener(method);
    completions.notFromCallback(method);
  }

  /** Fails within the session's own message listeners. */
  final void notFromMessageListener(String method) throws JMSException {
    if (deliveries.isListening()) {
      throw JmsExceptions.illegalState(
          method + " may not be called by a message listener of the same session");
    }
  }

  @Override
  public final void close() throws JMSException {
    close(() -> false);
  }

  /**
   * Closes it, once.
   *
   * @param last asked when this call is the one that closes
   * @return what {@code last} answered; false when it was closed before
   */
  final boolean close(BooleanSupplier last) throws JMSException {
    notFromListener("close");
    if (!closing.compareAndSet(false, true)) {
      // Whoever else closes it may still wait for its listener.
      Gate.await(ended);
      return false;
    }
    try {
      deliveries.shut();
      completions.awaitEmpty();
      closed = true;
      mode.close();
      deliveries.end();
      channel.close();
      mode.ended();
      connection.forget(this);
      return last.getAsBoolean();
    } finally {
      ended.countDown();
    }
  }

  @Override
  public final void commit() throws JMSException {
    checkOpen();
    completions.notFromCallback("commit");
    completions.awaitEmpty();
    mode.commit();
  }

  @Override
  public final void rollback() throws JMSException {
    checkOpen();
    completions.notFromCallback("rollback");
    completions.awaitEmpty();
    mode.rollback();
  }

  @Override
  public final void recover() throws JMSException {
    checkOpen();
    mode.recover();
  }

  @Override
  public final boolean getTransacted() throws JMSException {
    checkOpen();
    return mode.transacted();
  }

  @Override
  public final int getAcknowledgeMode() throws JMSException {
    checkOpen();
    return mode.code();
  }

  @Override
  public final MessageListener getMessageListener() throws JMSException {
    checkOpen();
    return deliveries.assigned().listener();
  }

  /**
   * Makes it a session of connection consumers (Jakarta Messaging 11.2.1), once and for all: no
   * other form of receipt can be used in it, also after the listener is set to null.
   *
   * @throws jakarta.jms.IllegalStateException when it has consumers
   */
  @Override
  public final void setMessageListener(MessageListener listener) throws JMSException {
    checkOpen();
    if (listener != null && receipts == channel) {
      if (!deliveries.consumers().isEmpty()) {
        throw JmsExceptions.illegalState(
            "setMessageListener: the session has consumers, and so cannot serve a connection consumer");
      }
      receipts = connection.consumersChannel();
    }
    deliveries.assigned().listener(listener);
  }

  /**
   * Calls the session's own listener for the messages that a connection consumer assigned to it,
   * and returns after the last (Jakarta Messaging 11.2.1). On the caller's thread.
   */
  @Override
  public final void run() {
    deliveries.assigned().run(this);
  }

  /** Fails in a session that serves connection consumers. */
  private void checkMayConsume() throws JMSException {
    checkOpen();
    if (receipts != channel) {
      throw JmsExceptions.illegalState(
          "The session has a message listener of its own, for connection consumers: it can receive in no other way");
    }
  }

  @Override
  public final BytesMessage createBytesMessage() throws JMSException {
    checkOpen();
    return new JmsBytesMessage();
  }

  @Override
  public final MapMessage createMapMessage() throws JMSException {
    checkOpen();
    return new JmsMapMessage();
  }

  @Override
  public final Message createMessage() throws JMSException {
    checkOpen();
    return new JmsPlainMessage();
  }

  @Override
  public final ObjectMessage createObjectMessage() throws JMSException {
    checkOpen();
    return new JmsObjectMessage();
  }

  @Override
  public final ObjectMessage createObjectMessage(Serializable object) throws JMSException {
    ObjectMessage message = createObjectMessage();
    message.setObject(object);
    return message;
  }

  @Override
  public final StreamMessage createStreamMessage() throws JMSException {
    checkOpen();
    return new JmsStreamMessage();
  }

  @Override
  public final TextMessage createTextMessage() throws JMSException {
    checkOpen();
    return new JmsTextMessage();
  }

  @Override
  public final TextMessage createTextMessage(String text) throws JMSException {
    TextMessage message = createTextMessage();
    message.setText(text);
    return message;
  }

  @Override
  public final Queue createQueue(String name) throws JMSException {
    checkOpen();
    domain.forQueues("createQueue");
    return (Queue) named(name, Queue.class);
  }

  @Override
  public final Topic createTopic(String name) throws JMSException {
    checkOpen();
    domain.forTopics("createTopic");
    return (Topic) named(name, Topic.class);
  }

  private static BinderyDestination named(String name, Class<? extends Destination> kind)
      throws JMSException {
    BinderyDestination destination = BinderyDestination.parse(name, kind);
    if (!kind.isInstance(destination)) {
      throw new InvalidDestinationException(
          "'" + name + "' does not name a " + kind.getSimpleName());
    }
    return destination;
  }

  @Override
  public final TemporaryQueue createTemporaryQueue() throws JMSException {
    checkOpen();
    domain.forQueues("createTemporaryQueue");
    return connection.temporaries().createQueue();
  }

  @Override
  public final TemporaryTopic createTemporaryTopic() throws JMSException {
    checkOpen();
    domain.forTopics("createTemporaryTopic");
    return connection.temporaries().createTopic();
  }

  @Override
  public final MessageProducer createProducer(Destination destination) throws JMSException {
    return producer(destination);
  }

  @Override
  public final QueueSender createSender(Queue queue) throws JMSException {
    domain.forQueues("createSender");
    return producer(queue);
  }

  @Override
  public final TopicPublisher createPublisher(Topic topic) throws JMSException {
    domain.forTopics("createPublisher");
    return producer(topic);
  }

  private JmsMessageProducer producer(Destination destination) throws JMSException {
    checkOpen();
    return new JmsMessageProducer(
        this, destination == null ? null : BinderyDestination.of(destination));
  }

  @Override
  public final MessageConsumer createConsumer(Destination destination) throws JMSException {
    return createConsumer(destination, null, false);
  }

  @Override
  public final MessageConsumer createConsumer(Destination destination, String selector)
      throws JMSException {
    return createConsumer(destination, selector, false);
  }

  @Override
  public final MessageConsumer createConsumer(
      Destination destination, String selector, boolean noLocal) throws JMSException {
    checkMayConsume();
    return factory.any(destination, selector, noLocal);
  }

  @Override
  public final QueueReceiver createReceiver(Queue queue) throws JMSException {
    return createReceiver(queue, null);
  }

  @Override
  public final QueueReceiver createReceiver(Queue queue, String selector) throws JMSException {
    checkMayConsume();
    domain.forQueues("createReceiver");
    return factory.any(queue, selector, false);
  }

  @Override
  public final TopicSubscriber createSubscriber(Topic topic) throws JMSException {
    return createSubscriber(topic, null, false);
  }

  @Override
  public final TopicSubscriber createSubscriber(Topic topic, String selector, boolean noLocal)
      throws JMSException {
    checkMayConsume();
    domain.forTopics("createSubscriber");
    return factory.any(topic, selector, noLocal);
  }

  /** A consumer of a subscription with a name. */
  final JmsConsumer named(Kind kind, Topic topic, Named named) throws JMSException {
    checkMayConsume();
    domain.forTopics("A consumer of a named subscription");
    return factory.named(kind, topic, named);
  }

  @Override
  public final TopicSubscriber createDurableSubscriber(Topic topic, String name)
      throws JMSException {
    return named(Kind.DURABLE, topic, new Named(name, null, false));
  }

  @Override
  public final TopicSubscriber createDurableSubscriber(
      Topic topic, String name, String selector, boolean noLocal) throws JMSException {
    return named(Kind.DURABLE, topic, new Named(name, selector, noLocal));
  }

  @Override
  public final MessageConsumer createDurableConsumer(Topic topic, String name) throws JMSException {
    return named(Kind.DURABLE, topic, new Named(name, null, false));
  }

  @Override
  public final MessageConsumer createDurableConsumer(
      Topic topic, String name, String selector, boolean noLocal) throws JMSException {
    return named(Kind.DURABLE, topic, new Named(name, selector, noLocal));
  }

  @Override
  public final MessageConsumer createSharedConsumer(Topic topic, String name) throws JMSException {
    return named(Kind.SHARED, topic, new Named(name, null, false));
  }

  @Override
  public final MessageConsumer createSharedConsumer(Topic topic, String name, String selector)
      throws JMSException {
    return named(Kind.SHARED, topic, new Named(name, selector, false));
  }

  @Override
  public final MessageConsumer createSharedDurableConsumer(Topic topic, String name)
      throws JMSException {
    return named(Kind.SHARED_DURABLE, topic, new Named(name, null, false));
  }

  @Override
  public final MessageConsumer createSharedDurableConsumer(
      Topic topic, String name, String selector) throws JMSException {
    return named(Kind.SHARED_DURABLE, topic, new Named(name, selector, false));
  }

  @Override
  public final QueueBrowser createBrowser(Queue queue) throws JMSException {
    return createBrowser(queue, null);
  }

  @Override
  public final QueueBrowser createBrowser(Queue queue, String selector) throws JMSException {
    checkOpen();
    domain.forQueues("createBrowser");
    return JmsBrowser.of(this, queue, selector);
  }

  @Override
  public final void unsubscribe(String name) throws JMSException {
    checkOpen();
    domain.forTopics("unsubscribe");
    if (name == null || name.isEmpty()) {
      throw new InvalidDestinationException("unsubscribe: the subscription has no name");
    }
    // What was processed and is acknowledged lazily must not look unacknowledged.
    mode.beforeDrain();
    try {
      channel.unsubscribe(connection.clientId(), name).await();
    } catch (AmqpException e) {
      throw JmsExceptions.of(e, "unsubscribing '" + name + "'");
    }
  }
}
