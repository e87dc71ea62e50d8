package io.bindery.ra;

import io.bindery.ra.SessionRequest.Domain;
import jakarta.jms.BytesMessage;
import jakarta.jms.ConnectionMetaData;
import jakarta.jms.Destination;
import jakarta.jms.ExceptionListener;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSProducer;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.StreamMessage;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.io.Serializable;

/**
 * A JMSContext as an application in a container has it, also behind an injected one: one connection
 * handle and its one session. For one thread at a time.
 */
final class ContextHandle implements JMSContext {
  private final ConnectionHandle connection;
  private final SessionHandle session;
  private boolean autoStart = true;
  private ProducerHandle producer;

  private ContextHandle(ConnectionHandle connection, SessionHandle session) {
    this.connection = connection;
    this.session = session;
  }

  /** A context with its session, which takes part in the transaction of the moment. */
  static ContextHandle open(ConnectionHandle connection, int sessionMode) {
    return Unchecked.call(
        () -> new ContextHandle(connection, connection.open(sessionMode, Domain.ANY)));
  }

  @Override
  public JMSContext createContext(int sessionMode) {
    throw Forbidden.contextMethod("JMSContext.createContext");
  }

  @Override
  public JMSProducer createProducer() {
    return Unchecked.call(
        () -> {
          if (producer == null) {
            producer = (ProducerHandle) session.createProducer(null);
          }
          producer.physical();
          return new ContextProducer(producer, session);
        });
  }

  private JMSConsumer consumer(Unchecked.Call<MessageConsumer> maker) {
    return Unchecked.call(
        () -> {
          MessageConsumer consumer = maker.call();
          if (autoStart) {
            connection.start();
          }
          return new ContextConsumer((ConsumerHandle) consumer);
        });
  }

  @Override
  public JMSConsumer createConsumer(Destination destination) {
    return consumer(() -> session.createConsumer(destination));
  }

  @Override
  public JMSConsumer createConsumer(Destination destination, String selector) {
    return consumer(() -> session.createConsumer(destination, selector));
  }

  @Override
  public JMSConsumer createConsumer(Destination destination, String selector, boolean noLocal) {
    return consumer(() -> session.createConsumer(destination, selector, noLocal));
  }

  @Override
  public JMSConsumer createDurableConsumer(Topic topic, String name) {
    return consumer(() -> session.createDurableConsumer(topic, name));
  }

  @Override
  public JMSConsumer createDurableConsumer(
      Topic topic, String name, String selector, boolean noLocal) {
    return consumer(() -> session.createDurableConsumer(topic, name, selector, noLocal));
  }

  @Override
  public JMSConsumer createSharedDurableConsumer(Topic topic, String name) {
    return consumer(() -> session.createSharedDurableConsumer(topic, name));
  }

  @Override
  public JMSConsumer createSharedDurableConsumer(Topic topic, String name, String selector) {
    return consumer(() -> session.createSharedDurableConsumer(topic, name, selector));
  }

  @Override
  public JMSConsumer createSharedConsumer(Topic topic, String name) {
    return consumer(() -> session.createSharedConsumer(topic, name));
  }

  @Override
  public JMSConsumer createSharedConsumer(Topic topic, String name, String selector) {
    return consumer(() -> session.createSharedConsumer(topic, name, selector));
  }

  @Override
  public QueueBrowser createBrowser(Queue queue) {
    return browser(() -> session.createBrowser(queue));
  }

  @Override
  public QueueBrowser createBrowser(Queue queue, String selector) {
    return browser(() -> session.createBrowser(queue, selector));
  }

  private QueueBrowser browser(Unchecked.Call<QueueBrowser> maker) {
    QueueBrowser browser = Unchecked.call(maker);
    if (autoStart) {
      start();
    }
    return browser;
  }

  @Override
  public void start() {
    Unchecked.run(connection::start);
  }

  @Override
  public void stop() {
    throw Forbidden.contextMethod("JMSContext.stop");
  }

  @Override
  public void setAutoStart(boolean value) {
    autoStart = value;
  }

  @Override
  public boolean getAutoStart() {
    return autoStart;
  }

  @Override
  public void close() {
    Unchecked.run(connection::close);
  }

  @Override
  public String getClientID() {
    return Unchecked.call(connection::getClientID);
  }

  @Override
  public void setClientID(String clientId) {
    throw Forbidden.contextMethod("JMSContext.setClientID");
  }

  @Override
  public ConnectionMetaData getMetaData() {
    return Unchecked.call(connection::getMetaData);
  }

  @Override
  public ExceptionListener getExceptionListener() {
    return Unchecked.call(connection::getExceptionListener);
  }

  @Override
  public void setExceptionListener(ExceptionListener listener) {
    throw Forbidden.contextMethod("JMSContext.setExceptionListener");
  }

  @Override
  public boolean getTransacted() {
    return Unchecked.call(session::getTransacted);
  }

  @Override
  public int getSessionMode() {
    return Unchecked.call(session::getAcknowledgeMode);
  }

  @Override
  public void commit() {
    Unchecked.run(session::commit);
  }

  @Override
  public void rollback() {
    Unchecked.run(session::rollback);
  }

  @Override
  public void recover() {
    Unchecked.run(session::recover);
  }

  /** Nothing to do: no mode of a container's session leaves it to the application. */
  @Override
  public void acknowledge() {
    Unchecked.call(session::getAcknowledgeMode);
  }

  @Override
  public void unsubscribe(String name) {
    Unchecked.run(() -> session.unsubscribe(name));
  }

  @Override
  public BytesMessage createBytesMessage() {
    return Unchecked.call(session::createBytesMessage);
  }

  @Override
  public MapMessage createMapMessage() {
    return Unchecked.call(session::createMapMessage);
  }

  @Override
  public Message createMessage() {
    return Unchecked.call(session::createMessage);
  }

  @Override
  public ObjectMessage createObjectMessage() {
    return Unchecked.call(() -> session.createObjectMessage());
  }

  @Override
  public ObjectMessage createObjectMessage(Serializable object) {
    return Unchecked.call(() -> session.createObjectMessage(object));
  }

  @Override
  public StreamMessage createStreamMessage() {
    return Unchecked.call(session::createStreamMessage);
  }

  @Override
  public TextMessage createTextMessage() {
    return Unchecked.call(() -> session.createTextMessage());
  }

  @Override
  public TextMessage createTextMessage(String text) {
    return Unchecked.call(() -> session.createTextMessage(text));
  }

  @Override
  public Queue createQueue(String name) {
    return Unchecked.call(() -> session.createQueue(name));
  }

  @Override
  public Topic createTopic(String name) {
    return Unchecked.call(() -> session.createTopic(name));
  }

  @Override
  public TemporaryQueue createTemporaryQueue() {
    return Unchecked.call(session::createTemporaryQueue);
  }

  @Override
  public TemporaryTopic createTemporaryTopic() {
    return Unchecked.call(session::createTemporaryTopic);
  }
}
