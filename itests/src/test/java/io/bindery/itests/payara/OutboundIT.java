package io.bindery.itests.payara;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.annotation.Resource;
import jakarta.ejb.EJB;
import jakarta.ejb.EJBException;
import jakarta.inject.Inject;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.JMSConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueConnectionFactory;
import jakarta.jms.QueueReceiver;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicConnectionFactory;
import jakarta.jms.TopicSession;
import jakarta.jms.TopicSubscriber;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.HeuristicRollbackException;
import jakarta.transaction.InvalidTransactionException;
import jakarta.transaction.NotSupportedException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.SystemException;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.UserTransaction;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What beans and clients send and receive on Payara Micro. The methods run in the server. */
@ExtendWith(ArquillianExtension.class)
class OutboundIT {
  private static final long PATIENCE_MS = 30_000;

  @Resource(lookup = Resources.FACTORY)
  private ConnectionFactory factory;

  @Resource(lookup = Resources.CONNECTOR_FACTORY)
  private ConnectionFactory connectorFactory;

  @Resource(lookup = Resources.QUEUE_FACTORY)
  private QueueConnectionFactory queueFactory;

  @Resource(lookup = Resources.TOPIC_FACTORY)
  private TopicConnectionFactory topicFactory;

  @Resource(lookup = Resources.QUEUE)
  private Queue queue;

  @Resource(lookup = Resources.TOPIC)
  private Topic topic;

  @Inject
  @JMSConnectionFactory(Resources.FACTORY)
  private JMSContext injected;

  @EJB private Outbox outbox;

  @Resource private UserTransaction transaction;

  @Resource(lookup = "java:appserver/TransactionManager")
  private TransactionManager transactions;

  @Deployment
  static WebArchive application() {
    return Application.with(OutboundIT.class);
  }

  private List<String> textsIn(String name) throws JMSException {
    try (JMSContext context = factory.createContext()) {
      QueueBrowser browser = context.createBrowser(context.createQueue(name));
      Enumeration<?> messages = browser.getEnumeration();
      return Collections.list(messages).stream().map(each -> text((Message) each)).toList();
    }
  }

