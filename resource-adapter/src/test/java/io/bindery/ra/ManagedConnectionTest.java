package io.bindery.ra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpException;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.resource.NotSupportedException;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ActivationSpec;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import jakarta.resource.spi.LocalTransactionException;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.TransactionSupport.TransactionSupportLevel;
import jakarta.resource.spi.security.PasswordCredential;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.security.auth.Subject;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The contract between a managed connection and its pool (Jakarta Connectors, connection
 * management).
 */
class ManagedConnectionTest extends AdapterFixture {
  private static final long WAIT_MS = 10_000;
  private static final SessionRequest NOBODY = request(null);

  private final List<ManagedConnection> made = new ArrayList<>();
  private BinderyManagedConnectionFactory factory;

  @BeforeEach
  void makeFactory() throws ResourceException, AmqpException {
    factory = new BinderyManagedConnectionFactory();
    factory.setResourceAdapter(adapter);
    broker.queue("orders");
  }

  @AfterEach
  void destroyAll() throws ResourceException {
    for (ManagedConnection each : made) {
      each.destroy();
    }
  }

  private static SessionRequest request(String user) {
    return new SessionRequest(user, user, Session.AUTO_ACKNOWLEDGE, SessionRequest.Domain.ANY);
  }

  private ManagedConnection connection() throws ResourceException {
    ManagedConnection fresh = factory.createManagedConnection(null, NOBODY);
    made.add(fresh);
    return fresh;
  }

  private static SessionHandle handle(ManagedConnection connection) throws ResourceException {
    return (SessionHandle) connection.getConnection(null, NOBODY);
  }

  private static void send(SessionHandle session, String text) throws JMSException {
    MessageProducer producer = session.createProducer(session.createQueue("orders"));
    producer.send(session.createTextMessage(text));
  }

  private static String receive(SessionHandle session) throws JMSException {
    session.start();
    MessageConsumer consumer = session.createConsumer(session.createQueue("orders"));
    TextMessage message = (TextMessage) consumer.receive(WAIT_MS);
    consumer.close();
    return message.getText();
  }

  @Test
  void aLocalTransactionCommitsWhatItsHandlesDid()
      throws ResourceException, JMSException, AmqpException {
    ManagedConnection connection = connection();
    SessionHandle session = handle(connection);
    connection.getLocalTransaction().begin();
    assertTrue(session.getTransacted());
    send(session, "a");
    assertNull(broker.take("orders"));
    connection.getLocalTransaction().commit();
    assertFalse(session.getTransacted());
    assertEquals("a", broker.take("orders"));
  }

  @Test
  void aLocalTransactionRollsBackWhatItsHandlesDid()
      throws ResourceException, JMSException, AmqpException {
    broker.send("orders", "a");
    ManagedConnection connection = connection();
    SessionHandle session = handle(connection);
    connection.getLocalTransaction().begin();
    assertEquals("a", receive(session));
    send(session, "b");
    connection.getLocalTransaction().rollback();
    assertEquals(1, broker.depth("orders"));
    assertEquals("a", receive(session));
  }

  @Test
  void localTransactionsDoNotNest() throws ResourceException {
    ManagedConnection connection = connection();
    assertThrows(LocalTransactionException.class, connection.getLocalTransaction()::commit);
    connection.getLocalTransaction().begin();
    assertThrows(LocalTransactionException.class, connection.getLocalTransaction()::begin);
    connection.getLocalTransaction().rollback();
    assertThrows(LocalTransactionException.class, connection.getLocalTransaction()::rollback);
  }

  @Test
  void cleanupRollsBackAndInvalidatesTheHandles() throws ResourceException, JMSException {
    ManagedConnection connection = connection();
    SessionHandle session = handle(connection);
    connection.getLocalTransaction().begin();
    send(session, "a");
    connection.cleanup();
    assertEquals(0, broker.depth("orders"));
    assertThrows(jakarta.jms.IllegalStateException.class, session::createMessage);
    send(handle(connection), "b");
    assertEquals(1, broker.depth("orders"));
  }

  @Test
  void aHandleMovesWithItsProducersAndConsumers() throws ResourceException, JMSException {
    ManagedConnection one = connection();
    ManagedConnection two = connection();
    SessionHandle session = handle(one);
    session.start();
    MessageProducer producer = session.createProducer(session.createQueue("orders"));
    producer.setPriority(9);
    MessageConsumer consumer = session.createConsumer(session.createQueue("orders"));
    two.associateConnection(session);
    one.cleanup();
    producer.send(session.createTextMessage("a"));
    TextMessage message = (TextMessage) consumer.receive(WAIT_MS);
    assertEquals("a", message.getText());
    assertEquals(9, message.getJMSPriority());
    assertThrows(ResourceException.class, () -> two.associateConnection("no handle"));
  }

