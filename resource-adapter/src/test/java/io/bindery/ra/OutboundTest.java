package io.bindery.ra;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpException;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueConnectionFactory;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicConnectionFactory;
import jakarta.jms.TopicSession;
import jakarta.resource.ResourceException;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import javax.transaction.xa.XAException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What beans send and receive themselves (Jakarta Messaging 12.3), through a pool and a transaction
 * manager.
 */
class OutboundTest extends AdapterFixture {
  private static final long WAIT_MS = 10_000;

  private final TestPool pool = new TestPool();
  private ConnectionFactory factory;

  @BeforeEach
  void makeFactory() throws ResourceException, AmqpException {
    factory = (ConnectionFactory) managed(new BinderyManagedConnectionFactory());
    broker.queue("orders");
  }

  @AfterEach
  void emptyPool() throws ResourceException {
    pool.empty();
  }

  private Object managed(BinderyManagedConnectionFactory managed) throws ResourceException {
    managed.setResourceAdapter(adapter);
    return managed.createConnectionFactory(pool);
  }

  private void send(String... texts) throws JMSException {
    try (Connection connection = factory.createConnection()) {
      Session session = connection.createSession();
      MessageProducer producer = session.createProducer(session.createQueue("orders"));
      for (String text : texts) {
        producer.send(session.createTextMessage(text));
      }
    }
  }

  private String receive(long timeoutMs) throws JMSException {
    try (Connection connection = factory.createConnection()) {
      connection.start();
      Session session = connection.createSession();
      MessageConsumer consumer = session.createConsumer(session.createQueue("orders"));
      TextMessage message = (TextMessage) consumer.receive(timeoutMs);
      return message == null ? null : message.getText();
    }
  }

  @Test
  void withoutATransactionASendIsThereAtOnce() throws JMSException, AmqpException {
    send("a", "b");
    assertEquals("a", broker.take("orders"));
    assertEquals("b", broker.take("orders"));
    assertEquals(1, pool.made());
  }

  @Test
  void withoutATransactionAReceiveIsAcknowledged() throws JMSException {
    send("a");
    assertEquals("a", receive(WAIT_MS));
    assertEquals(0, broker.depth("orders"));
  }

  @Test
  void inATransactionASendIsThereAfterTheCommit()
      throws JMSException, XAException, ResourceException, AmqpException {
    pool.begin();
    send("a");
    assertNull(broker.take("orders"));
    pool.commit();
    assertEquals("a", broker.take("orders"));
  }

  @Test
  void aRollbackUndoesTheSend() throws JMSException, XAException, ResourceException {
    pool.begin();
    send("a");
    pool.rollback();
    assertEquals(0, broker.depth("orders"));
  }

  @Test
  void aRollbackBringsWhatWasReceivedAgain() throws JMSException, XAException, ResourceException {
    send("a");
    pool.begin();
    assertEquals("a", receive(WAIT_MS));
    pool.rollback();
    pool.begin();
    assertEquals("a", receive(WAIT_MS));
    pool.commit();
    assertEquals(0, broker.depth("orders"));
  }

  @Test
  void twoUsersAreTwoBranchesInTwoPhases()
      throws JMSException, XAException, ResourceException, AmqpException {
    pool.begin();
    send("a");
    try (JMSContext context = factory.createContext("other", "pw")) {
      context.createProducer().send(context.createQueue("orders"), "b");
    }
    assertNull(broker.take("orders"));
    pool.commit();
    assertEquals(2, broker.depth("orders"));
    assertEquals(2, pool.made());
  }

  @Test
  void withinATransactionOneConnectionIsShared()
      throws JMSException, XAException, ResourceException {
    pool.begin();
    send("a");
    send("b");
    pool.commit();
    assertEquals(1, pool.made());
    assertEquals(2, broker.depth("orders"));
  }

