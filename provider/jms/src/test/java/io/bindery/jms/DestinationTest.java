package io.bindery.jms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.Connection;
import jakarta.jms.Destination;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueReceiver;
import jakarta.jms.QueueRequestor;
import jakarta.jms.QueueSender;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.TextMessage;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicPublisher;
import jakarta.jms.TopicRequestor;
import jakarta.jms.TopicSession;
import jakarta.jms.TopicSubscriber;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

@DisplayName("4 Domains, 6.2.2 temporary destinations, 9.2 what belongs to the other domain")
class DestinationTest extends JmsTest {
  private static List<String> browsed(QueueBrowser browser) throws JMSException {
    List<String> texts = new ArrayList<>();
    Enumeration<?> messages = browser.getEnumeration();
    while (messages.hasMoreElements()) {
      texts.add(text((Message) messages.nextElement()));
    }
    return texts;
  }

  @Test
  @DisplayName(
      "4.1.6 a browser sees all in order, takes nothing, and sees what is delivered and not acknowledged")
  void browser() throws JMSException {
    Session client = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
    send(queue, "a", "b", "c");
    assertEquals("a", text(client.createConsumer(queue).receive(LONG_MS)));
    QueueBrowser browser = session.createBrowser(queue);
    assertSame(queue, browser.getQueue());
    assertNull(browser.getMessageSelector());
    assertEquals(List.of("a", "b", "c"), browsed(browser));
    assertEquals(List.of("a", "b", "c"), browsed(browser));
    Enumeration<?> none = session.createBrowser(session.createQueue("empty")).getEnumeration();
    assertFalse(none.hasMoreElements());
    assertThrows(NoSuchElementException.class, none::nextElement);
    browser.close();
    browser.close();
    assertThrows(IllegalStateException.class, browser::getEnumeration);
    client.close();
    assertEquals(List.of("a", "b", "c"), left(queue));
  }

  @Test
  @DisplayName("4.1.6 a browser with a selector, and never what is not due")
  void browserSelects() throws JMSException {
    for (int i = 0; i < 200; i++) {
      TextMessage message = session.createTextMessage("m" + i);
      message.setIntProperty("n", i % 2);
      session.createProducer(queue).send(message);
    }
    MessageProducer later = session.createProducer(queue);
    later.setDeliveryDelay(60_000);
    later.send(session.createTextMessage("later"));
    assertEquals(100, browsed(session.createBrowser(queue, "n = 1")).size());
    assertEquals("n = 1", session.createBrowser(queue, "n = 1").getMessageSelector());
    assertEquals(200, browsed(session.createBrowser(queue)).size());
  }

  @Test
  @DisplayName("4.1.7 QueueRequestor")
  void queueRequestor() throws JMSException {
    QueueConnection client = later(factory.createQueueConnection());
    client.start();
    session
        .createConsumer(queue)
        .setMessageListener(
            request ->
                JmsExceptions.run(
                    () -> session.createProducer(request.getJMSReplyTo()).send(request)));
    QueueSession own = client.createQueueSession(false, Session.AUTO_ACKNOWLEDGE);
    QueueRequestor requestor = new QueueRequestor(own, queue);
    assertEquals("ping", text(requestor.request(own.createTextMessage("ping"))));
    assertEquals("pong", text(requestor.request(own.createTextMessage("pong"))));
    requestor.close();
  }

  @Test
  @DisplayName("4.2.10 TopicRequestor")
  void topicRequestor() throws JMSException {
    TopicConnection client = later(factory.createTopicConnection());
    client.start();
    session
        .createConsumer(topic)
        .setMessageListener(
            request ->
                JmsExceptions.run(
                    () -> session.createProducer(request.getJMSReplyTo()).send(request)));
    TopicSession own = client.createTopicSession(false, Session.AUTO_ACKNOWLEDGE);
    TopicRequestor requestor = new TopicRequestor(own, topic);
    assertEquals("ping", text(requestor.request(own.createTextMessage("ping"))));
    requestor.close();
  }

