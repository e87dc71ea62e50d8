package io.bindery.ra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpException;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.DissociatableManagedConnection;
import jakarta.resource.spi.ManagedConnection;
import java.util.ArrayList;
import java.util.List;
import javax.transaction.xa.XAException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A server takes the physical connection away from handles that an application keeps, and gives
 * them another when they are used again (Jakarta Connectors, lazy connection association).
 */
class LazyAssociationTest extends AdapterFixture {
  private static final long WAIT_MS = 10_000;

  private final TestPool pool = new TestPool();
  private BinderyManagedConnectionFactory managed;
  private Connection connection;
  private Session session;
  private Queue orders;

  @BeforeEach
  void openSession() throws ResourceException, AmqpException, JMSException {
    broker.queue("orders");
    managed = new BinderyManagedConnectionFactory();
    managed.setResourceAdapter(adapter);
    connection = ((ConnectionFactory) managed.createConnectionFactory(pool)).createConnection();
    connection.start();
    session = connection.createSession();
    orders = session.createQueue("orders");
  }

  @AfterEach
  void closeAll() throws JMSException, ResourceException {
    connection.close();
    pool.empty();
  }

  /** The physical connection goes, so nothing of it can be asked later. */
  private void takeAway() throws ResourceException {
    pool.dissociate();
    pool.empty();
  }

  @Test
  void aProducerGoesOnWithItsSettings() throws ResourceException, JMSException {
    MessageProducer producer = session.createProducer(orders);
    producer.setPriority(7);
    producer.setDisableMessageTimestamp(true);
    takeAway();
    producer.send(session.createTextMessage("a"));
    TextMessage message = (TextMessage) session.createConsumer(orders).receive(WAIT_MS);
    assertEquals("a", message.getText());
    assertEquals(7, message.getJMSPriority());
    assertEquals(0, message.getJMSTimestamp());
    assertEquals(2, pool.made());
  }

  @Test
  void aConsumerTakesNothingWhileItIsInactive()
      throws ResourceException, JMSException, AmqpException {
    MessageConsumer consumer = session.createConsumer(orders);
    assertEquals(1, broker.consumers("orders"));
    pool.dissociate();
    assertEquals(0, broker.consumers("orders"));
    broker.send("orders", "a", "b");
    assertEquals("a", broker.take("orders"));
    assertEquals("b", ((TextMessage) consumer.receive(WAIT_MS)).getText());
  }

  @Test
  void aHandleThatIsMovedLeavesNoConsumerBehind()
      throws ResourceException, JMSException, AmqpException {
    MessageConsumer consumer = session.createConsumer(orders);
    SessionHandle handle = (SessionHandle) session;
    ManagedConnection other = managed.createManagedConnection(null, managed.request(null));
    other.associateConnection(handle);
    assertEquals(0, broker.consumers("orders"));
    broker.send("orders", "a");
    assertEquals("a", ((TextMessage) consumer.receive(WAIT_MS)).getText());
    session.close();
    other.destroy();
  }

  @Test
  void aBrowserLooksAgain() throws ResourceException, JMSException, AmqpException {
    QueueBrowser browser = session.createBrowser(orders);
    takeAway();
    broker.send("orders", "a");
    assertTrue(browser.getEnumeration().hasMoreElements());
    assertEquals("orders", browser.getQueue().getQueueName());
    browser.close();
    assertThrows(IllegalStateException.class, browser::getEnumeration);
  }

  @Test
  void theWorkOfATransactionStaysTogether() throws ResourceException, JMSException, XAException {
    session.close();
    pool.begin();
    session = connection.createSession();
    MessageProducer producer = session.createProducer(orders);
    producer.send(session.createTextMessage("a"));
    pool.dissociate();
    producer.send(session.createTextMessage("b"));
    assertTrue(session.getTransacted());
    pool.rollback();
    assertEquals(0, broker.depth("orders"));
    assertFalse(session.getTransacted());
  }

  @Test
  void closingAnInactiveHandleIsTold() throws ResourceException, JMSException {
    pool.dissociate();
    session.close();
    session.close();
    assertEquals(1, pool.inactiveClosed());
    assertThrows(IllegalStateException.class, session::createMessage);
    Session next = connection.createSession();
    next.close();
    assertEquals(1, pool.inactiveClosed());
  }

  @Test
  void aServerThatCannotAssociateGetsAClosedSession() throws ResourceException, JMSException {
    List<ManagedConnection> made = new ArrayList<>();
    ConnectionManager eager =
        (factory, info) -> {
          made.add(factory.createManagedConnection(null, info));
          return made.get(0).getConnection(null, info);
        };
    ConnectionFactory factory = (ConnectionFactory) managed.createConnectionFactory(eager);
    try (Connection other = factory.createConnection()) {
      Session taken = other.createSession();
      ((DissociatableManagedConnection) made.get(0)).dissociateConnections();
      assertThrows(IllegalStateException.class, taken::createMessage);
      taken.close();
    }
    made.get(0).destroy();
  }
}
