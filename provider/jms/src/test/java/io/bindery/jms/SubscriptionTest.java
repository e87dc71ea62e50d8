package io.bindery.jms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import jakarta.jms.TopicSubscriber;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("8.3 Consumers of topics, 4.2 publish/subscribe")
class SubscriptionTest extends JmsTest {
  private Connection desk;
  private Session deskSession;

  @BeforeEach
  void named() throws JMSException {
    desk = connect();
    desk.setClientID("desk");
    desk.start();
    deskSession = desk.createSession();
  }

  private void publish(String colour) throws JMSException {
    TextMessage message = session.createTextMessage(colour);
    message.setStringProperty("colour", colour);
    session.createProducer(topic).send(message);
  }

  @Test
  @DisplayName("4.2.2 each subscription gets a copy of what is published after it was made")
  void copies() throws JMSException {
    MessageConsumer first = session.createConsumer(topic);
    send(topic, "a");
    MessageConsumer second = session.createConsumer(topic);
    send(topic, "b");
    assertEquals(List.of("a", "b"), drain(first));
    assertEquals(List.of("b"), drain(second));
  }

  @Test
  @DisplayName("4.2.6 patterns: * is one word, # any number")
  void patterns() throws JMSException {
    MessageConsumer one = session.createConsumer(session.createTopic("news.*"));
    MessageConsumer all = session.createConsumer(session.createTopic("news.#"));
    for (String name : List.of("news", "news.sport", "news.sport.ski", "other")) {
      send(session.createTopic(name), name);
    }
    assertEquals(List.of("news.sport"), drain(one));
    assertEquals(List.of("news", "news.sport", "news.sport.ski"), drain(all));
  }

  @Test
  @DisplayName("8.3.1 unshared non-durable: selector and noLocal")
  void nonDurable() throws JMSException {
    MessageConsumer red = session.createConsumer(topic, "colour = 'red'");
    MessageConsumer foreign = session.createConsumer(topic, null, true);
    assertTrue(((TopicSubscriber) foreign).getNoLocal());
    assertSame(topic, ((TopicSubscriber) foreign).getTopic());
    publish("red");
    publish("blue");
    send(deskSession, topic, "from elsewhere");
    assertEquals(List.of("red"), drain(red));
    assertEquals(List.of("from elsewhere"), drain(foreign));
    red.close();
    assertEquals(List.of(), drain(session.createConsumer(topic)));
  }

  @Test
  @DisplayName(
      "8.3.2 shared non-durable: consumers share, the last one takes it with it, a difference is refused")
  void shared() throws JMSException {
    MessageConsumer one = session.createSharedConsumer(topic, "team");
    MessageConsumer two = connection.createSession().createSharedConsumer(topic, "team");
    send(topic, "a", "b", "c", "d");
    List<String> both = new java.util.ArrayList<>(drain(one));
    both.addAll(drain(two));
    assertEquals(List.of("a", "b", "c", "d"), both.stream().sorted().toList());
    assertThrows(
        JMSException.class, () -> session.createSharedConsumer(topic, "team", "colour = 'red'"));
    Topic other = session.createTopic("other");
    assertThrows(JMSException.class, () -> session.createSharedConsumer(other, "team"));
    one.close();
    two.close();
    send(topic, "lost");
    assertEquals(List.of(), drain(session.createSharedConsumer(topic, "team", "colour = 'red'")));
  }

  @Test
  @DisplayName("4.2.11, 8.3.3 unshared durable: kept while nobody consumes, over connections")
  void durable() throws JMSException {
    MessageConsumer first = deskSession.createDurableConsumer(topic, "sub");
    send(topic, "a");
    assertEquals(List.of("a"), drain(first));
    first.close();
    send(topic, "b");
    desk.close();
    send(topic, "c");
    Connection again = connect();
    again.setClientID("desk");
    again.start();
    Session session = again.createSession();
    MessageConsumer second = session.createDurableSubscriber(topic, "sub");
    assertEquals(List.of("b", "c"), drain(second));
    assertThrows(JMSException.class, () -> session.unsubscribe("sub"));
    second.close();
    session.unsubscribe("sub");
    assertThrows(InvalidDestinationException.class, () -> session.unsubscribe("sub"));
    assertThrows(InvalidDestinationException.class, () -> session.unsubscribe(null));
  }