  @Test
  @DisplayName(
      "4.1.5, 6.2.2 a temporary queue is its connection's: others send, only it consumes, all its sessions may")
  void temporaryQueue() throws JMSException {
    TemporaryQueue temporary = session.createTemporaryQueue();
    assertNotEquals(temporary.getQueueName(), session.createTemporaryQueue().getQueueName());
    Connection other = connect();
    Session foreign = other.createSession();
    send(foreign, temporary, "a");
    assertThrows(InvalidDestinationException.class, () -> foreign.createConsumer(temporary));
    assertEquals(List.of("a"), drain(connection.createSession().createConsumer(temporary)));
    MessageProducer producer = foreign.createProducer(temporary);
    connection.close();
    assertGone(foreign, temporary, producer);
  }

  /** Whatever is done with a temporary destination that is gone tells so. */
  private static void assertGone(Session by, Destination gone, MessageProducer producer)
      throws JMSException {
    Message late = by.createTextMessage("late");
    MessageProducer anonymous = by.createProducer(null);
    for (Executable use :
        List.<Executable>of(
            () -> producer.send(late),
            () -> anonymous.send(gone, late),
            () -> by.createProducer(gone),
            () -> by.createConsumer(gone))) {
      assertThrows(InvalidDestinationException.class, use);
    }
  }

  @Test
  @DisplayName("4.2.7, 6.2.2 a temporary topic likewise, and patterns of others do not see it")
  void temporaryTopic() throws JMSException {
    TemporaryTopic temporary = session.createTemporaryTopic();
    Session foreign = connect().createSession();
    assertThrows(InvalidDestinationException.class, () -> foreign.createConsumer(temporary));
    MessageConsumer everything = session.createConsumer(session.createTopic("#"));
    MessageConsumer consumer = session.createConsumer(temporary);
    send(foreign, temporary, "a");
    assertEquals(List.of("a"), drain(consumer));
    assertNull(everything.receiveNoWait());
    consumer.close();
    send(foreign, temporary, "heard by nobody");
    MessageProducer producer = foreign.createProducer(temporary);
    connection.close();
    assertGone(foreign, temporary, producer);
  }

  @Test
  @DisplayName("6.2.2 delete is refused while it is consumed, and final")
  void deleteTemporary() throws JMSException {
    TemporaryQueue temporary = session.createTemporaryQueue();
    TemporaryTopic topical = session.createTemporaryTopic();
    MessageConsumer consumer = session.createConsumer(temporary);
    MessageConsumer subscriber = session.createConsumer(topical);
    assertThrows(JMSException.class, temporary::delete);
    assertThrows(JMSException.class, topical::delete);
    consumer.close();
    subscriber.close();
    MessageProducer sender = session.createProducer(temporary);
    MessageProducer publisher = session.createProducer(topical);
    temporary.delete();
    temporary.delete();
    topical.delete();
    assertGone(session, temporary, sender);
    assertGone(session, topical, publisher);
    assertThrows(InvalidDestinationException.class, () -> session.createBrowser(temporary));
  }

  @Test
  @DisplayName("9.2 point-to-point: the domain's own methods work, the other's are refused")
  void pointToPoint() throws JMSException {
    QueueConnection queues = later(factory.createQueueConnection());
    queues.start();
    QueueSession own = queues.createQueueSession(false, Session.AUTO_ACKNOWLEDGE);
    QueueSender sender = own.createSender(queue);
    QueueReceiver receiver = own.createReceiver(queue);
    assertSame(queue, receiver.getQueue());
    sender.send(own.createTextMessage("a"));
    own.createSender(null).send(queue, own.createTextMessage("b"));
    own.createSender(null).send(queue, own.createTextMessage("c"), 1, 4, 0);
    assertEquals(List.of("a", "b", "c"), drain(receiver));
    assertEquals(queue, own.createQueue(queue.toString()));
    receiver.close();
    sender.send(own.createTextMessage("d"), 1, 4, 0);
    assertEquals(List.of("d"), browsed(own.createBrowser(queue)));
    assertEquals(List.of(), browsed(own.createBrowser(queue, "n = 1")));
    assertEquals(List.of(), drain(own.createReceiver(queue, "n = 1")));
    assertSame(queue, sender.getQueue());
    TemporaryQueue temporary = own.createTemporaryQueue();
    temporary.delete();
    for (Executable wrong :
        List.<Executable>of(
            () -> own.createDurableSubscriber(topic, "s"),
            () -> own.createDurableConsumer(topic, "s"),
            () -> own.createSharedConsumer(topic, "s"),
            () -> own.createSharedDurableConsumer(topic, "s"),
            own::createTemporaryTopic,
            () -> own.createTopic("t"),
            () -> own.unsubscribe("s"),
            () -> queues.createSharedConnectionConsumer(topic, "s", "", null, 1),
            () -> queues.createDurableConnectionConsumer(topic, "s", "", null, 1),
            () -> queues.createSharedDurableConnectionConsumer(topic, "s", "", null, 1))) {
      assertThrows(IllegalStateException.class, wrong);
    }
  }

