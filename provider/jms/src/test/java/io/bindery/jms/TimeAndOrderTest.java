package io.bindery.jms;

import static io.bindery.testkit.Awaiting.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("3.4.9, 7.8, 7.9 times, 4.1.6 browsers, 6.2.9 order")
class TimeAndOrderTest extends JmsTest {
  private static void untilAfter(long ms) {
    until("the time must come", () -> System.currentTimeMillis() > ms);
  }

  private static List<String> browsed(QueueBrowser browser) throws JMSException {
    List<String> texts = new ArrayList<>();
    Enumeration<?> messages = browser.getEnumeration();
    for (Object each : Collections.list(messages)) {
      texts.add(text((Message) each));
    }
    return texts;
  }

  @Test
  @DisplayName("3.4.9, 7.8 in a transaction too the time to live is counted from the send call")
  void timeToLiveInTransaction() throws JMSException {
    Session transacted = connection.createSession(Session.SESSION_TRANSACTED);
    MessageProducer producer = transacted.createProducer(queue);
    producer.setTimeToLive(5);
    TextMessage brief = transacted.createTextMessage("brief");
    long beforeMs = System.currentTimeMillis();
    producer.send(brief);
    assertTrue(brief.getJMSExpiration() >= beforeMs + 5);
    assertTrue(brief.getJMSExpiration() <= System.currentTimeMillis() + 5);
    send(transacted, queue, "lasting");
    untilAfter(brief.getJMSExpiration());
    transacted.commit();
    assertEquals(List.of("lasting"), left(queue));
  }

  @Test
  @DisplayName("3.4.13, 7.9 in a transaction too the delivery delay is counted from the send call")
  void delayInTransaction() throws JMSException {
    Session transacted = connection.createSession(Session.SESSION_TRANSACTED);
    MessageProducer producer = transacted.createProducer(queue);
    producer.setDeliveryDelay(30);
    TextMessage due = transacted.createTextMessage("due");
    producer.send(due);
    untilAfter(due.getJMSDeliveryTime());
    producer.setDeliveryDelay(60_000);
    producer.send(transacted.createTextMessage("not due"));
    transacted.commit();
    assertEquals(List.of("due"), left(queue));
  }

  @Test
  @DisplayName("7.8, 7.9 the longest times there are: never expired, never due")
  void longestTimes() throws JMSException {
    MessageProducer producer = session.createProducer(queue);
    producer.setTimeToLive(Long.MAX_VALUE);
    TextMessage lasting = session.createTextMessage("lasting");
    producer.send(lasting);
    assertEquals(Long.MAX_VALUE, lasting.getJMSExpiration());
    producer.setTimeToLive(0);
    producer.setDeliveryDelay(Long.MAX_VALUE);
    TextMessage never = session.createTextMessage("never");
    producer.send(never);
    assertEquals(Long.MAX_VALUE, never.getJMSDeliveryTime());
    assertEquals(List.of("lasting"), browsed(session.createBrowser(queue)));
    assertEquals(List.of("lasting"), left(queue));
  }

  @Test
  @DisplayName("7.9 a delay of a context's producer; delays are served in the order of their times")
  void delays() {
    JMSContext context = context(JMSContext.AUTO_ACKNOWLEDGE);
    var consumer = context.createConsumer(queue);
    // So far apart that no pause of the machine makes the later one come due first.
    context.createProducer().setDeliveryDelay(60_000).send(queue, "fourth");
    context.createProducer().setDeliveryDelay(2_000).send(queue, "third");
    context.createProducer().setDeliveryDelay(1_000).send(queue, "second");
    context.createProducer().send(queue, "first");
    assertEquals("first", consumer.receiveBody(String.class, LONG_MS));
    assertEquals("second", consumer.receiveBody(String.class, LONG_MS));
    assertEquals("third", consumer.receiveBody(String.class, LONG_MS));
    assertNull(consumer.receiveBodyNoWait(String.class));
  }

  @Test
  @DisplayName(
      "7.9, 4.2.2 a delayed message reaches who subscribed at the send, on each kind of subscription")
  void delayedTopic() throws JMSException {
    Connection desk = connect();
    desk.setClientID("desk");
    desk.start();
    Session own = desk.createSession();
    own.createDurableConsumer(topic, "durable").close();
    MessageConsumer shared = own.createSharedConsumer(topic, "shared");
    own.createSharedDurableConsumer(topic, "both").close();
    MessageProducer producer = session.createProducer(topic);
    producer.setDeliveryDelay(60);
    TextMessage late = session.createTextMessage("late");
    producer.send(late);
    MessageConsumer tooLate = own.createSharedConsumer(topic, "too late");
    MessageConsumer durable = own.createDurableConsumer(topic, "durable");
    MessageConsumer both = own.createSharedDurableConsumer(topic, "both");
    Message early = notBeforeItsTime(durable);
    for (MessageConsumer each : List.of(durable, shared, both)) {
      Message received = each == durable && early != null ? early : each.receive(LONG_MS);
      assertEquals("late", text(received));
      assertEquals(late.getJMSDeliveryTime(), received.getJMSDeliveryTime());
      assertTrue(System.currentTimeMillis() >= received.getJMSDeliveryTime());
    }
    assertNull(tooLate.receiveNoWait());
  }