  @Test
  void closingAHandleIsTold() throws ResourceException, JMSException {
    ManagedConnection connection = connection();
    Events events = new Events();
    connection.addConnectionEventListener(events);
    SessionHandle session = handle(connection);
    session.close();
    session.close();
    assertEquals(1, events.closed.size());
    assertSame(session, events.closed.get(0).getConnectionHandle());
    connection.removeConnectionEventListener(events);
    handle(connection).close();
    assertEquals(1, events.closed.size());
  }

  @Test
  void aLostBrokerIsTold() throws ResourceException {
    Events events = new Events();
    connection().addConnectionEventListener(events);
    broker.engine().close();
    Awaiting.until("the failure is told", () -> !events.failed.isEmpty());
    assertTrue(events.failed.get(0).getException() instanceof JMSException);
  }

  @Test
  void onlyAConnectionOfTheSameUserMatches() throws ResourceException {
    ManagedConnection nobody = connection();
    ManagedConnection user = factory.createManagedConnection(null, request("u"));
    made.add(user);
    Set<ManagedConnection> idle = Set.of(nobody, user);
    assertSame(nobody, factory.matchManagedConnections(idle, null, NOBODY));
    assertSame(user, factory.matchManagedConnections(idle, null, request("u")));
    assertNull(factory.matchManagedConnections(idle, null, request("v")));
    assertThrows(ResourceException.class, () -> user.getConnection(null, NOBODY));
    user.destroy();
    assertNull(factory.matchManagedConnections(idle, null, request("u")));
  }

  @Test
  void theContainersCredentialsGoFirst() throws ResourceException {
    PasswordCredential credential = new PasswordCredential("boss", "pw".toCharArray());
    credential.setManagedConnectionFactory(factory);
    Subject subject = new Subject(true, Set.of(), Set.of(), Set.of(credential));
    ManagedConnection connection = factory.createManagedConnection(subject, request("u"));
    made.add(connection);
    assertEquals("boss", connection.getMetaData().getUserName());
    assertEquals("Bindery", connection.getMetaData().getEISProductName());
    assertEquals(0, connection.getMetaData().getMaxConnections());
  }

  @Test
  void aCredentialWithoutAUserSaysNothing() throws ResourceException {
    PasswordCredential credential = new PasswordCredential("", new char[0]);
    credential.setManagedConnectionFactory(factory);
    Subject subject = new Subject(true, Set.of(), Set.of(), Set.of(credential));
    factory.setUser("configured");
    ManagedConnection connection = factory.createManagedConnection(subject, NOBODY);
    made.add(connection);
    assertEquals("configured", connection.getMetaData().getUserName());
  }

  /** Open Liberty makes paths of the values of definition annotations. */
  @Test
  void aUriWithOneSlashIsTakenAsMeant() throws ResourceException {
    factory.setUri("vm:/bindery.other_1");
    assertEquals("vm://bindery.other_1", factory.access(null, NOBODY).uri());
    factory.setUri(" amqp+x://user@host:5672/vhost/a ");
    assertEquals("amqp+x://user@host:5672/vhost/a", factory.getUri());
    factory.setUri("vm:///x");
    assertEquals("vm:///x", factory.getUri());
    factory.setUri(null);
    assertEquals("", factory.getUri());
  }

  @Test
  void factoriesAreEqualByTheirConfiguration() throws ResourceException {
    BinderyManagedConnectionFactory same = new BinderyManagedConnectionFactory();
    same.setResourceAdapter(adapter);
    assertEquals(factory, same);
    assertEquals(factory.hashCode(), same.hashCode());
    same.setPrefetch(7);
    assertNotEquals(factory, same);
    assertNotEquals(factory, new BinderyManagedQueueConnectionFactory());
    assertThrows(ResourceException.class, () -> same.setResourceAdapter(adapter));
  }

  @Test
  void aDestroyedConnectionIsOfNoUse() throws ResourceException, JMSException {
    ManagedConnection connection = connection();
    SessionHandle session = handle(connection);
    connection.destroy();
    connection.destroy();
    assertThrows(jakarta.jms.IllegalStateException.class, session::createMessage);
    assertThrows(ResourceException.class, () -> handle(connection));
  }

  @Test
  void itsXaResourceIsOneWithThatOfRecovery() throws ResourceException, XAException {
    ManagedConnection connection = connection();
    XAResource own = connection.getXAResource();
    assertSame(own, connection.getXAResource());
    XAResource recovery = adapter.getXAResources(new ActivationSpec[] {queueSpec("orders")})[0];
    assertTrue(own.isSameRM(recovery));
    assertTrue(recovery.isSameRM(own));
    assertTrue(own.isSameRM(connection().getXAResource()));
  }

  @Test
  void twoConnectionsJoinInOneBranch() throws ResourceException, XAException, JMSException {
    ManagedConnection one = connection();
    ManagedConnection two = connection();
    send(handle(one), "a");
    TestXid xid = TestXid.next();
    one.getXAResource().start(xid, XAResource.TMNOFLAGS);
    assertEquals("a", receive(handle(one)));
    two.getXAResource().start(xid, XAResource.TMJOIN);
    send(handle(two), "b");
    two.getXAResource().end(xid, XAResource.TMSUCCESS);
    one.getXAResource().end(xid, XAResource.TMSUCCESS);
    // The transaction manager may finish it with either of them.
    two.getXAResource().rollback(xid);
    assertEquals(1, broker.depth("orders"));
    assertEquals("a", receive(handle(one)));
  }

