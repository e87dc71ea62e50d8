package io.bindery.jms;

import static io.bindery.jms.JmsExceptions.call;
import static io.bindery.jms.JmsExceptions.run;

import io.bindery.engine.SubscriptionSpec.Kind;
import io.bindery.jms.ConsumerFactory.Named;
import jakarta.jms.BytesMessage;
import jakarta.jms.ConnectionMetaData;
import jakarta.jms.Destination;
import jakarta.jms.ExceptionListener;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.StreamMessage;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.io.Serializable;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A connection and a session in one (the simplified API, Jakarta Messaging 2.8): the classic
 * objects with unchecked exceptions. Contexts made of one another share the connection, which
 * closes with the last of them. For one thread of control at a time, but for {@link #createContext}
 * and {@link #close}.
 */
class BinderyContext implements JMSContext {
  private final BinderyConnection connection;
  private final AtomicInteger sharers;
  private final JmsSession session;
  private boolean autoStart = true;

  /** The first context of a connection. */
  BinderyContext(BinderyConnection connection, JmsSession session) {
    this(connection, session, new AtomicInteger(1));
  }

  private BinderyContext(BinderyConnection connection, JmsSession session, AtomicInteger sharers) {
    this.connection = connection;
    this.session = session;
    this.sharers = sharers;
  }

  /** The session, which is used from now on, and so the client identifier may no longer be set. */
  private JmsSession session() throws JMSException {
    session.checkOpen();
    connection.use();
    return session;
  }

  final JmsSession ownSession() {
    return session;
  }

  @Override
  public final JMSContext createContext(int sessionMode) {
    return call(
        () -> {
          session.checkOpen();
          connection.use();
          BinderyContext sibling =
              new BinderyContext(connection, connection.newSession(sessionMode), sharers);
          sharers.incrementAndGet();
          return sibling;
        });
  }

  @Override
  public final JMSProducer createProducer() {
    return call(() -> new ContextProducer((JmsMessageProducer) session().createProducer(null)));
  }

  @Override
  public final String getClientID() {
    return call(
        () -> {
          session.checkOpen();
          return connection.getClientID();
        });
  }

  @Override
  public final void setClientID(String clientId) {
    run(
        () -> {
          session.checkOpen();
          connection.setClientID(clientId);
        });
  }

  @Override
  public final ConnectionMetaData getMetaData() {
    return call(
        () -> {
          session.checkOpen();
          return connection.getMetaData();
        });
  }

  @Override
  public final ExceptionListener getExceptionListener() {
    return call(
        () -> {
          session.checkOpen();
          return connection.getExceptionListener();
        });
  }

  @Override
  public final void setExceptionListener(ExceptionListener listener) {
    run(
        () -> {
          session.checkOpen();
          connection.setExceptionListener(listener);
        });
  }

  @Override
  public final void start() {
    run(
        () -> {
          session();
          connection.start();
        });
  }

  @Override
  public final void stop() {
    run(
        () -> {
          session();
          connection.stop();
        });
  }

  @Override
  public final void setAutoStart(boolean value) {
    autoStart = value;
  }

  @Override
  public final boolean getAutoStart() {
    return autoStart;
  }

  /**
   * Closes the session, and the connection with its last context (Jakarta Messaging 6.1.8). Twice
   * does nothing.
   */
  @Override
  public final void close() {
    run(
        () -> {
          if (session.close(() -> sharers.decrementAndGet() == 0)) {
            connection.close();
          }
        });
  }

  @Override
  public final BytesMessage createBytesMessage() {
    return call(() -> session().createBytesMessage());
  }

  @Override
  public final MapMessage createMapMessage() {
    return call(() -> session().createMapMessage());
  }

  @Override
  public final Message createMessage() {
    return call(() -> session().createMessage());
  }

  @Override
  public final ObjectMessage createObjectMessage() {
    return call(() -> session().createObjectMessage());
  }

  @Override
  public final ObjectMessage createObjectMessage(Serializable object) {
    return call(() -> session().createObjectMessage(object));
  }

  @Override
  public final StreamMessage createStreamMessage() {
    return call(() -> session().createStreamMessage());
  }

  @Override
  public final TextMessage createTextMessage() {
    return call(() -> session().createTextMessage());
  }

  @Override
  public final TextMessage createTextMessage(String text) {
    return call(() -> session().createTextMessage(text));
  }

  @Override
  public final boolean getTransacted() {
    return call(session::getTransacted);
  }

  @Override
  public final int getSessionMode() {
    return call(session::getAcknowledgeMode);
  }

  @Override
  public final void commit() {
    run(() -> session().commit());
  }

  @Override
  public final void rollback() {
    run(() -> session().rollback());
  }

  @Override
  public final void recover() {
    run(() -> session().recover());
  }

  /** Acknowledges all that this context has delivered; nothing but in CLIENT_ACKNOWLEDGE. */
  @Override
  public final void acknowledge() {
    run(() -> session().acknowledge());
  }

  private JMSConsumer consumer(JmsExceptions.Call<? extends Object> creation) {
    return call(
        () -> {
          JMSConsumer consumer = new ContextConsumer((JmsConsumer) creation.run());
          if (autoStart) {
            connection.start();
          }
          return consumer;
        });
  }

  @Override
  public final JMSConsumer createConsumer(Destination destination) {
    return createConsumer(destination, null, false);
  }

  @Override
  public final JMSConsumer createConsumer(Destination destination, String selector) {
    return createConsumer(destination, selector, false);
  }

  @Override
  public final JMSConsumer createConsumer(
      Destination destination, String selector, boolean noLocal) {
    return consumer(() -> session().createConsumer(destination, selector, noLocal));
  }

  private JMSConsumer named(Kind kind, Topic topic, Named named) {
    return consumer(() -> session().named(kind, topic, named));
  }

  @Override
  public final JMSConsumer createDurableConsumer(Topic topic, String name) {
    return named(Kind.DURABLE, topic, new Named(name, null, false));
  }

  @Override
  public final JMSConsumer createDurableConsumer(
      Topic topic, String name, String selector, boolean noLocal) {
    return named(Kind.DURABLE, topic, new Named(name, selector, noLocal));
  }

  @Override
  public final JMSConsumer createSharedDurableConsumer(Topic topic, String name) {
    return named(Kind.SHARED_DURABLE, topic, new Named(name, null, false));
  }

  @Override
  public final JMSConsumer createSharedDurableConsumer(Topic topic, String name, String selector) {
    return named(Kind.SHARED_DURABLE, topic, new Named(name, selector, false));
  }

  @Override
  public final JMSConsumer createSharedConsumer(Topic topic, String name) {
    return named(Kind.SHARED, topic, new Named(name, null, false));
  }

  @Override
  public final JMSConsumer createSharedConsumer(Topic topic, String name, String selector) {
    return named(Kind.SHARED, topic, new Named(name, selector, false));
  }

  @Override
  public final Queue createQueue(String name) {
    return call(() -> session().createQueue(name));
  }

  @Override
  public final Topic createTopic(String name) {
    return call(() -> session().createTopic(name));
  }

  @Override
  public final QueueBrowser createBrowser(Queue queue) {
    return createBrowser(queue, null);
  }

  /** Only a consumer starts the connection; a browser needs none that is started (6.1.4). */
  @Override
  public final QueueBrowser createBrowser(Queue queue, String selector) {
    return call(() -> session().createBrowser(queue, selector));
  }

  @Override
  public final TemporaryQueue createTemporaryQueue() {
    return call(() -> session().createTemporaryQueue());
  }

  @Override
  public final TemporaryTopic createTemporaryTopic() {
    return call(() -> session().createTemporaryTopic());
  }

  @Override
  public final void unsubscribe(String name) {
    run(() -> session().unsubscribe(name));
  }
}
