package io.bindery.jms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.fail;

import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.Destination;
import jakarta.jms.ExceptionListener;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageListener;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueReceiver;
import jakarta.jms.QueueSender;
import jakarta.jms.QueueSession;
import jakarta.jms.ServerSessionPool;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicPublisher;
import jakarta.jms.TopicSession;
import jakarta.jms.TopicSubscriber;
import jakarta.jms.XASession;
import java.io.Serializable;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("6.1.8, 6.2.15 Every method of what is closed, found by reflection")
class AfterCloseTest extends JmsTest {
  /** What never throws: closing again, and what touches nothing that is closed. */
  private static final Set<String> NEVER =
      Set.of(
          "close",
          "run",
          "setAutoStart",
          "getAutoStart",
          "getXAResource",
          "getSession",
          "getQueueSession",
          "getTopicSession");

  private final Map<Class<?>, Object> arguments = new HashMap<>();

  @BeforeEach
  void argumentsOfEachType() throws JMSException {
    CompletionListener completion =
        new CompletionListener() {
          @Override
          public void onCompletion(Message message) {
            fail("nothing was sent");
          }

          @Override
          public void onException(Message message, Exception failure) {
            fail("nothing was sent");
          }
        };
    arguments.put(int.class, 1);
    arguments.put(long.class, 0L);
    arguments.put(boolean.class, false);
    arguments.put(String.class, "name");
    arguments.put(Class.class, String.class);
    arguments.put(Serializable.class, "body");
    arguments.put(byte[].class, new byte[0]);
    arguments.put(Map.class, Map.of());
    arguments.put(Destination.class, queue);
    arguments.put(Queue.class, queue);
    arguments.put(Topic.class, topic);
    arguments.put(Message.class, session.createTextMessage("kept"));
    arguments.put(MessageListener.class, (MessageListener) message -> {});
    arguments.put(ExceptionListener.class, (ExceptionListener) problem -> {});
    arguments.put(ServerSessionPool.class, (ServerSessionPool) () -> null);
    arguments.put(CompletionListener.class, completion);
  }

  private Object[] argumentsOf(Method method) {
    return Stream.of(method.getParameterTypes()).map(arguments::get).toArray();
  }

  /** Calls everything that an interface has, and tells what did not throw as it must. */
  private <T> List<String> wrong(Class<T> type, T closed) {
    List<String> wrong = new ArrayList<>();
    int called = 0;
    for (Method method : type.getMethods()) {
      if (!NEVER.contains(method.getName())) {
        called++;
        Class<?> expected =
            List.of(method.getExceptionTypes()).contains(JMSException.class)
                ? IllegalStateException.class
                : IllegalStateRuntimeException.class;
        // That it is closed matters most, whatever it is asked.
        for (Object[] asked : List.of(argumentsOf(method), nothingFor(method))) {
          Object thrown = call(method, closed, asked);
          if (!expected.isInstance(thrown)) {
            wrong.add(type.getSimpleName() + "." + method.getName() + ": " + thrown);
          }
        }
      }
    }
    assertFalse(called == 0, "methods must have been called");
    return wrong;
  }

  /** Null and zero, as far as the types allow. */
  private static Object[] nothingFor(Method method) {
    return Stream.of(method.getParameterTypes())
        .map(type -> Array.get(Array.newInstance(type, 1), 0))
        .toArray();
  }

