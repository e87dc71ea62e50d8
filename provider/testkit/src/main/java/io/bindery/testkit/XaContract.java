package io.bindery.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Channel;
import io.bindery.engine.Delivery;
import io.bindery.engine.Outcome;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Route;
import io.bindery.engine.Ticket;
import io.bindery.engine.Transaction;
import io.bindery.engine.XaBranches;
import io.bindery.engine.XaException;
import java.util.List;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.Test;

/** XA branches (X/Open XA). */
public abstract class XaContract extends EngineContract {
  private static Xid xid(int number) {
    return new TestXid(number);
  }

  private record TestXid(int number) implements Xid {
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
      return new byte[] {2};
    }
  }

  private static void fails(int errorCode, Ticket<?> ticket) {
    AmqpException failure = assertThrows(AmqpException.class, () -> await(ticket));
    assertEquals(
        errorCode, assertInstanceOf(XaException.class, failure).errorCode(), failure.getMessage());
  }

  private Transaction begun(int number) throws AmqpException {
    return await(connection.xa().start(xid(number), XAResource.TMNOFLAGS));
  }

  private void ended(int number) throws AmqpException {
    await(connection.xa().end(xid(number), XAResource.TMSUCCESS));
  }

  @Test
  @Covers(Clause.XA)
  void twoPhasesMakeItVisible() throws AmqpException {
    queue("q");
    send("q", "in");
    Transaction branch = begun(1);
    await(channel.settle(get("q"), Outcome.ACCEPTED, branch));
    publish(branch, "q", "out");
    ended(1);
    assertTrue(await(connection.xa().prepare(xid(1))));
    assertEquals(0, ready("q"));
    assertEquals(1, await(connection.xa().recover()).size());
    await(connection.xa().commit(xid(1), false));
    assertEquals(List.of(), await(connection.xa().recover()));
    assertEquals(List.of("out"), drained("q"));
    fails(XAException.XAER_NOTA, connection.xa().commit(xid(1), false));
  }

  @Test
  @Covers(Clause.XA)
  void onePhaseAndReadOnly() throws AmqpException {
    queue("q");
    publish(begun(1), "q", "one");
    ended(1);
    await(connection.xa().commit(xid(1), true));
    assertEquals(List.of("one"), drained("q"));
    begun(2);
    ended(2);
    assertFalse(await(connection.xa().prepare(xid(2))), "nothing was done in it");
    fails(XAException.XAER_NOTA, connection.xa().commit(xid(2), false));
  }

  @Test
  @Covers({Clause.XA, Clause.FAILED})
  void rollingBackLeavesDeliveriesWithTheirChannel() throws AmqpException {
    queue("q");
    send("q", "in");
    Transaction branch = begun(1);
    Delivery in = get("q");
    await(channel.settle(in, Outcome.ACCEPTED, branch));
    publish(branch, "q", "never");
    ended(1);
    await(connection.xa().rollback(xid(1)));
    assertEquals(0, ready("q"), "its channel holds it, and knows what was seen");
    await(channel.giveBack(List.of(in), List.of()));
    Delivery again = get("q");
    assertEquals("in", body(again));
    assertTrue(again.redelivered());
    assertEquals(1, again.failureCount());
    settle(again, Outcome.ACCEPTED);
    assertEquals(List.of(), drained("q"));
  }

  @Test
  @Covers(Clause.XA)
  void aPreparedBranchOutlivesItsConnectionWithItsLocks() throws AmqpException {
    queue("q");
    send("q", "in");
    Channel dying = otherChannel();
    XaBranches theirs = dying.connection().xa();
    Transaction branch = await(theirs.start(xid(1), XAResource.TMNOFLAGS));
    await(dying.settle(await(dying.get("q", "")), Outcome.ACCEPTED, branch));
    await(dying.publish(Route.toQueue("q"), text("out"), branch));
    await(theirs.end(xid(1), XAResource.TMSUCCESS));
    assertTrue(await(theirs.prepare(xid(1))));
    dying.connection().close();
    assertEquals(0, ready("q"));
    assertEquals(
        List.of(xid(1).getFormatId()),
        await(connection.xa().recover()).stream().map(Xid::getFormatId).toList());
    await(connection.xa().commit(xid(1), false));
    assertEquals(List.of("out"), drained("q"));
  }

  @Test
  @Covers({Clause.XA, Clause.FAILED})
  void whatABranchSettledForAChannelThatIsGoneGoesBackAsFailed() throws AmqpException {
    queue("q");
    send("q", "in");
    Channel dying = otherChannel();
    XaBranches theirs = dying.connection().xa();
    Transaction branch = await(theirs.start(xid(1), XAResource.TMNOFLAGS));
    await(dying.settle(await(dying.get("q", "")), Outcome.ACCEPTED, branch));
    await(theirs.end(xid(1), XAResource.TMSUCCESS));
    assertTrue(await(theirs.prepare(xid(1))));
    dying.connection().close();
    await(connection.xa().rollback(xid(1)));
    Delivery again = get("q");
    assertEquals(1, again.failureCount());
    assertTrue(again.redelivered());
  }

  @Test
  @Covers(Clause.XA)
  void whatIsNotPreparedIsRolledBackWithItsConnection() throws AmqpException {
    queue("q");
    send("q", "in");
    Channel dying = otherChannel();
    Transaction branch = await(dying.connection().xa().start(xid(1), XAResource.TMNOFLAGS));
    await(dying.settle(await(dying.get("q", "")), Outcome.ACCEPTED, branch));
    dying.connection().close();
    assertEquals(List.of("in"), drained("q"));
    fails(XAException.XAER_NOTA, connection.xa().rollback(xid(1)));
  }

  @Test
  @Covers(Clause.XA)
  void whatMayFollowWhat() throws AmqpException {
    XaBranches xa = connection.xa();
    begun(1);
    fails(XAException.XAER_DUPID, xa.start(xid(1), XAResource.TMNOFLAGS));
    fails(XAException.XAER_NOTA, xa.start(xid(2), XAResource.TMJOIN));
    fails(XAException.XAER_PROTO, xa.start(xid(1), XAResource.TMRESUME));
    fails(XAException.XAER_PROTO, xa.prepare(xid(1)));
    fails(XAException.XAER_PROTO, xa.commit(xid(1), true));
    await(xa.end(xid(1), XAResource.TMSUSPEND));
    await(xa.start(xid(1), XAResource.TMRESUME));
    await(xa.start(xid(1), XAResource.TMJOIN));
    ended(1);
    fails(XAException.XAER_PROTO, xa.prepare(xid(1)));
    ended(1);
    fails(XAException.XAER_PROTO, xa.end(xid(1), XAResource.TMSUCCESS));
    fails(XAException.XAER_PROTO, xa.commit(xid(1), false));
    fails(XAException.XAER_PROTO, xa.forget(xid(1)));
    await(xa.rollback(xid(1)));
    fails(XAException.XAER_NOTA, xa.forget(xid(1)));
    fails(XAException.XAER_NOTA, xa.end(xid(1), XAResource.TMSUCCESS));
    fails(XAException.XAER_NOTA, xa.prepare(xid(1)));
    fails(XAException.XAER_INVAL, xa.start(xid(3), 12_345));
  }

  @Test
  @Covers(Clause.XA)
  void eachWhoWorksInABranchSuspendsAndResumesIt() throws AmqpException {
    queue("q");
    XaBranches xa = connection.xa();
    publish(begun(1), "q", "out");
    await(xa.start(xid(1), XAResource.TMJOIN));
    await(xa.end(xid(1), XAResource.TMSUSPEND));
    await(xa.end(xid(1), XAResource.TMSUSPEND));
    fails(XAException.XAER_PROTO, xa.end(xid(1), XAResource.TMSUSPEND));
    fails(XAException.XAER_PROTO, xa.prepare(xid(1)));
    await(xa.start(xid(1), XAResource.TMJOIN));
    ended(1);
    await(xa.start(xid(1), XAResource.TMRESUME));
    await(xa.start(xid(1), XAResource.TMRESUME));
    fails(XAException.XAER_PROTO, xa.start(xid(1), XAResource.TMRESUME));
    fails(XAException.XAER_INVAL, xa.end(xid(1), 12_345));
    await(xa.end(xid(1), XAResource.TMSUSPEND));
    ended(1);
    ended(1);
    await(xa.commit(xid(1), true));
    assertEquals(List.of("out"), drained("q"));
  }

  @Test
  @Covers(Clause.XA)
  void whatFailedIsNotForgottenOverASuspension() throws AmqpException {
    queue("q");
    XaBranches xa = connection.xa();
    publish(begun(1), "q", "never");
    await(xa.start(xid(1), XAResource.TMJOIN));
    fails(XAException.XA_RBROLLBACK, xa.end(xid(1), XAResource.TMFAIL));
    await(xa.end(xid(1), XAResource.TMSUSPEND));
    fails(XAException.XA_RBROLLBACK, xa.start(xid(1), XAResource.TMRESUME));
    fails(XAException.XA_RBROLLBACK, xa.start(xid(1), XAResource.TMJOIN));
    ended(1);
    fails(XAException.XA_RBROLLBACK, xa.commit(xid(1), true));
    assertEquals(List.of(), drained("q"));
  }

  @Test
  @Covers(Clause.XA)
  void aBranchThatFailedMayOnlyBeRolledBack() throws AmqpException {
    queue("q");
    publish(begun(1), "q", "never");
    fails(XAException.XA_RBROLLBACK, connection.xa().end(xid(1), XAResource.TMFAIL));
    fails(XAException.XA_RBROLLBACK, connection.xa().prepare(xid(1)));
    assertEquals(List.of(), drained("q"));
  }

  @Test
  @Covers(Clause.XA)
  void aBranchMayBeRolledBackBeforeAllHaveLeftIt() throws AmqpException {
    queue("q");
    XaBranches xa = connection.xa();
    Transaction branch = begun(1);
    await(xa.start(xid(1), XAResource.TMJOIN));
    await(xa.start(xid(1), XAResource.TMJOIN));
    publish(branch, "q", "never");
    ended(1);
    await(xa.rollback(xid(1)));
    fails(XAException.XAER_PROTO, channel.publish(Route.toQueue("q"), text("late"), branch));
    fails(XAException.XAER_PROTO, xa.start(xid(1), XAResource.TMJOIN));
    fails(XAException.XAER_PROTO, xa.prepare(xid(1)));
    fails(XAException.XAER_PROTO, xa.commit(xid(1), true));
    ended(1);
    await(xa.end(xid(1), XAResource.TMFAIL));
    fails(XAException.XAER_NOTA, xa.end(xid(1), XAResource.TMSUCCESS));
    await(connection.xa().start(xid(1), XAResource.TMNOFLAGS));
    assertEquals(List.of(), drained("q"));
  }

  @Test
  @Covers(Clause.XA)
  void aBranchWhoseTimeIsOverIsRolledBackAndSaysSo() throws AmqpException {
    queue("q");
    send("q", "in");
    Transaction branch = begun(1);
    connection.xa().timeoutSeconds(xid(1), 2);
    Delivery in = get("q");
    await(channel.settle(in, Outcome.ACCEPTED, branch));
    under.advance(2_000);
    await(channel.giveBack(List.of(in), List.of()));
    assertEquals(List.of("in"), drained("q"));
    fails(XAException.XA_RBTIMEOUT, channel.publish(Route.toQueue("q"), text("late"), branch));
    fails(XAException.XA_RBTIMEOUT, connection.xa().end(xid(1), XAResource.TMSUCCESS));
    await(connection.xa().rollback(xid(1)));
    fails(XAException.XAER_NOTA, connection.xa().rollback(xid(1)));
  }

  @Test
  @Covers({Clause.XA, Clause.PERMISSIONS})
  void whoMayNotDecideTheBranchesOfOthersDecidesItsOwn() throws AmqpException {
    queue("q");
    send("q", "in");
    Channel readers =
        await(await(under.engine().connect(spec(EngineUnderTest.READER, "/", "r"))).openChannel());
    XaBranches theirs = readers.connection().xa();
    Transaction own = await(theirs.start(xid(1), XAResource.TMNOFLAGS));
    await(readers.settle(await(readers.get("q", "")), Outcome.ACCEPTED, own));
    await(theirs.end(xid(1), XAResource.TMSUCCESS));
    assertTrue(await(theirs.prepare(xid(1))));
    await(theirs.commit(xid(1), false));
    assertEquals(List.of(), drained("q"));
    publish(begun(2), "q", "out");
    ended(2);
    assertTrue(await(connection.xa().prepare(xid(2))));
    refused(ReplyCode.ACCESS_REFUSED, theirs.start(xid(2), XAResource.TMJOIN));
    refused(ReplyCode.ACCESS_REFUSED, theirs.end(xid(2), XAResource.TMSUCCESS));
    refused(ReplyCode.ACCESS_REFUSED, theirs.prepare(xid(2)));
    refused(ReplyCode.ACCESS_REFUSED, theirs.commit(xid(2), false));
    refused(ReplyCode.ACCESS_REFUSED, theirs.rollback(xid(2)));
    refused(ReplyCode.ACCESS_REFUSED, theirs.forget(xid(2)));
    AmqpException recovery = refused(ReplyCode.ACCESS_REFUSED, theirs.recover());
    assertTrue(recovery.getMessage().contains("'bindery.branches'"), recovery.getMessage());
    fails(XAException.XAER_NOTA, theirs.rollback(xid(3)));
    await(connection.xa().commit(xid(2), false));
    assertEquals(List.of("out"), drained("q"));
  }
}
