package io.bindery.ra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Channel;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.Outcome;
import io.bindery.jms.BinderyXaResource;
import java.util.concurrent.atomic.AtomicInteger;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.Test;

/** What a transaction manager is told when the connection is lost while it ends a transaction. */
class LastingXaResourceTest extends AdapterFixture {
  private final AtomicInteger pauses = new AtomicInteger();
  private final TestXid xid = TestXid.next();
  private AmqpConnection connection;
  private DeliveryResource resource;
  private int away;
  private boolean losesAnswers;

  /** The session's own resource, whose answers the network may lose. */
  private final class Session extends BranchResource {
    private final XAResource engine;

    private Session(XAResource engine) {
      this.engine = engine;
    }

    @Override
    XAResource target() {
      return engine;
    }

    @Override
    public int prepare(Xid branch) throws XAException {
      int vote = super.prepare(branch);
      lose();
      return vote;
    }

    @Override
    public void commit(Xid branch, boolean onePhase) throws XAException {
      super.commit(branch, onePhase);
      lose();
    }

    private void lose() throws XAException {
      if (losesAnswers) {
        throw rmfail();
      }
    }
  }

  private static XAException rmfail() {
    return ResourceExceptions.unreachable(
        new AmqpException(io.bindery.engine.ReplyCode.CONNECTION_FORCED, "away"));
  }

  /** Recovery, while the broker is away for some tries. */
  private final class Recovery extends BranchResource {
    @Override
    XAResource target() throws XAException {
      if (away > 0) {
        away--;
        throw rmfail();
      }
      return new BinderyXaResource(broker.connection(), new Nothing());
    }
  }

  private static final class Nothing implements BinderyXaResource.Association {
    @Override
    public void associated(Xid xid, io.bindery.engine.Transaction transaction) {
      throw new AssertionError("recovery works for no branch");
    }

    @Override
    public void dissociated(Xid xid) {
      // As above.
    }
  }

  private XAResource lasting(XAResource engine) {
    XAResource session = losesAnswers ? new Session(engine) : engine;
    return new LastingXaResource(session, new Recovery(), () -> pauses.incrementAndGet() < 5);
  }

  /** A message is settled in a branch, and the work for it has ended. */
  private void ended() throws AmqpException, XAException {
    broker.queue("orders").send("orders", "a");
    connection = broker.engine().connect(ConnectSpec.anonymous("delivery")).await();
    Channel channel = connection.openChannel().await();
    resource = new DeliveryResource(connection, this::lasting);
    resource.start(xid, XAResource.TMNOFLAGS);
    channel
        .settle(channel.get("orders", "").await(), Outcome.ACCEPTED, resource.transaction())
        .await();
    resource.end(xid, XAResource.TMSUCCESS);
  }

  private void prepared() throws AmqpException, XAException {
    ended();
    assertEquals(XAResource.XA_OK, resource.prepare(xid));
  }

  private interface Verb {
    void run() throws XAException;
  }

  private static void fails(int errorCode, Verb verb) {
    assertEquals(errorCode, assertThrows(XAException.class, verb::run).errorCode);
  }

  private int inDoubt() throws XAException {
    return new Recovery().recover(XAResource.TMSTARTRSCAN).length;
  }

  @Test
  void whatIsPreparedIsCommittedWhenTheBrokerIsBack() throws AmqpException, XAException {
    prepared();
    connection.close();
    away = 3;
    resource.commit(xid, false);
    assertEquals(3, pauses.get());
    assertEquals(DeliveryResource.Outcome.COMMITTED, resource.outcome());
    assertEquals(0, broker.depth("orders"));
    assertEquals(0, inDoubt());
  }

  @Test
  void whatIsPreparedIsRolledBackWhenTheBrokerIsBack() throws AmqpException, XAException {
    prepared();
    connection.close();
    away = 3;
    resource.rollback(xid);
    assertEquals(DeliveryResource.Outcome.ROLLED_BACK, resource.outcome());
    assertEquals("a", broker.take("orders"));
    assertEquals(0, inDoubt());
  }

  @Test
  void aCommitThatIsDoneAndNotAnsweredIsDone() throws AmqpException, XAException {
    losesAnswers = true;
    ended();
    losesAnswers = false;
    assertEquals(XAResource.XA_OK, resource.prepare(xid));
    losesAnswers = true;
    away = 1;
    resource.commit(xid, false);
    assertEquals(DeliveryResource.Outcome.COMMITTED, resource.outcome());
    assertNull(broker.take("orders"));
  }

  @Test
  void aBranchThatNobodyKnowsIsNotCommitted() throws AmqpException, XAException {
    prepared();
    new Recovery().rollback(xid);
    connection.close();
    fails(XAException.XAER_NOTA, () -> resource.commit(xid, false));
  }

  /** What could not be sent has decided nothing. */
  @Test
  void norWhenTheBrokerWasAwayBefore() throws AmqpException, XAException {
    prepared();
    new Recovery().rollback(xid);
    connection.close();
    away = 3;
    fails(XAException.XAER_NOTA, () -> resource.commit(xid, false));
    assertEquals(3, pauses.get());
  }

  @Test
  void aBrokerThatStaysAwayIsToBeAskedAgain() throws AmqpException, XAException {
    prepared();
    connection.close();
    away = Integer.MAX_VALUE;
    fails(XAException.XA_RETRY, () -> resource.commit(xid, false));
    assertEquals(DeliveryResource.Outcome.OPEN, resource.outcome());
    away = 0;
    assertEquals(1, inDoubt());
    resource.commit(xid, false);
    assertEquals(DeliveryResource.Outcome.COMMITTED, resource.outcome());
  }

  @Test
  void aPrepareThatIsNotAnsweredIsRolledBack() throws AmqpException, XAException {
    losesAnswers = true;
    ended();
    away = 2;
    fails(XAException.XA_RBCOMMFAIL, () -> resource.prepare(xid));
    assertEquals(0, inDoubt(), "nobody would decide it");
    connection.close();
    assertEquals("a", broker.take("orders"));
  }

  @Test
  void whatIsNotPreparedGoesWithItsConnectionAndWaitsForNobody() throws AmqpException, XAException {
    ended();
    connection.close();
    away = Integer.MAX_VALUE;
    fails(XAException.XA_RBCOMMFAIL, () -> resource.prepare(xid));
    fails(XAException.XA_RBCOMMFAIL, () -> resource.commit(xid, true));
    resource.rollback(xid);
    assertEquals(0, pauses.get());
    assertEquals("a", broker.take("orders"));
  }

  @Test
  void aBranchThatWentWithItsConnectionIsNoFailureOfItsBean() throws AmqpException, XAException {
    ended();
    connection.close();
    fails(XAException.XA_RBCOMMFAIL, () -> resource.prepare(xid));
    assertEquals(DeliveryResource.Outcome.OPEN, resource.outcome());
  }

  @Test
  void inOnePhaseWhatIsNotAnsweredIsNotKnown() throws AmqpException, XAException {
    losesAnswers = true;
    ended();
    fails(XAException.XAER_RMFAIL, () -> resource.commit(xid, true));
    assertEquals(0, pauses.get());
  }

  @Test
  void aDestroyedConnectionOfAPoolIsRecoveredWithToo() throws AmqpException, XAException {
    prepared();
    connection.close();
    XAResource pooled = new ManagedXaResource(lasting(new BinderyXaResource(connection, resource)));
    assertEquals(1, pooled.recover(XAResource.TMSTARTRSCAN).length);
    pooled.rollback(xid);
    assertFalse(pooled.recover(XAResource.TMSTARTRSCAN).length > 0);
  }
}