  @Test
  void aSessionOutlivesItsTransactionAndServesTheNext()
      throws JMSException, XAException, ResourceException {
    pool.begin();
    try (JMSContext context = factory.createContext()) {
      assertTrue(context.getTransacted());
      context.createProducer().send(context.createQueue("orders"), "a");
      pool.commit();
      context.createProducer().send(context.createQueue("orders"), "b");
      assertFalse(context.getTransacted());
    }
    assertEquals(2, broker.depth("orders"));
  }

  @Test
  void aConsumerLeftOpenSwallowsNothing() throws JMSException {
    Connection careless = factory.createConnection();
    careless.start();
    Session session = careless.createSession();
    session.createConsumer(session.createQueue("orders"));
    careless.close();
    assertEquals(0, broker.consumers("orders"));
    send("a");
    assertEquals("a", receive(WAIT_MS));
  }

  @Test
  void temporaryDestinationsGoWithTheHandle() throws JMSException, AmqpException {
    String name;
    try (Connection connection = factory.createConnection()) {
      TemporaryQueue queue = connection.createSession().createTemporaryQueue();
      name = queue.getQueueName();
      assertEquals(
          1,
          broker.engine().observe().queues().stream().filter(q -> name.endsWith(q.name())).count());
    }
    assertEquals(
        0,
        broker.engine().observe().queues().stream().filter(q -> name.endsWith(q.name())).count());
  }

  @Test
  void aConnectionHasOneSessionAtATime() throws JMSException {
    try (Connection connection = factory.createConnection()) {
      Session first = connection.createSession();
      assertThrows(IllegalStateException.class, connection::createSession);
      first.close();
      connection.createSession();
    }
  }

  @Test
  void clientAcknowledgeAndLocalTransactionsBecomeAuto() throws JMSException {
    try (Connection connection = factory.createConnection()) {
      Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
      assertEquals(Session.AUTO_ACKNOWLEDGE, session.getAcknowledgeMode());
      session.close();
      Session transacted = connection.createSession(true, Session.SESSION_TRANSACTED);
      assertFalse(transacted.getTransacted());
      assertThrows(IllegalStateException.class, transacted::commit);
      transacted.close();
      assertEquals(
          Session.DUPS_OK_ACKNOWLEDGE,
          connection.createSession(Session.DUPS_OK_ACKNOWLEDGE).getAcknowledgeMode());
    }
  }

  @Test
  void aClosedSessionIsClosed() throws JMSException {
    Connection connection = factory.createConnection();
    Session session = connection.createSession();
    Queue queue = session.createQueue("orders");
    MessageProducer producer = session.createProducer(queue);
    connection.close();
    connection.close();
    session.close();
    assertThrows(IllegalStateException.class, () -> session.createConsumer(queue));
    assertThrows(IllegalStateException.class, () -> producer.send(null));
    assertThrows(IllegalStateException.class, connection::createSession);
  }

  @Test
  void aContextSendsAndReceivesWithHeadersAndProperties() throws JMSException {
    try (JMSContext context = factory.createContext()) {
      Queue queue = context.createQueue("orders");
      context
          .createProducer()
          .setProperty("amount", 7)
          .setJMSType("order")
          .setPriority(8)
          .send(queue, "a");
      try (JMSConsumer consumer = context.createConsumer(queue, "amount = 7")) {
        TextMessage message = (TextMessage) consumer.receive(WAIT_MS);
        assertEquals("a", message.getText());
        assertEquals("order", message.getJMSType());
        assertEquals(8, message.getJMSPriority());
      }
      context.createProducer().send(queue, "b");
      try (JMSConsumer consumer = context.createConsumer(queue)) {
        assertEquals("b", consumer.receiveBody(String.class, WAIT_MS));
      }
    }
  }

  @Test
  void theNamesOfAProducersPropertiesAreAView() throws JMSException {
    try (JMSContext context = factory.createContext()) {
      JMSProducer producer = context.createProducer();
      Set<String> names = producer.getPropertyNames();
      producer.setProperty("amount", 7);
      assertEquals(Set.of("amount"), names);
      assertThrows(UnsupportedOperationException.class, () -> names.remove("amount"));
      producer.clearProperties();
      assertEquals(Set.of(), names);
    }
  }