  @Test
  @DisplayName("9.2 publish/subscribe: the domain's own methods work, the other's are refused")
  void publishSubscribe() throws JMSException {
    TopicConnection topics = later(factory.createTopicConnection());
    topics.start();
    TopicSession own = topics.createTopicSession(false, Session.AUTO_ACKNOWLEDGE);
    TopicSubscriber subscriber = own.createSubscriber(topic);
    TopicPublisher publisher = own.createPublisher(topic);
    publisher.publish(own.createTextMessage("a"));
    publisher.publish(own.createTextMessage("b"), 1, 4, 0);
    own.createPublisher(null).publish(topic, own.createTextMessage("c"));
    own.createPublisher(null).publish(topic, own.createTextMessage("d"), 1, 4, 0);
    assertEquals(List.of("a", "b", "c", "d"), drain(subscriber));
    assertEquals(topic, own.createTopic(topic.toString()));
    own.createTemporaryTopic().delete();
    durableOfDomain();
    assertSame(topic, publisher.getTopic());
    for (Executable wrong :
        List.<Executable>of(
            () -> own.createBrowser(queue),
            () -> own.createQueue("q"),
            own::createTemporaryQueue)) {
      assertThrows(IllegalStateException.class, wrong);
    }
  }

  private void durableOfDomain() throws JMSException {
    TopicConnection named = later(factory.createTopicConnection());
    named.setClientID("desk");
    TopicSession own = named.createTopicSession(true, Session.AUTO_ACKNOWLEDGE);
    own.createDurableSubscriber(topic, "sub").close();
    TopicSubscriber subscriber = own.createDurableSubscriber(topic, "sub", "n = 1", true);
    assertEquals("n = 1", subscriber.getMessageSelector());
    assertTrue(subscriber.getNoLocal());
    subscriber.close();
    own.unsubscribe("sub");
    named.createDurableConnectionConsumer(topic, "sub", null, () -> null, 1).close();
    own.unsubscribe("sub");
  }

  @Test
  @DisplayName("4.1.4 a queue that AMQP declared with arguments is taken as it is")
  void foreignQueue() throws JMSException, io.bindery.engine.AmqpException {
    try (io.bindery.engine.AmqpConnection admin =
        engine.connect(io.bindery.engine.ConnectSpec.anonymous("admin")).await()) {
      var spec =
          io.bindery.engine.QueueSpec.durable(
              "short", java.util.Map.of("x-max-length", 1, "x-overflow", "reject-publish"));
      admin.openChannel().await().declareQueue(spec).await();
    }
    Queue shortQueue = session.createQueue("short");
    send(shortQueue, "a");
    jakarta.jms.ResourceAllocationException full =
        assertThrows(jakarta.jms.ResourceAllocationException.class, () -> send(shortQueue, "b"));
    assertTrue(full.getMessage().contains("short"), full.getMessage());
    assertEquals(List.of("a"), left(shortQueue));
  }

  @Test
  void whatNoQueueGetsAndEmptyAddressesAreToldAsWhatTheyAre() throws JMSException {
    MessageProducer producer = session.createProducer(null);
    InvalidDestinationException unbound =
        assertThrows(
            InvalidDestinationException.class,
            () ->
                producer.send(
                    session.createQueue("exchange:amq.direct/nobody"), session.createMessage()));
    assertTrue(unbound.getMessage().contains("no queue is bound"), unbound.getMessage());
    InvalidDestinationException empty =
        assertThrows(InvalidDestinationException.class, () -> session.createQueue("queue:"));
    assertTrue(empty.getMessage().contains("queue:NAME"), empty.getMessage());
  }
}
