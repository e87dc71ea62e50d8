package io.bindery.rabbitmq;

import static io.bindery.testkit.Awaiting.until;
import static io.bindery.testkit.Awaiting.untilWaiting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpException;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.XidKey;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TransactionRolledBackException;
import jakarta.jms.XAConnection;
import jakarta.jms.XASession;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.Test;

/** Transactions and branches whose connection is lost end with the right exception. */
class LostTransactionsTest extends CutTest {
  private static final Xid XID = new XidKey(1, new byte[] {7}, new byte[] {8});

  // --- local transactions ---

  /** A transacted session, and messages in the queue "in". */
  private Session sessionWith(String... texts) throws JMSException {
    Session session = connect().createSession(Session.SESSION_TRANSACTED);
    send(session, session.createQueue("in"), texts);
    session.commit();
    return session;
  }

  private static MessageConsumer consumer(Session session) throws JMSException {
    return session.createConsumer(session.createQueue("in"));
  }

  private void awaitSettled() {
    until("all is settled", () -> observed("in").unacknowledged() == 0);
    assertEquals(0, observed("in").ready());
  }

  @Test
  void aCommitAfterALossIsARollback() throws JMSException {
    Session session = sessionWith("a", "b");
    Queue out = session.createQueue("out");
    MessageConsumer consumer = consumer(session);
    assertEquals("a", receive(consumer));
    send(session, out, "x");
    cut();
    JMSException failure = assertThrows(TransactionRolledBackException.class, session::commit);
    assertTrue(failure.getMessage().contains("lost"), failure.getMessage());
    assertEquals("320 CONNECTION_FORCED", failure.getErrorCode());
    Message again = consumer.receive(LONG_MS);
    assertEquals("a", text(again));
    assertTrue(again.getJMSRedelivered());
    assertEquals("b", receive(consumer));
    send(session, out, "y");
    session.commit();
    assertEquals(1, observed("out").ready());
    awaitSettled();
  }

  @Test
  void receivingWithoutSendingIsRolledBackToo() throws JMSException {
    Session session = sessionWith("a");
    MessageConsumer consumer = consumer(session);
    assertEquals("a", receive(consumer));
    cut();
    assertThrows(TransactionRolledBackException.class, session::commit);
    Message again = consumer.receive(LONG_MS);
    assertTrue(again.getJMSRedelivered());
    session.commit();
    awaitSettled();
  }

  @Test
  void whatFollowsInItIsInVain() throws JMSException {
    Session session = sessionWith("a", "b");
    Queue out = session.createQueue("out");
    MessageConsumer consumer = consumer(session);
    assertEquals("a", receive(consumer));
    cut();
    assertNotNull(consumer.receive(LONG_MS));
    JMSException failure = assertThrows(JMSException.class, () -> send(session, out, "x"));
    assertTrue(failure.getMessage().contains("rolled back"), failure.getMessage());
    assertThrows(TransactionRolledBackException.class, session::commit);
    assertEquals("a", receive(consumer));
    assertEquals("b", receive(consumer));
    session.commit();
    awaitSettled();
  }

  @Test
  void aRollbackAfterALossIsDone() throws JMSException {
    Session session = sessionWith("a");
    MessageConsumer consumer = consumer(session);
    assertEquals("a", receive(consumer));
    cut();
    session.rollback();
    Message again = consumer.receive(LONG_MS);
    assertEquals("a", text(again));
    assertTrue(again.getJMSRedelivered());
    session.commit();
  }

  @Test
  void aListenerThatCommitsGoesOn() throws JMSException, InterruptedException {
    Session session = sessionWith("a", "b", "c");
    BlockingQueue<String> committed = new LinkedBlockingQueue<>();
    BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    consumer(session)
        .setMessageListener(
            message -> {
              try {
                seen.add(text(message));
                if (seen.size() == 2) {
                  cut();
                }
                session.commit();
                committed.add(text(message));
              } catch (TransactionRolledBackException e) {
                seen.add("rolled back");
              } catch (JMSException e) {
                throw new JMSRuntimeException(e.getMessage(), null, e);
              }
            });
    for (String each : List.of("a", "b", "c")) {
      assertEquals(each, committed.poll(LONG_MS, TimeUnit.MILLISECONDS));
    }
    assertTrue(seen.contains("rolled back"));
  }