  @Test
  void aMapWithoutANameIsNoMessage() throws JMSException {
    try (JMSContext context = factory.createContext()) {
      Queue queue = context.createQueue("orders");
      Map<String, Object> nameless = Collections.singletonMap(null, 1);
      assertThrows(
          MessageFormatRuntimeException.class,
          () -> context.createProducer().send(queue, nameless));
      assertEquals(0, broker.depth("orders"));
    }
  }

  @Test
  void whatHasAnotherBodyIsNotLost() throws JMSException {
    send("a", "b");
    try (JMSContext context = factory.createContext()) {
      JMSConsumer consumer = context.createConsumer(context.createQueue("orders"));
      assertThrows(
          MessageFormatRuntimeException.class, () -> consumer.receiveBody(Integer.class, WAIT_MS));
      assertThrows(
          MessageFormatRuntimeException.class, () -> consumer.receiveBodyNoWait(Integer.class));
      assertEquals("a", consumer.receiveBody(String.class, WAIT_MS));
      assertEquals("b", consumer.receiveBody(String.class));
      send("c");
      assertEquals("c", consumer.receiveBody(String.class, 0));
      assertNull(consumer.receiveBodyNoWait(String.class));
    }
  }

  @Test
  void aCorrelationOfBytesArrivesAsItWas() throws JMSException {
    byte[] noText = {(byte) 0xC3, 0x28, (byte) 0xFF};
    try (JMSContext context = factory.createContext()) {
      Queue queue = context.createQueue("orders");
      context.createProducer().setJMSCorrelationIDAsBytes(noText).send(queue, "a");
      Message received = context.createConsumer(queue).receive(WAIT_MS);
      assertArrayEquals(noText, received.getJMSCorrelationIDAsBytes());
    }
  }

  @Test
  void aContextRefusesNegativeTimesAtOnce() {
    try (JMSContext context = factory.createContext()) {
      JMSProducer producer = context.createProducer();
      assertThrows(JMSRuntimeException.class, () -> producer.setTimeToLive(-1));
      assertThrows(JMSRuntimeException.class, () -> producer.setDeliveryDelay(-1));
      assertEquals(0, producer.getTimeToLive());
      assertEquals(0, producer.getDeliveryDelay());
    }
  }

  @Test
  void queueAndTopicFactoriesKeepTheirDomains() throws JMSException, ResourceException {
    QueueConnectionFactory queues =
        (QueueConnectionFactory) managed(new BinderyManagedQueueConnectionFactory());
    try (QueueConnection connection = queues.createQueueConnection()) {
      QueueSession session = connection.createQueueSession(false, Session.AUTO_ACKNOWLEDGE);
      session.createSender(session.createQueue("orders")).send(session.createTextMessage("a"));
      assertThrows(IllegalStateException.class, () -> session.createTopic("t"));
      assertThrows(IllegalStateException.class, () -> session.unsubscribe("s"));
    }
    TopicConnectionFactory topics =
        (TopicConnectionFactory) managed(new BinderyManagedTopicConnectionFactory());
    try (TopicConnection connection = topics.createTopicConnection()) {
      TopicSession session = connection.createTopicSession(false, Session.AUTO_ACKNOWLEDGE);
      session.createPublisher(session.createTopic("t")).publish(session.createTextMessage("a"));
      assertThrows(IllegalStateException.class, session::createTemporaryQueue);
      assertThrows(IllegalStateException.class, () -> session.createQueue("q"));
    }
    assertEquals(1, broker.depth("orders"));
  }

  @Test
  void withoutAServerAFactoryWorksTheSame() throws ResourceException, JMSException {
    BinderyManagedConnectionFactory alone = new BinderyManagedConnectionFactory();
    alone.setUri(broker.uri());
    ConnectionFactory direct = (ConnectionFactory) alone.createConnectionFactory();
    try (JMSContext context = direct.createContext()) {
      context.createProducer().send(context.createQueue("orders"), "a");
    }
    assertEquals(1, broker.depth("orders"));
  }
}