  @ParameterizedTest
  @ValueSource(
      ints = {Session.CLIENT_ACKNOWLEDGE, Session.SESSION_TRANSACTED, Session.DUPS_OK_ACKNOWLEDGE})
  @DisplayName(
      "4.2.9, 8.3.3 unsubscribe is refused while a message is unacknowledged or in a transaction")
  void unsubscribeUnacknowledged(int mode) throws JMSException {
    Session own = desk.createSession(mode);
    MessageConsumer consumer = own.createDurableConsumer(topic, "sub");
    send(topic, "a");
    Message message = consumer.receive(LONG_MS);
    assertEquals("a", text(message));
    consumer.close();
    if (mode != Session.DUPS_OK_ACKNOWLEDGE) {
      JMSException held = assertThrows(JMSException.class, () -> own.unsubscribe("sub"));
      assertTrue(held.getMessage().contains("sub"), held.getMessage());
      assertThrows(JMSException.class, () -> deskSession.unsubscribe("sub"));
      message.acknowledge();
    }
    if (mode == Session.SESSION_TRANSACTED) {
      assertThrows(JMSException.class, () -> own.unsubscribe("sub"));
      own.commit();
    }
    // What its closed consumer had received keeps no session from it.
    deskSession.unsubscribe("sub");
    assertThrows(InvalidDestinationException.class, () -> own.unsubscribe("sub"));
  }

  @Test
  @DisplayName(
      "8.3.3 unshared durable: needs a client identifier and a name, one consumer at a time, no temporary topic")
  void durableRules() throws JMSException {
    assertThrows(IllegalStateException.class, () -> session.createDurableConsumer(topic, "sub"));
    assertThrows(IllegalStateException.class, () -> session.createDurableSubscriber(topic, "sub"));
    assertThrows(JMSException.class, () -> deskSession.createDurableConsumer(topic, ""));
    assertThrows(JMSException.class, () -> deskSession.createDurableConsumer(topic, null));
    assertThrows(
        InvalidDestinationException.class, () -> deskSession.createDurableConsumer(null, "sub"));
    Topic temporary = deskSession.createTemporaryTopic();
    assertThrows(
        InvalidDestinationException.class,
        () -> deskSession.createDurableConsumer(temporary, "sub"));
    MessageConsumer only = deskSession.createDurableConsumer(topic, "sub");
    assertThrows(JMSException.class, () -> deskSession.createDurableConsumer(topic, "sub"));
    only.close();
    deskSession.createDurableConsumer(topic, "sub").close();
  }

  @Test
  @DisplayName("8.3.3 another topic, selector or noLocal makes the subscription anew")
  void durableReplaced() throws JMSException {
    deskSession.createDurableConsumer(topic, "sub").close();
    publish("red");
    MessageConsumer red = deskSession.createDurableConsumer(topic, "sub", "colour = 'red'", false);
    assertEquals(List.of(), drain(red));
    publish("red");
    publish("blue");
    red.close();
    MessageConsumer same = deskSession.createDurableConsumer(topic, "sub", "colour = 'red'", false);
    assertEquals(List.of("red"), drain(same));
    same.close();
    publish("red");
    assertEquals(
        List.of(), drain(deskSession.createDurableConsumer(topic, "sub", "colour = 'red'", true)));
  }

  @Test
  @DisplayName("8.3.3 noLocal leaves out what connections with the same client identifier publish")
  void durableNoLocal() throws JMSException {
    MessageConsumer foreign = deskSession.createDurableConsumer(topic, "sub", null, true);
    send(deskSession, topic, "own");
    send(topic, "other");
    assertEquals(List.of("other"), drain(foreign));
    desk.close();
    Connection again = connect();
    again.setClientID("desk");
    again.start();
    Session session = again.createSession();
    send(session, topic, "same client");
    assertEquals(List.of(), drain(session.createDurableConsumer(topic, "sub", null, true)));
  }

  @Test
  @DisplayName("8.3.4 shared durable: with and without client identifier, several consumers, kept")
  void sharedDurable() throws JMSException {
    MessageConsumer one = session.createSharedDurableConsumer(topic, "team");
    MessageConsumer two = session.createSharedDurableConsumer(topic, "team");
    MessageConsumer desks = deskSession.createSharedDurableConsumer(topic, "team");
    send(topic, "a");
    assertEquals(1, drain(one).size() + drain(two).size());
    assertEquals(List.of("a"), drain(desks));
    assertThrows(
        JMSException.class,
        () -> session.createSharedDurableConsumer(topic, "team", "colour = 'red'"));
    one.close();
    two.close();
    send(topic, "b");
    assertEquals(List.of("b"), drain(session.createSharedDurableConsumer(topic, "team")));
  }