  @Test
  void aCommitThatIsNotAnsweredSaysThatItsOutcomeIsNotKnown()
      throws JMSException, InterruptedException {
    Session session = connect().createSession(Session.SESSION_TRANSACTED);
    Queue out = session.createQueue("out");
    send(session, out, "x");
    network.mute(true);
    Done committing = start(session::commit);
    until("it is committed", () -> observed("out").ready() == 1);
    network.cut();
    network.mute(false);
    JMSException failure = committing.await();
    assertFalse(failure instanceof TransactionRolledBackException);
    assertEquals("541 INTERNAL_ERROR", failure.getErrorCode());
    assertTrue(failure.getMessage().contains("is not known"), failure.getMessage());
    send(session, out, "y");
    session.commit();
    assertEquals(2, observed("out").ready());
  }

  @Test
  void aTransactionThatBeginsDuringTheOutageIsOfTheNextConnection()
      throws JMSException, InterruptedException {
    Session session = connect().createSession(Session.SESSION_TRANSACTED);
    Queue out = session.createQueue("out");
    send(session, out, "x");
    session.commit();
    network.refuse(true);
    cut();
    Done sending =
        start(
            () -> {
              send(session, out, "y");
              session.commit();
            });
    untilWaiting(sending.thread());
    network.refuse(false);
    assertNull(sending.await());
    assertEquals(2, observed("out").ready());
  }

  // --- branches ---

  private XASession branch() throws JMSException, XAException {
    XAConnection connection = later(factory.createXAConnection());
    XASession session = connection.createXASession();
    Queue out = session.createQueue("out");
    session.createConsumer(out).close();
    session.getXAResource().start(XID, XAResource.TMNOFLAGS);
    send(session, out, "x");
    return session;
  }

  private List<Xid> prepared() {
    try (var admin = broker.connect(ConnectSpec.anonymous("admin")).await()) {
      return admin.xa().recover().await();
    } catch (AmqpException e) {
      throw new IllegalStateException(e);
    }
  }

  private interface Verb {
    void run() throws XAException;
  }

  private static void refused(int errorCode, Verb verb) {
    XAException failure = assertThrows(XAException.class, verb::run);
    assertEquals(errorCode, failure.errorCode, failure.getMessage());
  }

  /** Does something whose answer is lost, once the broker has done it; its failure or 0. */
  private int unanswered(Verb verb, java.util.function.BooleanSupplier done)
      throws InterruptedException {
    int[] code = {0};
    network.mute(true);
    Done asking =
        start(
            () -> {
              try {
                verb.run();
              } catch (XAException e) {
                code[0] = e.errorCode;
              }
            });
    until("it is done", done);
    network.cut();
    network.mute(false);
    assertNull(asking.await());
    return code[0];
  }

  @Test
  void aPreparedBranchIsCommittedOnTheNextConnection()
      throws JMSException, XAException, AmqpException {
    XAResource resource = branch().getXAResource();
    resource.end(XID, XAResource.TMSUCCESS);
    assertEquals(XAResource.XA_OK, resource.prepare(XID));
    cut();
    resource.commit(XID, false);
    assertEquals(1, observed("out").ready());
  }

  @Test
  void aPreparedBranchIsFoundOnAServerThatWasStartedAgain()
      throws JMSException, XAException, AmqpException {
    XAResource resource = branch().getXAResource();
    resource.end(XID, XAResource.TMSUCCESS);
    assertEquals(XAResource.XA_OK, resource.prepare(XID));
    restart();
    assertEquals(1, resource.recover(XAResource.TMSTARTRSCAN).length);
    resource.commit(XID, false);
    assertEquals(1, observed("out").ready());
  }

