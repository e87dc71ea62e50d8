package io.bindery.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Delivery;
import io.bindery.engine.Outcome;
import io.bindery.engine.Route;
import io.bindery.engine.Ticket;
import io.bindery.engine.Transaction;
import io.bindery.engine.XaException;
import io.bindery.engine.XidKey;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.Test;

/**
 * Branches where they meet failures, time and each other; the contract suite has the plain rules.
 */
class XaRegistryTest extends BrokerFixture {
  private record TestXid(int number, byte[] global) implements Xid {
    @Override
    public int getFormatId() {
      return number;
    }

    @Override
    public byte[] getGlobalTransactionId() {
      return global;
    }

    @Override
    public byte[] getBranchQualifier() {
      return new byte[] {3};
    }
  }

  private static Xid xid(int number) {
    return new TestXid(number, new byte[] {1, 2});
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

  private void publish(Transaction transaction, String queue, String body) throws AmqpException {
    await(channel.publish(Route.toQueue(queue), text(body), transaction));
  }

  @Test
  void whatWasPreparedIsCommittedThoughAQueueIsGone() throws AmqpException {
    queue("q");
    queue("gone");
    Transaction branch = begun(1);
    publish(branch, "q", "kept");
    publish(branch, "gone", "lost with its queue");
    ended(1);
    assertTrue(await(connection.xa().prepare(xid(1))));
    await(channel.deleteQueue("gone", false, false));
    await(connection.xa().commit(xid(1), false));
    assertEquals(List.of("kept"), drained("q"));
  }

  @Test
  void whatCannotBePreparedIsRolledBackAndForgotten() throws AmqpException {
    queue("q");
    queue("gone");
    send("q", "in");
    for (int number = 1; number <= 2; number++) {
      Transaction branch = begun(number);
      Delivery in = get("q");
      await(channel.settle(in, Outcome.ACCEPTED, branch));
      publish(branch, "gone", "mandatory");
      ended(number);
      await(channel.deleteQueue("gone", false, false));
      fails(
          XAException.XA_RBROLLBACK,
          number == 1
              ? connection.xa().prepare(xid(number))
              : connection.xa().commit(xid(number), true));
      fails(XAException.XAER_NOTA, connection.xa().rollback(xid(number)));
      await(channel.giveBack(List.of(), List.of(in)));
      queue("gone");
    }
    assertEquals(List.of("in"), drained("q"));
  }

  @Test
  void aBranchWhoseTimeIsOverIsForgottenWhenItsManagerHearsOfIt() throws AmqpException {
    queue("q");
    publish(begun(1), "q", "never");
    connection.xa().timeoutSeconds(xid(1), 1);
    ended(1);
    environment.advance(1_000);
    fails(XAException.XA_RBTIMEOUT, connection.xa().prepare(xid(1)));
    fails(XAException.XAER_NOTA, connection.xa().rollback(xid(1)));
    assertEquals(List.of(), drained("q"));
  }

  @Test
  void aPreparedBranchHasNoTimeout() throws AmqpException {
    queue("q");
    publish(begun(1), "q", "out");
    connection.xa().timeoutSeconds(xid(1), 1);
    ended(1);
    await(connection.xa().prepare(xid(1)));
    environment.advance(60_000);
    await(connection.xa().commit(xid(1), false));
    assertEquals(List.of("out"), drained("q"));
  }

  @Test
  void nothingIsAddedToABranchThatHasEnded() throws AmqpException {
    queue("q");
    send("q", "in");
    Delivery in = get("q");
    Transaction branch = begun(1);
    publish(branch, "q", "out");
    ended(1);
    Route q = Route.toQueue("q");
    fails(XAException.XAER_PROTO, channel.publish(q, text("late"), branch));
    await(connection.xa().prepare(xid(1)));
    fails(XAException.XAER_PROTO, channel.publish(q, text("later"), branch));
    fails(XAException.XAER_PROTO, channel.settle(in, Outcome.ACCEPTED, branch));
    await(connection.xa().commit(xid(1), false));
    await(channel.giveBack(List.of(), List.of(in)));
    assertEquals(List.of("in", "out"), drained("q"));
  }

  @Test
  void onlyItsManagerDecidesABranch() throws AmqpException {
    queue("q");
    Transaction branch = begun(1);
    publish(branch, "q", "out");
    fails(XAException.XAER_PROTO, branch.commit());
    fails(XAException.XAER_PROTO, branch.rollback());
    ended(1);
    await(connection.xa().commit(xid(1), true));
    assertEquals(List.of("out"), drained("q"));
  }

  @Test
  void workOfSeveralConnectionsInOneBranchIsOneUnit() throws AmqpException {
    queue("q");
    BrokerChannel other = otherChannel();
    publish(begun(1), "q", "a");
    Transaction joined = await(other.connection().xa().start(xid(1), XAResource.TMJOIN));
    await(other.publish(Route.toQueue("q"), text("b"), joined));
    await(other.connection().xa().end(xid(1), XAResource.TMSUCCESS));
    fails(XAException.XAER_PROTO, connection.xa().prepare(xid(1)));
    ended(1);
    assertEquals(0, ready("q"));
    await(connection.xa().commit(xid(1), true));
    assertEquals(List.of("a", "b"), drained("q"));
  }

  @Test
  void aClosedConnectionStartsNothingAndAClosedBrokerKnowsNothing() throws AmqpException {
    BrokerConnection closed = connect("closed", 0);
    closed.close();
    fails(XAException.XAER_RMFAIL, closed.xa().start(xid(1), XAResource.TMNOFLAGS));
    broker.close();
    fails(XAException.XAER_RMFAIL, connection.xa().recover());
    fails(XAException.XAER_RMFAIL, connection.xa().commit(xid(1), false));
  }

  private String prepared(int number, String body) throws AmqpException {
    publish(begun(number), "q", body);
    ended(number);
    assertTrue(await(connection.xa().prepare(xid(number))));
    return new XidKey(xid(number)).toString();
  }

  private static Map<String, String> states(XaRegistry branches) {
    return branches.inDoubt().stream()
        .collect(Collectors.toMap(each -> each.id().toString(), InDoubt::state));
  }

  @Test
  void whatAnOperatorDecidesItsManagerIsToldUntilItForgets() throws AmqpException {
    queue("q");
    String one = prepared(1, "committed");
    String two = prepared(2, "rolled back");
    XaRegistry branches = broker.branches();
    assertEquals(Map.of(one, "prepared", two, "prepared"), states(branches));
    await(branches.decide(one, true));
    await(branches.decide(two, false));
    assertEquals(Map.of(one, "committed", two, "rolled back"), states(branches));
    assertEquals(List.of("committed"), drained("q"));
    assertEquals(2, await(connection.xa().recover()).size());
    fails(XAException.XA_HEURCOM, connection.xa().commit(xid(1), false));
    fails(XAException.XA_HEURCOM, connection.xa().rollback(xid(1)));
    fails(XAException.XA_HEURRB, connection.xa().commit(xid(2), false));
    fails(XAException.XA_HEURRB, connection.xa().rollback(xid(2)));
    fails(XAException.XAER_DUPID, connection.xa().start(xid(1), XAResource.TMNOFLAGS));
    await(connection.xa().forget(xid(1)));
    await(connection.xa().forget(xid(2)));
    assertEquals(List.of(), await(connection.xa().recover()));
    fails(XAException.XAER_NOTA, connection.xa().forget(xid(1)));
    fails(XAException.XAER_NOTA, connection.xa().commit(xid(1), false));
  }

  @Test
  void anOperatorDecidesOnlyWhatIsPrepared() throws AmqpException {
    begun(1);
    XaRegistry branches = broker.branches();
    String one = new XidKey(xid(1)).toString();
    assertEquals(
        XAException.XAER_PROTO,
        assertThrows(XaException.class, () -> branches.decide(one, true)).errorCode());
    assertEquals(
        XAException.XAER_NOTA,
        assertThrows(XaException.class, () -> branches.decide("none", true)).errorCode());
  }

  @Test
  void identifiersAreComparedByValue() {
    XidKey id = new XidKey(xid(1));
    assertEquals(id, new XidKey(new TestXid(1, new byte[] {1, 2})));
    assertEquals(id.hashCode(), new XidKey(id).hashCode());
    assertNotEquals(id, new XidKey(xid(2)));
    assertNotEquals(id, new XidKey(new TestXid(1, new byte[] {1})));
    id.getGlobalTransactionId()[0] = 9;
    assertEquals("1:0102:03", id.toString());
  }
}