  private static Object call(Method method, Object target, Object... asked) {
    try {
      return method.invoke(target, asked);
    } catch (InvocationTargetException e) {
      return e.getCause();
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  /** One of each, of one session. */
  private record Parts(
      QueueSender sender,
      TopicPublisher publisher,
      QueueReceiver receiver,
      TopicSubscriber subscriber,
      QueueBrowser browser) {
    static Parts of(Session session, Queue queue, Topic topic) throws JMSException {
      return new Parts(
          (QueueSender) session.createProducer(queue),
          (TopicPublisher) session.createProducer(topic),
          (QueueReceiver) session.createConsumer(queue),
          (TopicSubscriber) session.createConsumer(topic),
          session.createBrowser(queue));
    }
  }

  private List<String> wrongOf(Parts parts) {
    List<String> wrong = new ArrayList<>();
    wrong.addAll(wrong(MessageProducer.class, parts.sender));
    wrong.addAll(wrong(QueueSender.class, parts.sender));
    wrong.addAll(wrong(TopicPublisher.class, parts.publisher));
    wrong.addAll(wrong(MessageConsumer.class, parts.receiver));
    wrong.addAll(wrong(QueueReceiver.class, parts.receiver));
    wrong.addAll(wrong(TopicSubscriber.class, parts.subscriber));
    wrong.addAll(wrong(QueueBrowser.class, parts.browser));
    return wrong;
  }

  private static void closeTwice(Parts parts) throws JMSException {
    for (int i = 0; i < 2; i++) {
      parts.sender.close();
      parts.publisher.close();
      parts.receiver.close();
      parts.subscriber.close();
      parts.browser.close();
    }
  }

  @Test
  @DisplayName("8.8, 7.1 producers, consumers and browsers that were closed")
  void parts() throws JMSException {
    Parts parts = Parts.of(session, queue, topic);
    closeTwice(parts);
    assertEquals(List.of(), wrongOf(parts));
  }

  @Test
  @DisplayName("6.2.15 a session, and what was made of it")
  void session() throws JMSException {
    Parts parts = Parts.of(session, queue, topic);
    session.close();
    session.close();
    assertEquals(List.of(), wrong(Session.class, session));
    assertEquals(List.of(), wrongOf(parts));
    closeTwice(parts);
  }

  @Test
  @DisplayName("6.1.8 a connection, and what was made of it")
  void connection() throws JMSException {
    Parts parts = Parts.of(session, queue, topic);
    Session transacted = connection.createSession(Session.SESSION_TRANSACTED);
    XASession xa = later(factory.createXAConnection()).createXASession();
    connection.close();
    connection.close();
    assertEquals(List.of(), wrong(Connection.class, connection));
    assertEquals(List.of(), wrong(Session.class, session));
    assertEquals(List.of(), wrong(Session.class, transacted));
    assertEquals(List.of(), wrongOf(parts));
    closeTwice(parts);
    session.close();
    xa.close();
    assertEquals(List.of(), wrong(XASession.class, xa));
  }

  @Test
  @DisplayName("6.1.8 connections and sessions of the domains")
  void domains() throws JMSException {
    QueueConnection queues = later(factory.createQueueConnection());
    TopicConnection topics = later(factory.createTopicConnection());
    QueueSession queueSession = queues.createQueueSession(false, Session.AUTO_ACKNOWLEDGE);
    TopicSession topicSession = topics.createTopicSession(true, Session.AUTO_ACKNOWLEDGE);
    queues.close();
    topics.close();
    assertEquals(List.of(), wrong(QueueConnection.class, queues));
    assertEquals(List.of(), wrong(TopicConnection.class, topics));
    assertEquals(List.of(), wrong(QueueSession.class, queueSession));
    assertEquals(List.of(), wrong(TopicSession.class, topicSession));
  }

  @Test
  @DisplayName("6.1.8 a context, and its consumers and producers")
  void context() {
    JMSContext context = context(JMSContext.AUTO_ACKNOWLEDGE);
    JMSConsumer consumer = context.createConsumer(queue);
    JMSConsumer closed = context.createConsumer(topic);
    JMSProducer producer = context.createProducer();
    closed.close();
    closed.close();
    assertEquals(List.of(), wrong(JMSConsumer.class, closed));
    JMSContext other = context.createContext(JMSContext.CLIENT_ACKNOWLEDGE);
    context.close();
    context.close();
    assertEquals(List.of(), wrong(JMSContext.class, context));
    assertEquals(List.of(), wrong(JMSConsumer.class, consumer));
    for (Method method : JMSProducer.class.getMethods()) {
      if (method.getName().equals("send")) {
        assertInstanceOf(
            IllegalStateRuntimeException.class, call(method, producer, argumentsOf(method)));
      }
    }
    consumer.close();
    other.createProducer().send(queue, "still open");
    other.close();
    assertEquals(List.of(), wrong(JMSContext.class, other));
  }
}