  @Test
  void workThatIsLostEndsTheBranch() throws JMSException, XAException {
    XASession session = branch();
    XAResource resource = session.getXAResource();
    cut();
    refused(XAException.XA_RBCOMMFAIL, () -> resource.end(XID, XAResource.TMSUCCESS));
    resource.rollback(XID);
    assertEquals(0, observed("out").ready());
    resource.start(XID, XAResource.TMNOFLAGS);
    send(session, session.createQueue("out"), "y");
    resource.end(XID, XAResource.TMSUCCESS);
    resource.commit(XID, true);
    assertEquals(1, observed("out").ready());
  }

  @Test
  void whatEndedAndIsLostIsNotPrepared() throws JMSException, XAException {
    XAResource resource = branch().getXAResource();
    resource.end(XID, XAResource.TMSUCCESS);
    cut();
    refused(XAException.XA_RBCOMMFAIL, () -> resource.prepare(XID));
    assertEquals(0, observed("out").ready());
  }

  @Test
  void whatEndedAndIsLostIsNotCommittedInOnePhase() throws JMSException, XAException {
    XAResource resource = branch().getXAResource();
    resource.end(XID, XAResource.TMSUCCESS);
    cut();
    refused(XAException.XA_RBCOMMFAIL, () -> resource.commit(XID, true));
    assertEquals(0, observed("out").ready());
  }

  @Test
  void aPromiseThatWasNotHeardIsTakenBack() throws JMSException, XAException, InterruptedException {
    XAResource resource = branch().getXAResource();
    resource.end(XID, XAResource.TMSUCCESS);
    int code = unanswered(() -> resource.prepare(XID), () -> prepared().size() == 1);
    assertEquals(XAException.XA_RBCOMMFAIL, code);
    assertEquals(List.of(), prepared());
    assertEquals(0, observed("out").ready());
  }

  @Test
  void aCommitWhoseAnswerIsLostIsACommit() throws JMSException, XAException, InterruptedException {
    XAResource resource = branch().getXAResource();
    resource.end(XID, XAResource.TMSUCCESS);
    resource.prepare(XID);
    assertEquals(
        0, unanswered(() -> resource.commit(XID, false), () -> observed("out").ready() == 1));
    assertEquals(1, observed("out").ready());
  }

  @Test
  void aRollbackWhoseAnswerIsLostIsARollback()
      throws JMSException, XAException, InterruptedException {
    XAResource resource = branch().getXAResource();
    resource.end(XID, XAResource.TMSUCCESS);
    resource.prepare(XID);
    assertEquals(0, unanswered(() -> resource.rollback(XID), () -> prepared().isEmpty()));
    assertEquals(0, observed("out").ready());
  }

  @Test
  void aCommitInOnePhaseWhoseAnswerIsLostIsNotKnown()
      throws JMSException, XAException, InterruptedException {
    XAResource resource = branch().getXAResource();
    resource.end(XID, XAResource.TMSUCCESS);
    assertEquals(
        XAException.XAER_RMFAIL,
        unanswered(() -> resource.commit(XID, true), () -> observed("out").ready() == 1));
  }

  @Test
  void whatABranchReceivedComesAgain() throws JMSException, XAException {
    XAConnection connection = later(factory.createXAConnection());
    XASession session = connection.createXASession();
    Queue in = session.createQueue("in");
    send(session, in, "a");
    MessageConsumer consumer = session.createConsumer(in);
    XAResource resource = session.getXAResource();
    resource.start(XID, XAResource.TMNOFLAGS);
    assertEquals("a", receive(consumer));
    cut();
    refused(XAException.XA_RBCOMMFAIL, () -> resource.end(XID, XAResource.TMSUCCESS));
    resource.rollback(XID);
    Xid next = new XidKey(1, new byte[] {7}, new byte[] {9});
    resource.start(next, XAResource.TMNOFLAGS);
    Message again = consumer.receive(LONG_MS);
    assertEquals("a", text(again));
    assertTrue(again.getJMSRedelivered());
    resource.end(next, XAResource.TMSUCCESS);
    resource.prepare(next);
    cut();
    resource.commit(next, false);
    assertEquals(0, observed("in").ready() + observed("in").unacknowledged());
  }
}