  @Test
  void aSuspendedBranchIsResumed() throws ResourceException, XAException, JMSException {
    ManagedConnection connection = connection();
    SessionHandle session = handle(connection);
    TestXid xid = TestXid.next();
    XAResource resource = connection.getXAResource();
    resource.start(xid, XAResource.TMNOFLAGS);
    send(session, "a");
    resource.end(xid, XAResource.TMSUSPEND);
    assertFalse(session.getTransacted());
    resource.start(xid, XAResource.TMRESUME);
    assertTrue(session.getTransacted());
    send(session, "b");
    resource.end(xid, XAResource.TMSUCCESS);
    assertEquals(XAResource.XA_OK, resource.prepare(xid));
    assertEquals(0, broker.depth("orders"));
    resource.commit(xid, false);
    assertEquals(2, broker.depth("orders"));
  }

  @Test
  void theEndOfASuspendedBranchDoesNotEndTheNext()
      throws ResourceException, XAException, JMSException {
    ManagedConnection connection = connection();
    SessionHandle session = handle(connection);
    XAResource resource = connection.getXAResource();
    TestXid one = TestXid.next();
    TestXid two = TestXid.next();
    resource.start(one, XAResource.TMNOFLAGS);
    resource.end(one, XAResource.TMSUSPEND);
    resource.start(two, XAResource.TMNOFLAGS);
    resource.end(one, XAResource.TMSUCCESS);
    send(session, "a");
    resource.end(two, XAResource.TMSUCCESS);
    resource.rollback(two);
    assertEquals(0, broker.depth("orders"));
  }

  @Test
  void itsResourceFinishesWhatIsPreparedWhenItIsDestroyed()
      throws ResourceException, XAException, JMSException {
    ManagedConnection connection = connection();
    XAResource resource = connection.getXAResource();
    TestXid[] xids = {TestXid.next(), TestXid.next()};
    for (TestXid xid : xids) {
      resource.start(xid, XAResource.TMNOFLAGS);
      send(handle(connection), "a");
      resource.end(xid, XAResource.TMSUCCESS);
      resource.prepare(xid);
    }
    connection.destroy();
    assertEquals(2, resource.recover(XAResource.TMSTARTRSCAN).length);
    resource.commit(xids[0], false);
    resource.rollback(xids[1]);
    assertEquals(1, broker.depth("orders"));
    XAException gone =
        assertThrows(XAException.class, () -> resource.start(TestXid.next(), XAResource.TMNOFLAGS));
    assertEquals(XAException.XAER_RMFAIL, gone.errorCode);
  }

  @Test
  void anEmptyBranchIsReadOnly() throws ResourceException, XAException {
    XAResource resource = connection().getXAResource();
    TestXid xid = TestXid.next();
    resource.start(xid, XAResource.TMNOFLAGS);
    resource.end(xid, XAResource.TMSUCCESS);
    assertEquals(XAResource.XA_RDONLY, resource.prepare(xid));
  }

  @Test
  void theTransactionTimeoutIsKept() throws ResourceException, XAException {
    XAResource resource = connection().getXAResource();
    assertTrue(resource.setTransactionTimeout(30));
    assertEquals(30, resource.getTransactionTimeout());
    XAException wrong = assertThrows(XAException.class, () -> resource.setTransactionTimeout(-1));
    assertEquals(XAException.XAER_INVAL, wrong.errorCode);
  }

  @Test
  void withLocalTransactionsThereIsNoXa() throws ResourceException {
    assertEquals(TransactionSupportLevel.XATransaction, factory.getTransactionSupport());
    adapter.setTransactions("local");
    assertEquals(TransactionSupportLevel.LocalTransaction, factory.getTransactionSupport());
    ManagedConnection connection = connection();
    assertThrows(NotSupportedException.class, connection::getXAResource);
    adapter.setTransactions("xa");
    assertEquals(TransactionSupportLevel.XATransaction, factory.getTransactionSupport());
  }

  private static final class Events implements ConnectionEventListener {
    private final List<ConnectionEvent> closed = new ArrayList<>();
    private final List<ConnectionEvent> failed =
        java.util.Collections.synchronizedList(new ArrayList<>());

    @Override
    public void connectionClosed(ConnectionEvent event) {
      closed.add(event);
    }

    @Override
    public void connectionErrorOccurred(ConnectionEvent event) {
      failed.add(event);
    }

    @Override
    public void localTransactionStarted(ConnectionEvent event) {
      throw new AssertionError("an application cannot begin one");
    }

    @Override
    public void localTransactionCommitted(ConnectionEvent event) {
      throw new AssertionError("an application cannot commit one");
    }

    @Override
    public void localTransactionRolledback(ConnectionEvent event) {
      throw new AssertionError("an application cannot roll one back");
    }
  }
}
