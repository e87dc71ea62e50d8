package io.bindery.jms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidClientIDException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.InvalidDestinationRuntimeException;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.InvalidSelectorRuntimeException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueRequestor;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicRequestor;
import jakarta.jms.TopicSession;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("10.3 What a call is given wrongly, and which exception says so")
class ArgumentsTest extends JmsTest {
  /** A destination of another provider. */
  private record Foreign(String getQueueName) implements Queue {
    @Override
    public String getQueueName() {
      return getQueueName;
    }
  }

  private static void all(Class<? extends Throwable> expected, Executable... calls) {
    for (int i = 0; i < calls.length; i++) {
      assertThrows(expected, calls[i], "call " + i);
    }
  }

  @Test
  @DisplayName("6.2.1 null, and another provider's destination, where a destination must be")
  void destinations() throws JMSException {
    Foreign foreign = new Foreign("elsewhere");
    QueueSession queues =
        later(factory.createQueueConnection()).createQueueSession(false, Session.AUTO_ACKNOWLEDGE);
    TopicSession topics =
        later(factory.createTopicConnection()).createTopicSession(false, Session.AUTO_ACKNOWLEDGE);
    Connection named = connect();
    named.setClientID("desk");
    Session own = named.createSession();
    MessageProducer open = session.createProducer(null);
    Message message = session.createMessage();
    all(
        InvalidDestinationException.class,
        () -> session.createConsumer(null),
        () -> session.createConsumer(null, "n = 1"),
        () -> session.createConsumer(null, null, true),
        () -> session.createConsumer(foreign),
        () -> session.createProducer(foreign),
        () -> session.createBrowser(null),
        () -> session.createBrowser(null, "n = 1"),
        () -> session.createBrowser(foreign),
        () -> session.createSharedConsumer(null, "s"),
        () -> session.createSharedDurableConsumer(null, "s"),
        () -> own.createDurableConsumer(null, "s"),
        () -> own.createDurableSubscriber(null, "s"),
        () -> queues.createReceiver(null),
        () -> topics.createSubscriber(null),
        () -> topics.createSubscriber(null, null, false),
        () -> open.send((Queue) null, message),
        () -> open.send(null, message, DeliveryMode.PERSISTENT, 4, 0),
        () -> open.send(foreign, message),
        () -> queues.createSender(null).send((Queue) null, queues.createMessage()),
        () -> topics.createPublisher(null).publish((Topic) null, topics.createMessage()),
        () -> new QueueRequestor(queues, null),
        () -> new TopicRequestor(topics, null),
        () -> session.unsubscribe("never seen"),
        () -> session.unsubscribe(""),
        () -> session.unsubscribe(null));
  }