  private static String text(Message message) {
    try {
      return message.getBody(String.class);
    } catch (JMSException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatASessionBeanSendsIsThereAfterItsCommit() throws JMSException {
    outbox.send("it.committed", "a");
    outbox.sendInjected("it.committed", "b");
    assertEquals(List.of("a", "b"), textsIn("it.committed"));
  }

  @Test
  void whatASessionBeanSendsIsGoneAfterItsRollback() throws JMSException {
    outbox.sendAndRollBack("it.undone", "a");
    outbox.sendInjectedAndRollBack("it.undone", "b");
    assertThrows(EJBException.class, () -> outbox.sendAndThrow("it.undone", "c"));
    outbox.send("it.undone", "d");
    assertEquals(List.of("d"), textsIn("it.undone"));
  }

  @Test
  void anInjectedContextWorksWithoutATransaction() throws JMSException {
    injected.createProducer().send(injected.createQueue("it.injected"), "a");
    assertEquals(List.of("a"), textsIn("it.injected"));
  }

  @Test
  void aUserTransactionHoldsWhatIsSentUntilItsCommit()
      throws JMSException,
          InvalidTransactionException,
          NotSupportedException,
          SystemException,
          RollbackException,
          HeuristicMixedException,
          HeuristicRollbackException {
    for (ConnectionFactory each : List.of(factory, connectorFactory)) {
      String name = "it.user." + (each == factory);
      transaction.begin();
      try (JMSContext context = each.createContext()) {
        context.createProducer().send(context.createQueue(name), "a");
      }
      Transaction own = transactions.suspend();
      assertEquals(List.of(), textsIn(name));
      transactions.resume(own);
      transaction.commit();
      assertEquals(List.of("a"), textsIn(name));
    }
  }

  @Test
  void whatWasReceivedComesBackAfterARollback()
      throws JMSException, NotSupportedException, SystemException {
    outbox.send("it.received", "a");
    transaction.begin();
    try (JMSContext context = factory.createContext()) {
      JMSConsumer consumer = context.createConsumer(context.createQueue("it.received"));
      assertFalse(consumer.receive(PATIENCE_MS).getJMSRedelivered());
    }
    transaction.rollback();
    try (JMSContext context = factory.createContext()) {
      JMSConsumer consumer = context.createConsumer(context.createQueue("it.received"));
      Message again = consumer.receive(PATIENCE_MS);
      assertTrue(again.getJMSRedelivered());
      assertEquals(2, again.getIntProperty("JMSXDeliveryCount"));
    }
  }

  @Test
  void inTwoPhasesAllResourcesEndAlike()
      throws JMSException,
          NotSupportedException,
          SystemException,
          RollbackException,
          HeuristicMixedException,
          HeuristicRollbackException {
    sendBeside(new VotingResource(false), "vetoed");
    assertThrows(RollbackException.class, transaction::commit);
    sendBeside(new VotingResource(true), "agreed");
    transaction.commit();
    assertEquals(List.of("agreed"), textsIn("it.phases"));
  }

  private void sendBeside(VotingResource other, String text)
      throws NotSupportedException, SystemException, RollbackException {
    transaction.begin();
    transactions.getTransaction().enlistResource(other);
    try (JMSContext context = factory.createContext()) {
      context.createProducer().send(context.createQueue("it.phases"), text);
    }
  }

  @Test
  void aQueueConnectionFactoryMakesQueueConnections() throws JMSException {
    try (QueueConnection connection = queueFactory.createQueueConnection()) {
      QueueSession session = connection.createQueueSession(false, Session.AUTO_ACKNOWLEDGE);
      Queue own = session.createQueue("it.queues");
      session.createSender(own).send(session.createTextMessage("a"));
      connection.start();
      try (QueueReceiver receiver = session.createReceiver(own)) {
        assertEquals("a", text(receiver.receive(PATIENCE_MS)));
      }
    }
  }

  @Test
  void aTopicConnectionFactoryMakesTopicConnections() throws JMSException {
    try (TopicConnection connection = topicFactory.createTopicConnection()) {
      TopicSession session = connection.createTopicSession(false, Session.AUTO_ACKNOWLEDGE);
      try (TopicSubscriber subscriber = session.createSubscriber(session.createTopic("it.t.*"))) {
        connection.start();
        session.createPublisher(session.createTopic("it.t.a")).publish(session.createTextMessage());
        assertNotNull(subscriber.receive(PATIENCE_MS));
      }
    }
  }

  @Test
  void administeredObjectsAreTheDestinationsThatTheyName() throws JMSException {
    assertEquals("it.administered", queue.getQueueName());
    assertEquals("it.news", topic.getTopicName());
    try (JMSContext context = factory.createContext()) {
      context.createProducer().send(queue, "a");
      assertEquals(List.of("a"), textsIn("it.administered"));
      try (JMSConsumer consumer = context.createConsumer(topic)) {
        context.createProducer().send(context.createTopic("it.news"), "b");
        assertEquals("b", consumer.receiveBody(String.class, PATIENCE_MS));
      }
    }
  }

  @Test
  void aRequestIsAnsweredInATemporaryQueue() throws JMSException {
    try (JMSContext context = factory.createContext()) {
      TemporaryQueue replies = context.createTemporaryQueue();
      TextMessage request = context.createTextMessage("question");
      JMSProducer producer = context.createProducer().setJMSReplyTo(replies);
      producer.send(context.createQueue(ReplyBean.QUEUE), request);
      Message reply = context.createConsumer(replies).receive(PATIENCE_MS);
      assertEquals("answer to question", text(reply));
      assertEquals(request.getJMSMessageID(), reply.getJMSCorrelationID());
    }
  }

  @Test
  void aBrowserLeavesMessagesWhereTheyAre() throws JMSException {
    outbox.send("it.browsed", "a");
    outbox.send("it.browsed", "b");
    assertEquals(List.of("a", "b"), textsIn("it.browsed"));
    try (JMSContext context = factory.createContext();
        JMSConsumer consumer = context.createConsumer(context.createQueue("it.browsed"))) {
      assertEquals("a", consumer.receiveBody(String.class, PATIENCE_MS));
      assertEquals("b", consumer.receiveBody(String.class, PATIENCE_MS));
      assertNull(consumer.receiveNoWait());
    }
  }

  @Test
  void whatApplicationsMayNotDoIsRefused() {
    try (JMSContext context = factory.createContext();
        JMSConsumer consumer = context.createConsumer(context.createQueue("it.refused"))) {
      assertThrows(
          IllegalStateRuntimeException.class, () -> consumer.setMessageListener(message -> {}));
    }
  }
}