  @Test
  @DisplayName(
      "4.2.4 names of subscriptions: letters, digits, _ . - and more, up to 128 and more, all apart")
  void subscriptionNames() throws JMSException {
    List<String> names =
        List.of(
            "a",
            "A",
            "a_b.c-d1",
            "a/b",
            "a%2Fb",
            "Gr\u00f6\u00dfe\u00e9\u65e5\u672c",
            "x".repeat(128),
            "\u65e5".repeat(128),
            "\u65e5".repeat(129),
            "name with spaces, and more");
    for (String name : names) {
      deskSession.createDurableConsumer(topic, name).close();
      session.createSharedDurableConsumer(topic, name).close();
    }
    publish("red");
    for (String name : names) {
      MessageConsumer durable = deskSession.createDurableConsumer(topic, name);
      assertEquals(List.of("red"), drain(durable), name);
      MessageConsumer shared = session.createSharedDurableConsumer(topic, name);
      assertEquals(List.of("red"), drain(shared), name);
      durable.close();
      shared.close();
      deskSession.unsubscribe(name);
      session.unsubscribe(name);
    }
    for (String name : names) {
      assertEquals(List.of(), drain(session.createSharedConsumer(topic, name)), name);
    }
  }

  @Test
  @DisplayName(
      "8.3.2, 8.3.4 another topic or selector, with no consumer active, makes a shared one anew")
  void sharedReplaced() throws JMSException {
    session.createSharedDurableConsumer(topic, "team").close();
    publish("red");
    MessageConsumer red = session.createSharedDurableConsumer(topic, "team", "colour = 'red'");
    assertEquals(List.of(), drain(red));
    publish("red");
    publish("blue");
    red.close();
    Topic other = session.createTopic("other");
    MessageConsumer moved = session.createSharedDurableConsumer(other, "team", "colour = 'red'");
    assertEquals(List.of(), drain(moved));
    publish("red");
    assertEquals(List.of(), drain(moved));
    moved.close();
    session.unsubscribe("team");
    assertThrows(InvalidDestinationException.class, () -> deskSession.unsubscribe("team"));
  }

  @Test
  @DisplayName(
      "8.3.3, 8.3.4 shared and unshared durable ones share their names, non-durable ones have their own")
  void names() throws JMSException {
    deskSession.createDurableConsumer(topic, "sub").close();
    assertThrows(JMSException.class, () -> deskSession.createSharedDurableConsumer(topic, "sub"));
    deskSession.createSharedDurableConsumer(topic, "team").close();
    assertThrows(JMSException.class, () -> deskSession.createDurableConsumer(topic, "team"));
    MessageConsumer shared = deskSession.createSharedConsumer(topic, "sub");
    send(topic, "a");
    assertEquals(List.of("a"), drain(shared));
    assertEquals(List.of("a"), drain(deskSession.createDurableConsumer(topic, "sub")));
  }

  @Test
  @DisplayName("7.9 a delayed message reaches the subscriptions that exist at the send")
  void delayed() throws JMSException {
    MessageConsumer early = session.createConsumer(topic);
    MessageProducer producer = session.createProducer(topic);
    producer.setDeliveryDelay(50);
    producer.send(session.createTextMessage("late"));
    MessageConsumer after = session.createConsumer(topic);
    Message atOnce = notBeforeItsTime(early);
    assertEquals("late", text(atOnce == null ? early.receive(LONG_MS) : atOnce));
    assertNull(after.receiveNoWait());
  }

  @Test
  @DisplayName("4.2.2, 4.2.8 a subscription outlives what its messages' other copies go through")
  void copiesAreSeparate() throws JMSException {
    Session client = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
    MessageConsumer unacknowledged = client.createConsumer(topic);
    MessageConsumer other = session.createConsumer(topic);
    send(topic, "a");
    assertEquals("a", text(unacknowledged.receive(LONG_MS)));
    client.recover();
    assertTrue(unacknowledged.receive(LONG_MS).getJMSRedelivered());
    assertFalse(other.receive(LONG_MS).getJMSRedelivered());
  }
}