  @Test
  @DisplayName("6.2.1 the same for a context, unchecked")
  void contextDestinations() {
    JMSContext context = context(JMSContext.AUTO_ACKNOWLEDGE);
    JMSProducer producer = context.createProducer();
    Foreign foreign = new Foreign("elsewhere");
    all(
        InvalidDestinationRuntimeException.class,
        () -> context.createConsumer(null),
        () -> context.createConsumer(foreign),
        () -> context.createBrowser(null),
        () -> context.createSharedConsumer(null, "s"),
        () -> context.createSharedDurableConsumer(null, "s"),
        () -> context.unsubscribe("never seen"),
        () -> producer.send(null, context.createMessage()),
        () -> producer.send(null, "text"),
        () -> producer.send(null, new byte[0]),
        () -> producer.send(foreign, "text"));
    assertThrows(MessageFormatRuntimeException.class, () -> producer.send(queue, (Message) null));
    assertThrows(
        InvalidSelectorRuntimeException.class, () -> context.createBrowser(queue, "n = 'x"));
    all(
        JMSRuntimeException.class,
        () -> context.createDurableConsumer(topic, "s"),
        () -> context.createSharedConsumer(topic, null),
        () -> context.createQueue(null),
        () -> context.createTopic(""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"=", "n =", "n = 'x", "1 + ", "n BETWEEN 1", "n LIKE 5", "(n = 1", "IS"})
  @DisplayName("3.8.1.1 an invalid selector, wherever one is given")
  void selectors(String wrong) throws JMSException {
    Connection named = connect();
    named.setClientID("desk");
    Session own = named.createSession();
    all(
        InvalidSelectorException.class,
        () -> own.createConsumer(queue, wrong),
        () -> own.createConsumer(topic, wrong, true),
        () -> own.createBrowser(queue, wrong),
        () -> own.createSharedConsumer(topic, "s", wrong),
        () -> own.createSharedDurableConsumer(topic, "s", wrong),
        () -> own.createDurableConsumer(topic, "s", wrong, false),
        () -> own.createDurableSubscriber(topic, "s", wrong, false));
    assertThrows(InvalidDestinationException.class, () -> own.unsubscribe("s"));
  }

  @Test
  @DisplayName("3.8.1 null and an empty selector are none")
  void noSelector() throws JMSException {
    assertNull(session.createConsumer(queue, null).getMessageSelector());
    assertNull(session.createConsumer(queue, "").getMessageSelector());
    assertNull(session.createBrowser(queue, "").getMessageSelector());
    assertEquals("n = 1", session.createConsumer(topic, "n = 1").getMessageSelector());
  }

  @Test
  @DisplayName("7.7, 7.8, 7.9, 3.4.10 delivery modes, priorities and times out of range")
  void options() throws JMSException {
    MessageProducer producer = session.createProducer(queue);
    Message message = session.createMessage();
    all(
        JMSException.class,
        () -> producer.setDeliveryMode(0),
        () -> producer.setDeliveryMode(3),
        () -> producer.setDeliveryMode(-1),
        () -> producer.setPriority(-1),
        () -> producer.setPriority(10),
        () -> producer.setTimeToLive(-1),
        () -> producer.setDeliveryDelay(-1),
        () -> producer.send(message, 3, 4, 0),
        () -> producer.send(message, DeliveryMode.PERSISTENT, 10, 0),
        () -> producer.send(message, DeliveryMode.PERSISTENT, 4, -1));
    assertEquals(DeliveryMode.PERSISTENT, producer.getDeliveryMode());
    assertEquals(4, producer.getPriority());
    assertEquals(0, producer.getTimeToLive());
    assertEquals(0, producer.getDeliveryDelay());
    assertEquals(List.of(), left(queue));
  }

  @Test
  @DisplayName("7.1 a producer with and without a destination, and null messages")
  void sends() throws JMSException {
    MessageProducer own = session.createProducer(queue);
    MessageProducer open = session.createProducer(null);
    Message message = session.createMessage();
    assertNull(open.getDestination());
    assertSame(queue, own.getDestination());
    all(
        UnsupportedOperationException.class,
        () -> own.send(queue, message),
        () -> own.send(queue, message, DeliveryMode.PERSISTENT, 4, 0),
        () -> open.send(message),
        () -> open.send(message, DeliveryMode.PERSISTENT, 4, 0));
    all(
        MessageFormatException.class,
        () -> own.send(null),
        () -> own.send(null, DeliveryMode.PERSISTENT, 4, 0),
        () -> open.send(queue, null));
    all(
        IllegalArgumentException.class,
        () -> own.send(message, null),
        () -> open.send(queue, message, null),
        () -> own.send(message, DeliveryMode.PERSISTENT, 4, 0, null));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 4, 99, Integer.MAX_VALUE})
  @DisplayName("6.2 acknowledge modes that there are not")
  void modes(int mode) throws JMSException {
    QueueConnection queues = later(factory.createQueueConnection());
    TopicConnection topics = later(factory.createTopicConnection());
    all(
        JMSException.class,
        () -> connection.createSession(mode),
        () -> connection.createSession(false, mode),
        () -> queues.createQueueSession(false, mode),
        () -> topics.createTopicSession(false, mode));
    all(
        JMSRuntimeException.class,
        () -> factory.createContext(mode),
        () -> factory.createContext("user", "password", mode),
        () -> context(JMSContext.AUTO_ACKNOWLEDGE).createContext(mode));
    assertEquals(
        Session.SESSION_TRANSACTED, queues.createQueueSession(true, mode).getAcknowledgeMode());
    assertTrue(topics.createTopicSession(true, mode).getTransacted());
  }

  @Test
  @DisplayName("6.2.3 names of queues and topics")
  void names() throws JMSException {
    all(
        JMSException.class,
        () -> session.createQueue(null),
        () -> session.createQueue(""),
        () -> session.createTopic(null),
        () -> session.createTopic(""),
        () -> session.createQueue("x".repeat(256)),
        () -> session.createQueue("topic:x"),
        () -> session.createTopic("queue:x"),
        () -> session.createTopic("a.b*"));
    assertEquals("a b/c?d%", session.createQueue("a b/c?d%").getQueueName());
    send(session.createQueue("a b/c?d%"), "kept");
    assertEquals(List.of("kept"), left(new BinderyQueue("queue:a b/c%3Fd%25")));
    assertEquals(topic, session.createTopic(topic.getTopicName()));
  }

