package io.bindery.jms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.ServerSession;
import jakarta.jms.Session;
import jakarta.jms.TransactionInProgressException;
import jakarta.jms.TransactionInProgressRuntimeException;
import jakarta.jms.XAConnection;
import jakarta.jms.XAJMSContext;
import jakarta.jms.XASession;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("11.3 Distributed transactions")
class XaTest extends JmsTest {
  private XAConnection xaConnection;
  private XASession xaSession;
  private XAResource resource;

  /** A branch of a test's. */
  private record Branch(int number) implements Xid {
    @Override
    public int getFormatId() {
      return 7;
    }

    @Override
    public byte[] getGlobalTransactionId() {
      return new byte[] {1, (byte) number};
    }

    @Override
    public byte[] getBranchQualifier() {
      return new byte[] {(byte) number};
    }
  }

  @BeforeEach
  void xa() throws JMSException {
    xaConnection = later(factory.createXAConnection());
    xaConnection.start();
    xaSession = xaConnection.createXASession();
    resource = xaSession.getXAResource();
  }

  private static int codeOf(XaCall call) {
    return assertThrows(XAException.class, call::run).errorCode;
  }

  private interface XaCall {
    void run() throws XAException;
  }

  @Test
  @DisplayName("6.2.8, 11.3.3 sends and receipts of a branch: prepare and commit")
  void twoPhases() throws JMSException, XAException {
    send(queue, "in");
    Branch branch = new Branch(1);
    MessageConsumer consumer = xaSession.createConsumer(queue);
    resource.start(branch, XAResource.TMNOFLAGS);
    assertEquals("in", text(consumer.receive(LONG_MS)));
    send(xaSession, session.createQueue("out"), "out");
    resource.end(branch, XAResource.TMSUCCESS);
    assertEquals(List.of(), left(session.createQueue("out")));
    assertEquals(XAResource.XA_OK, resource.prepare(branch));
    assertEquals(1, resource.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN).length);
    assertEquals(0, resource.recover(XAResource.TMENDRSCAN).length);
    resource.commit(branch, false);
    assertEquals(List.of("out"), left(session.createQueue("out")));
    consumer.close();
    assertEquals(List.of(), left(queue));
    assertEquals(0, resource.recover(XAResource.TMSTARTRSCAN).length);
  }

  @Test
  @DisplayName(
      "11.3.3 rollback: sends are gone, receipts come again to the same consumer, redelivered, in order")
  void rollback() throws JMSException, XAException {
    send(queue, "a", "b", "c");
    MessageConsumer consumer = xaSession.createConsumer(queue);
    for (boolean prepared : new boolean[] {false, true}) {
      Branch branch = new Branch(prepared ? 2 : 1);
      resource.start(branch, XAResource.TMNOFLAGS);
      assertEquals(List.of("a", "b"), receive(consumer, 2));
      send(xaSession, session.createQueue("out"), "out");
      resource.end(branch, prepared ? XAResource.TMSUCCESS : XAResource.TMFAIL);
      if (prepared) {
        resource.prepare(branch);
      }
      resource.rollback(branch);
    }
    Message a = consumer.receive(LONG_MS);
    assertEquals("a", text(a));
    assertEquals(3, deliveryCount(a));
    assertEquals(List.of("b", "c"), receive(consumer, 2));
    assertEquals(List.of(), left(session.createQueue("out")));
  }

  /** An application server's session, which runs within a branch: the first is rolled back. */
  private final class Server implements ServerSession {
    private final BlockingQueue<String> seen;
    private int branches;

    Server(BlockingQueue<String> seen) {
      this.seen = seen;
    }

    @Override
    public Session getSession() {
      return xaSession;
    }

    @Override
    public void start() throws JMSException {
      Branch branch = new Branch(++branches);
      try {
        resource.start(branch, XAResource.TMNOFLAGS);
        xaSession.run();
        resource.end(branch, XAResource.TMSUCCESS);
        if (branches == 1) {
          resource.rollback(branch);
        } else {
          resource.commit(branch, true);
        }
        seen.add("ended");
      } catch (XAException e) {
        throw JmsExceptions.linked(new JMSException(e.toString()), e);
      }
    }
  }

  @Test
  @DisplayName("11.2, 11.3.3 a session that a connection consumer loads, within branches")
  void connectionConsumer() throws JMSException, InterruptedException {
    BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    xaSession.setMessageListener(
        message ->
            JmsExceptions.run(
                () -> {
                  seen.add(text(message) + deliveryCount(message));
                  send(xaSession, session.createQueue("out"), text(message));
                }));
    send(queue, "a", "b");
    Server server = new Server(seen);
    xaConnection.createConnectionConsumer(queue, null, () -> server, 1);
    for (String expected : List.of("a1", "ended", "a2", "ended", "b1", "ended")) {
      assertEquals(expected, next(seen));
    }
    xaConnection.close();
    assertEquals(List.of(), left(queue));
    assertEquals(List.of("a", "b"), left(session.createQueue("out")));
  }

  @Test
  @DisplayName("11.3.3 outside of a branch each send and receipt stands for itself")
  void outside() throws JMSException {
    send(xaSession, queue, "a");
    assertEquals("a", text(xaSession.createConsumer(queue).receive(LONG_MS)));
    xaSession.close();
    assertEquals(List.of(), left(queue));
  }

  @Test
  @DisplayName("11.3.5 one phase, read-only, suspend and resume, interleaved branches")
  void verbs() throws JMSException, XAException {
    Branch one = new Branch(1);
    Branch two = new Branch(2);
    resource.start(one, XAResource.TMNOFLAGS);
    send(xaSession, queue, "one");
    resource.end(one, XAResource.TMSUSPEND);
    resource.start(two, XAResource.TMNOFLAGS);
    send(xaSession, queue, "two");
    resource.end(two, XAResource.TMSUCCESS);
    resource.commit(two, true);
    assertEquals(List.of("two"), left(queue));
    resource.start(one, XAResource.TMRESUME);
    send(xaSession, queue, "one more");
    resource.end(one, XAResource.TMSUCCESS);
    resource.commit(one, true);
    assertEquals(List.of("one", "one more"), left(queue));
    Branch nothing = new Branch(3);
    resource.start(nothing, XAResource.TMNOFLAGS);
    resource.end(nothing, XAResource.TMSUCCESS);
    assertEquals(XAResource.XA_RDONLY, resource.prepare(nothing));
  }

  @Test
  @DisplayName("11.3.5 a resource works for one branch at a time")
  void oneAtATime() throws JMSException, XAException {
    Branch one = new Branch(1);
    Branch two = new Branch(2);
    resource.start(one, XAResource.TMNOFLAGS);
    assertEquals(XAException.XAER_PROTO, codeOf(() -> resource.start(two, XAResource.TMNOFLAGS)));
    resource.end(one, XAResource.TMSUSPEND);
    resource.start(two, XAResource.TMNOFLAGS);
    // Ends what was suspended, and not what is done now.
    resource.end(one, XAResource.TMSUCCESS);
    resource.rollback(one);
    send(xaSession, queue, "never");
    // A manager whose time is over may roll back first, and end later or not at all.
    resource.rollback(two);
    assertThrows(JMSException.class, () -> send(xaSession, queue, "late"));
    resource.start(one, XAResource.TMNOFLAGS);
    resource.end(two, XAResource.TMSUCCESS);
    send(xaSession, queue, "one");
    resource.end(one, XAResource.TMSUCCESS);
    resource.commit(one, true);
    assertEquals(List.of("one"), left(queue));
  }

  @Test
  @DisplayName("11.3.5 what prepare has rolled back is given back: nobody rolls back after it")
  void refusedPrepare() throws JMSException, XAException {
    send(queue, "a");
    MessageConsumer consumer = xaSession.createConsumer(queue);
    Branch branch = new Branch(1);
    resource.start(branch, XAResource.TMNOFLAGS);
    assertEquals("a", text(consumer.receive(LONG_MS)));
    resource.end(branch, XAResource.TMSUSPEND);
    XASession other = xaConnection.createXASession();
    other.getXAResource().start(branch, XAResource.TMJOIN);
    other.getXAResource().end(branch, XAResource.TMFAIL);
    resource.end(branch, XAResource.TMSUCCESS);
    assertEquals(XAException.XA_RBROLLBACK, codeOf(() -> resource.prepare(branch)));
    assertRedelivered(true, consumer.receive(LONG_MS));
  }

  private void decide(String action) throws JMException {
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    ObjectName broker =
        new ObjectName("io.bindery:type=Broker,name=" + engine.uri().getAuthority());
    for (CompositeData row : (CompositeData[]) server.getAttribute(broker, "InDoubt")) {
      String[] text = {String.class.getName()};
      server.invoke(broker, action, new Object[] {row.get("branch")}, text);
    }
  }

  @Test
  @DisplayName("11.3.5 what an operator decides is told, and the session has its messages again")
  void heuristic() throws JMSException, XAException, JMException {
    MessageConsumer consumer = xaSession.createConsumer(queue);
    for (boolean commit : new boolean[] {false, true}) {
      Branch branch = new Branch(commit ? 1 : 2);
      send(queue, "a");
      resource.start(branch, XAResource.TMNOFLAGS);
      assertEquals("a", text(consumer.receive(LONG_MS)));
      resource.end(branch, XAResource.TMSUCCESS);
      assertEquals(XAResource.XA_OK, resource.prepare(branch));
      decide(commit ? "commitInDoubt" : "rollbackInDoubt");
      int code = commit ? XAException.XA_HEURCOM : XAException.XA_HEURRB;
      assertEquals(code, codeOf(() -> resource.commit(branch, false)));
      assertEquals(code, codeOf(() -> resource.rollback(branch)));
      assertEquals(1, resource.recover(XAResource.TMSTARTRSCAN).length);
      resource.forget(branch);
      assertEquals(XAException.XAER_NOTA, codeOf(() -> resource.forget(branch)));
      if (!commit) {
        assertRedelivered(true, consumer.receive(LONG_MS));
      }
    }
    consumer.close();
    assertEquals(List.of(), left(queue));
  }

  private void receiveAndPrepare(Branch branch, XaWork work) throws JMSException, XAException {
    resource.start(branch, XAResource.TMNOFLAGS);
    work.run();
    resource.end(branch, XAResource.TMSUCCESS);
    assertEquals(XAResource.XA_OK, resource.prepare(branch));
  }

  private interface XaWork {
    void run() throws JMSException;
  }

  @Test
  @DisplayName(
      "11.3.5 a session that is closed remembers no branch: its end may be decided elsewhere")
  void decidedElsewhere() throws JMSException, XAException, JMException {
    XaDeliveries remembered =
        XaDeliveries.of(((BinderyXAConnection) xaConnection).engineConnection().engine());
    send(queue, "a");
    receiveAndPrepare(
        new Branch(1),
        () -> assertEquals("a", text(xaSession.createConsumer(queue).receive(LONG_MS))));
    assertFalse(remembered.isEmpty());
    xaSession.close();
    assertTrue(remembered.isEmpty());
    decide("rollbackInDoubt");
    assertEquals(List.of("a"), left(queue));
  }

  @Test
  @DisplayName("11.3.5 nor does a connection, of what its connection consumers took")
  void loadedAndDecidedElsewhere() throws JMSException, XAException, InterruptedException {
    XaDeliveries remembered =
        XaDeliveries.of(((BinderyXAConnection) xaConnection).engineConnection().engine());
    BlockingQueue<String> loaded = new LinkedBlockingQueue<>();
    xaSession.setMessageListener(message -> loaded.add(textOf(message)));
    send(queue, "a");
    BlockingQueue<Boolean> started = new LinkedBlockingQueue<>();
    ServerSession server =
        new ServerSession() {
          @Override
          public Session getSession() {
            return xaSession;
          }

          @Override
          public void start() {
            started.add(true);
          }
        };
    xaConnection.createConnectionConsumer(queue, null, () -> server, 1);
    assertTrue(next(started));
    receiveAndPrepare(new Branch(1), xaSession::run);
    assertEquals("a", next(loaded));
    assertFalse(remembered.isEmpty());
    xaConnection.close();
    assertTrue(remembered.isEmpty());
  }

  @Test
  @DisplayName(
      "11.3.5 sessions join a branch; one resource decides for all, and each gives back what it holds")
  void joined() throws JMSException, XAException {
    XASession second = xaConnection.createXASession();
    send(queue, "a");
    send(session.createQueue("other"), "x");
    assertTrue(resource.isSameRM(second.getXAResource()));
    MessageConsumer one = xaSession.createConsumer(queue);
    MessageConsumer two = second.createConsumer(session.createQueue("other"));
    Branch branch = new Branch(1);
    resource.start(branch, XAResource.TMNOFLAGS);
    second.getXAResource().start(branch, XAResource.TMJOIN);
    assertEquals("a", text(one.receive(LONG_MS)));
    assertEquals("x", text(two.receive(LONG_MS)));
    second.getXAResource().end(branch, XAResource.TMSUCCESS);
    resource.end(branch, XAResource.TMSUCCESS);
    resource.rollback(branch);
    assertTrue(one.receive(LONG_MS).getJMSRedelivered());
    assertTrue(two.receive(LONG_MS).getJMSRedelivered());
  }

  @Test
  @DisplayName(
      "11.3.5 a prepared branch outlives its session, and any resource of the broker finishes it")
  void survivesSession() throws JMSException, XAException {
    send(queue, "a");
    Branch branch = new Branch(1);
    resource.start(branch, XAResource.TMNOFLAGS);
    assertEquals("a", text(xaSession.createConsumer(queue).receive(LONG_MS)));
    resource.end(branch, XAResource.TMSUCCESS);
    resource.prepare(branch);
    xaConnection.close();
    assertEquals(List.of(), left(queue));
    XAResource other = later(factory.createXAConnection()).createXASession().getXAResource();
    Xid[] found = other.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN);
    assertTrue(Arrays.equals(branch.getGlobalTransactionId(), found[0].getGlobalTransactionId()));
    other.rollback(found[0]);
    Message again = session.createConsumer(queue).receive(LONG_MS);
    assertEquals("a", text(again));
    assertRedelivered(true, again);
  }

  @Test
  @DisplayName("11.3.5 what is wrong is an XAException with the code of the standard")
  void errors() throws XAException {
    Branch branch = new Branch(1);
    assertEquals(XAException.XAER_NOTA, codeOf(() -> resource.rollback(branch)));
    assertEquals(XAException.XAER_NOTA, codeOf(() -> resource.prepare(branch)));
    assertEquals(XAException.XAER_INVAL, codeOf(() -> resource.setTransactionTimeout(-1)));
    assertEquals(XAException.XAER_INVAL, codeOf(() -> resource.recover(XAResource.TMJOIN)));
    for (XaCall ofNone :
        List.<XaCall>of(
            () -> resource.start(null, XAResource.TMNOFLAGS),
            () -> resource.end(null, XAResource.TMSUCCESS),
            () -> resource.prepare(null),
            () -> resource.commit(null, true),
            () -> resource.rollback(null),
            () -> resource.forget(null))) {
      assertEquals(XAException.XAER_INVAL, codeOf(ofNone));
    }
    resource.start(branch, XAResource.TMNOFLAGS);
    resource.end(branch, XAResource.TMSUCCESS);
    resource.rollback(branch);
    assertTrue(resource.setTransactionTimeout(30));
    assertEquals(30, resource.getTransactionTimeout());
    engine.close();
    assertEquals(
        XAException.XAER_RMFAIL, codeOf(() -> resource.start(new Branch(2), XAResource.TMNOFLAGS)));
  }

  @Test
  @DisplayName("11.3.5 isSameRM is true within one engine only")
  void sameResourceManager() throws JMSException, XAException {
    XAResource other = later(factory.createXAConnection()).createXASession().getXAResource();
    assertTrue(resource.isSameRM(other));
    BinderyXAConnection foreign = elsewhere("vm://jms-elsewhere");
    assertFalse(resource.isSameRM(foreign.createXASession().getXAResource()));
    end(foreign);
  }

  @Test
  @DisplayName("11.3.5 isSameRM is false between two ways to reach one broker")
  void sameBrokerReachedOtherwise() throws JMSException, XAException {
    XAResource within = later(elsewhere(engine.uri().toString())).createXASession().getXAResource();
    assertEquals(!overNetwork(), resource.isSameRM(within));
    assertEquals(!overNetwork(), within.isSameRM(resource));
  }

  @Test
  @DisplayName("11.3.5 isSameRM is false between two brokers that keep what is durable")
  void twoDirectories(@TempDir Path one, @TempDir Path two) throws JMSException, XAException {
    BinderyXAConnection first = elsewhere("vm://jms-one?dir=" + one);
    BinderyXAConnection second = elsewhere("vm://jms-two?dir=" + two);
    XAResource resourceOfFirst = first.createXASession().getXAResource();
    XAResource resourceOfSecond = second.createXASession().getXAResource();
    assertFalse(resourceOfFirst.isSameRM(resourceOfSecond));
    assertTrue(resourceOfFirst.isSameRM(first.createXASession().getXAResource()));
    end(first);
    end(second);
  }

  /** Who is joined to what has ended would work in no branch; what is prepared is for all. */
  @Test
  @DisplayName(
      "11.3.5 isSameRM is false between two runs on a directory, and the later one decides")
  void twoRuns(@TempDir Path directory) throws JMSException, XAException {
    String uri = "vm://jms-again?dir=" + directory;
    BinderyXAConnection before = elsewhere(uri);
    XASession earlier = before.createXASession();
    Branch branch = new Branch(1);
    earlier.getXAResource().start(branch, XAResource.TMNOFLAGS);
    earlier.createProducer(earlier.createQueue("kept")).send(earlier.createTextMessage("a"));
    earlier.getXAResource().end(branch, XAResource.TMSUCCESS);
    assertEquals(XAResource.XA_OK, earlier.getXAResource().prepare(branch));
    String identity = before.engineConnection().engine().identity();
    before.engineConnection().engine().close();

    BinderyXAConnection after = elsewhere(uri);
    assertEquals(identity, after.engineConnection().engine().identity());
    XAResource later = after.createXASession().getXAResource();
    assertFalse(later.isSameRM(earlier.getXAResource()));
    assertFalse(earlier.getXAResource().isSameRM(later));
    assertTrue(later.isSameRM(after.createXASession().getXAResource()));
    Xid[] found = later.recover(XAResource.TMSTARTRSCAN);
    assertEquals(1, found.length);
    later.commit(found[0], false);
    assertEquals(0, later.recover(XAResource.TMSTARTRSCAN).length);
    end(after);
  }

  private static BinderyXAConnection elsewhere(String uri) throws JMSException {
    return (BinderyXAConnection) new BinderyXAConnectionFactory(uri).createXAConnection();
  }

  private static void end(BinderyXAConnection connection) throws JMSException {
    connection.close();
    connection.engineConnection().engine().close();
  }

  @Test
  @DisplayName("11.3.3 commit, rollback and recover of an XA session are refused")
  void sessionCalls() throws JMSException {
    assertTrue(xaSession.getTransacted());
    assertEquals(Session.SESSION_TRANSACTED, xaSession.getAcknowledgeMode());
    assertThrows(TransactionInProgressException.class, xaSession::commit);
    assertThrows(TransactionInProgressException.class, xaSession::rollback);
    assertThrows(IllegalStateException.class, xaSession::recover);
    assertSame(xaSession, xaSession.getSession());
  }

  @Test
  @DisplayName("11.3.2 XA connections of the domains, and their ordinary sessions")
  void domains() throws JMSException {
    assertFalse(xaConnection.createSession(false, Session.AUTO_ACKNOWLEDGE).getTransacted());
    var queues = later(factory.createXAQueueConnection());
    assertFalse(queues.createQueueSession(false, Session.AUTO_ACKNOWLEDGE).getTransacted());
    assertTrue(queues.createXAQueueSession().getQueueSession().getTransacted());
    var topics = later(factory.createXATopicConnection());
    assertFalse(topics.createTopicSession(false, Session.AUTO_ACKNOWLEDGE).getTransacted());
    assertTrue(topics.createXATopicSession().getTopicSession().getTransacted());
    assertThrows(IllegalStateException.class, () -> topics.createXATopicSession().createQueue("q"));
  }

  @Test
  @DisplayName("11.3.4 XAJMSContext")
  void context() throws XAException {
    XAJMSContext context = later(factory.createXAContext());
    Branch branch = new Branch(1);
    assertTrue(context.getTransacted());
    assertThrows(TransactionInProgressRuntimeException.class, context::commit);
    assertThrows(TransactionInProgressRuntimeException.class, context::rollback);
    context.getXAResource().start(branch, XAResource.TMNOFLAGS);
    context.getContext().createProducer().send(queue, "a");
    assertNull(
        context.createContext(Session.AUTO_ACKNOWLEDGE).createConsumer(queue).receiveNoWait());
    context.getXAResource().end(branch, XAResource.TMSUCCESS);
    context.getXAResource().commit(branch, true);
    assertEquals("a", context.createConsumer(queue).receiveBody(String.class, LONG_MS));
  }
}
