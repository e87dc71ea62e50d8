package io.bindery.itests.payara;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.bindery.itests.payara.Inbox.Shown;
import jakarta.annotation.Resource;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.List;
import java.util.stream.IntStream;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Message-driven beans on Payara Micro. The methods run in the server. */
@ExtendWith(ArquillianExtension.class)
class InboundIT {
  private static final long PATIENCE_MS = 30_000;
  private static final int DELIVERY_LIMIT = 10;

  @Resource(lookup = Resources.FACTORY)
  private ConnectionFactory factory;

  @Deployment
  static WebArchive application() {
    return Application.with(InboundIT.class);
  }

  private void send(String queue, String text) {
    try (JMSContext context = factory.createContext()) {
      context.createProducer().send(context.createQueue(queue), text);
    }
  }

  private void send(String queue, String text, String failure, int times) {
    try (JMSContext context = factory.createContext()) {
      context.createProducer().setProperty(failure, times).send(context.createQueue(queue), text);
    }
  }

  private static List<Shown> deliveries(String text, int count) {
    return IntStream.rangeClosed(1, count).mapToObj(n -> new Shown(text, n > 1, n)).toList();
  }

  /** Takes a message with this text from the queue; then there must be no further one. */
  private void onlyMessage(String queue, String text) throws JMSException {
    try (JMSContext context = factory.createContext()) {
      JMSConsumer consumer = context.createConsumer(context.createQueue(queue));
      Message message = consumer.receive(PATIENCE_MS);
      assertNotNull(message, text);
      assertEquals(text, message.getBody(String.class));
      assertNull(consumer.receiveNoWait());
    }
  }

  @Test
  void aBeanTakesAMessageFromAQueue() {
    send(QueueBean.QUEUE, "plain");
    assertEquals(deliveries("plain", 1), Inbox.await(QueueBean.NAME, "plain", 1));
  }

  @Test
  void aBeanNamesItsQueueByAnAdministeredObject() {
    send("it.looked.up", "looked up");
    Inbox.await(LookupBean.NAME, "looked up", 1);
  }

  @Test
  void beansOnPatternsEachGetAMessageOnce() {
    try (JMSContext context = factory.createContext()) {
      context
          .createProducer()
          .setProperty("amount", 250)
          .send(context.createTopic("it.orders.eu.fast"), "both");
      context
          .createProducer()
          .setProperty("amount", 10)
          .send(context.createTopic("it.orders.us.fast"), "one");
    }
    Inbox.await(TopicBeans.Everything.NAME, "both", 1);
    Inbox.await(TopicBeans.Everything.NAME, "one", 1);
    Inbox.await(TopicBeans.Europe.NAME, "both", 1);
    Inbox.await(TopicBeans.Dear.NAME, "both", 1);
    assertEquals(1, Inbox.of(TopicBeans.Everything.NAME, "both").size());
    assertEquals(List.of(), Inbox.of(TopicBeans.Europe.NAME, "one"));
    assertEquals(List.of(), Inbox.of(TopicBeans.Dear.NAME, "one"));
  }

  @Test
  void aBeanThatThrowsGetsTheMessageAgain() {
    send(QueueBean.QUEUE, "throws", QueueBean.THROWS, 2);
    assertEquals(deliveries("throws", 3), Inbox.await(QueueBean.NAME, "throws", 3));
  }

  @Test
  void aBeanThatRollsBackGetsTheMessageAgain() {
    send(QueueBean.QUEUE, "rolls back", QueueBean.ROLLS_BACK, 2);
    assertEquals(deliveries("rolls back", 3), Inbox.await(QueueBean.NAME, "rolls back", 3));
  }

  @Test
  void aBeanWithoutTransactionThatThrowsGetsTheMessageAgain() {
    send(PlainBean.QUEUE, "throws", QueueBean.THROWS, 2);
    assertEquals(deliveries("throws", 3), Inbox.await(PlainBean.NAME, "throws", 3));
  }

  @Test
  void afterTenFailuresAMessageIsADeadLetter() throws JMSException {
    send(QueueBean.QUEUE, "poison", QueueBean.THROWS, Integer.MAX_VALUE);
    onlyMessage("bindery.dead." + QueueBean.QUEUE, "poison");
    assertEquals(deliveries("poison", DELIVERY_LIMIT), Inbox.of(QueueBean.NAME, "poison"));
  }

  @Test
  void whatABeanSendsGoesWithItsTransaction() throws JMSException {
    send(ForwardBean.QUEUE, "forwarded", QueueBean.ROLLS_BACK, 2);
    assertEquals(deliveries("forwarded", 3), Inbox.await(ForwardBean.NAME, "forwarded", 3));
    onlyMessage(ForwardBean.TARGET, "forwarded");
  }

  @Test
  void aTransactionThatAnotherResourceVotesAgainstIsUndoneInAndOut() throws JMSException {
    send(ForwardBean.QUEUE, "vetoed", ForwardBean.VETOED, 1);
    assertEquals(deliveries("vetoed", 2), Inbox.await(ForwardBean.NAME, "vetoed", 2));
    onlyMessage(ForwardBean.TARGET, "vetoed");
  }
}