  @Test
  @DisplayName("6.1.2 client identifiers that are none, in use, or too late")
  void clientIds() throws JMSException {
    Connection first = connect();
    all(InvalidClientIDException.class, () -> first.setClientID(null), () -> first.setClientID(""));
    assertNull(first.getClientID());
    first.setClientID("desk");
    assertEquals("desk", first.getClientID());
    all(
        IllegalStateException.class,
        () -> first.setClientID("desk"),
        () -> first.setClientID("other"));
    Connection second = connect();
    assertThrows(InvalidClientIDException.class, () -> second.setClientID("desk"));
    first.close();
    second.setClientID("desk");
    for (Use use :
        List.<Use>of(
            Connection::createSession,
            Connection::start,
            Connection::stop,
            used -> used.createSession(true, 0))) {
      Connection used = connect();
      use.of(used);
      assertThrows(IllegalStateException.class, () -> used.setClientID("late"));
    }
  }

  /** Something done with a connection. */
  private interface Use {
    void of(Connection used) throws JMSException;
  }

  @Test
  @DisplayName(
      "6.2.2 only its own connection object deletes a temporary destination, and only unused")
  void temporaries() throws JMSException {
    TemporaryQueue temporary = session.createTemporaryQueue();
    TemporaryTopic topical = session.createTemporaryTopic();
    TextMessage request = session.createTextMessage("request");
    request.setJMSReplyTo(temporary);
    session.createProducer(queue).send(request);
    request.setJMSReplyTo(topical);
    session.createProducer(queue).send(request);
    Connection other = connect();
    other.start();
    Session foreign = other.createSession();
    MessageConsumer requests = foreign.createConsumer(queue);
    TemporaryQueue seen = (TemporaryQueue) requests.receive(LONG_MS).getJMSReplyTo();
    TemporaryTopic seenTopic = (TemporaryTopic) requests.receive(LONG_MS).getJMSReplyTo();
    assertEquals(temporary, seen);
    assertEquals(topical, seenTopic);
    all(JMSException.class, seen::delete, seenTopic::delete);
    all(
        InvalidDestinationException.class,
        () -> foreign.createConsumer(seen),
        () -> foreign.createConsumer(seenTopic),
        () -> foreign.createConsumer(foreign.createQueue(seen.getQueueName())));
    MessageConsumer replies = session.createConsumer(temporary);
    send(foreign, seen, "reply");
    assertEquals("reply", text(replies.receive(LONG_MS)));
    replies.close();
    connection.close();
    all(
        InvalidDestinationException.class,
        () -> send(foreign, seen, "late"),
        () -> foreign.createBrowser(seen));
  }

  @Test
  @DisplayName("7.5 the names of a producer's properties are a view that cannot be changed")
  void propertyNames() {
    JMSProducer producer = context(JMSContext.AUTO_ACKNOWLEDGE).createProducer();
    Set<String> names = producer.getPropertyNames();
    assertTrue(names.isEmpty());
    producer.setProperty("a", 1).setProperty("b", 2);
    assertEquals(Set.of("a", "b"), names);
    Iterator<String> each = names.iterator();
    each.next();
    all(
        UnsupportedOperationException.class,
        each::remove,
        names::clear,
        () -> names.add("c"),
        () -> names.remove("a"),
        () -> names.removeAll(Set.of("a")),
        () -> names.retainAll(Set.of("a")));
    producer.clearProperties();
    assertTrue(names.isEmpty());
  }

  @Test
  @DisplayName("4.1.7, 4.2.10 a requestor closes its session and deletes its temporary destination")
  void requestors() throws JMSException {
    QueueConnection queues = later(factory.createQueueConnection());
    QueueSession own = queues.createQueueSession(false, Session.AUTO_ACKNOWLEDGE);
    QueueRequestor requestor = new QueueRequestor(own, queue);
    requestor.close();
    Message message = session.createMessage();
    all(IllegalStateException.class, own::createMessage, () -> requestor.request(message));
    TopicConnection topics = later(factory.createTopicConnection());
    TopicSession ownTopics = topics.createTopicSession(false, Session.DUPS_OK_ACKNOWLEDGE);
    TopicRequestor topical = new TopicRequestor(ownTopics, topic);
    topical.close();
    assertThrows(IllegalStateException.class, ownTopics::createMessage);
  }
}