  @Test
  @DisplayName(
      "4.1.6 a browser sees what another has prefetched or not acknowledged, in order, never what expired")
  void browserSeesPrefetched() throws JMSException {
    MessageProducer brief = session.createProducer(queue);
    send(queue, "a", "b");
    brief.setTimeToLive(5);
    TextMessage expiring = session.createTextMessage("expiring");
    brief.send(expiring);
    send(queue, "c", "d");
    Session client = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
    MessageConsumer consumer = client.createConsumer(queue);
    Message first = consumer.receive(LONG_MS);
    assertEquals("a", text(first));
    untilAfter(expiring.getJMSExpiration());
    QueueBrowser browser = connect().createSession().createBrowser(queue);
    assertEquals(List.of("a", "b", "c", "d"), browsed(browser));
    first.acknowledge();
    assertEquals(List.of("b", "c", "d"), browsed(browser));
    MessageProducer urgent = session.createProducer(queue);
    urgent.setPriority(9);
    urgent.send(session.createTextMessage("urgent"));
    assertEquals("urgent", browsed(browser).get(0));
  }

  @Test
  @DisplayName("4.1.6 what a transaction has received is still there, what it has sent is not")
  void browserAndTransaction() throws JMSException {
    send(queue, "a");
    Session transacted = connection.createSession(Session.SESSION_TRANSACTED);
    assertEquals("a", text(transacted.createConsumer(queue).receive(LONG_MS)));
    send(transacted, queue, "b");
    assertFalse(browsed(session.createBrowser(queue)).contains("b"));
    transacted.commit();
    assertEquals(List.of("b"), browsed(session.createBrowser(queue)));
  }

  @Test
  @DisplayName(
      "6.2.9.2, 7.3.3 order through transactions, both delivery modes, asynchronous sends and redelivery")
  void order() throws JMSException, InterruptedException {
    Session transacted = connection.createSession(Session.SESSION_TRANSACTED);
    MessageProducer producer = transacted.createProducer(queue);
    BlockingQueue<String> completed = new LinkedBlockingQueue<>();
    CompletionListener listener =
        new CompletionListener() {
          @Override
          public void onCompletion(Message message) {
            completed.add(textOf(message));
          }

          @Override
          public void onException(Message message, Exception failure) {
            completed.add(failure.toString());
          }
        };
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      TextMessage message = transacted.createTextMessage("m" + i);
      expected.add("m" + i);
      int mode = i % 3 == 0 ? DeliveryMode.NON_PERSISTENT : DeliveryMode.PERSISTENT;
      if (i % 2 == 0) {
        producer.send(message, mode, 4, 0, listener);
      } else {
        producer.send(message, mode, 4, 0);
      }
      if (i % 10 == 9) {
        transacted.commit();
      }
    }
    assertEquals("m0", next(completed));
    Session receiver = connection.createSession(Session.SESSION_TRANSACTED);
    MessageConsumer first = receiver.createConsumer(queue);
    assertEquals(expected.subList(0, 70), receive(first, 70));
    receiver.rollback();
    assertEquals(expected.subList(0, 30), receive(first, 30));
    receiver.commit();
    assertEquals(expected.subList(30, 60), receive(first, 30));
    receiver.close();
    assertEquals(expected.subList(30, 100), left(queue));
  }

  @Test
  @DisplayName("6.2.9.2 redelivered messages keep their place among priorities")
  void redeliveryAmongPriorities() throws JMSException {
    MessageProducer producer = session.createProducer(queue);
    for (String text : List.of("4a", "9a", "4b", "9b", "0a")) {
      producer.send(
          session.createTextMessage(text), DeliveryMode.PERSISTENT, text.charAt(0) - '0', 0);
    }
    Session client = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
    MessageConsumer consumer = client.createConsumer(queue);
    assertEquals(List.of("9a", "9b", "4a"), receive(consumer, 3));
    producer.send(session.createTextMessage("9c"), DeliveryMode.PERSISTENT, 9, 0);
    client.recover();
    for (String expected : List.of("9a", "9b", "9c", "4a", "4b", "0a")) {
      Message message = consumer.receive(LONG_MS);
      assertEquals(expected, text(message));
      assertRedelivered(List.of("9a", "9b", "4a").contains(expected), message);
    }
  }

  @Test
  @DisplayName("6.2.9.1 one session's receipts over several consumers are recovered each in order")
  void severalConsumers() throws JMSException {
    Session client = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
    Topic other = session.createTopic("other");
    MessageConsumer one = client.createConsumer(topic);
    MessageConsumer two = client.createConsumer(other);
    send(topic, "a1", "a2", "a3");
    send(other, "b1", "b2");
    assertEquals("a1", text(one.receive(LONG_MS)));
    assertEquals("b1", text(two.receive(LONG_MS)));
    assertEquals("a2", text(one.receive(LONG_MS)));
    client.recover();
    assertEquals(List.of("a1", "a2", "a3"), receive(one, 3));
    Message last = two.receive(LONG_MS);
    assertRedelivered(true, last);
    last.acknowledge();
    client.recover();
    assertEquals(List.of(), drain(one));
    assertEquals(List.of("b2"), drain(two));
  }
}
