package io.bindery.ra;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import io.bindery.engine.Channel;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.Engine;
import io.bindery.engine.Engines;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.Route;
import io.bindery.engine.Transaction;
import io.bindery.engine.XaBranches;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ActivationSpec;
import jakarta.resource.spi.ManagedConnection;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recovery of prepared branches (Jakarta Connectors, ResourceAdapter.getXAResources). */
class RecoveryTest extends AdapterFixture {
  private XAResource only(ActivationSpec... specs) throws ResourceException {
    XAResource[] resources = adapter.getXAResources(specs);
    assertEquals(1, resources.length);
    return resources[0];
  }

  private TestXid prepared(String text) throws AmqpException {
    TestXid xid = TestXid.next();
    prepare(broker.connection().openChannel().await(), xid, text);
    return xid;
  }

  private static void prepare(Channel channel, TestXid xid, String text) throws AmqpException {
    XaBranches branches = channel.connection().xa();
    Transaction branch = branches.start(xid, XAResource.TMNOFLAGS).await();
    AmqpMessage message = AmqpMessage.builder().body(new Body.Text(text)).persistent(true).build();
    channel.publish(Route.toQueue("orders"), message, branch).await();
    branches.end(xid, XAResource.TMSUCCESS).await();
    assertTrue(branches.prepare(xid).await());
  }

  @Test
  void noneForNone() throws ResourceException {
    assertArrayEquals(new XAResource[0], adapter.getXAResources(new ActivationSpec[0]));
    assertArrayEquals(new XAResource[0], adapter.getXAResources(null));
  }

  @Test
  void oneForEachBrokerAndUser() throws ResourceException {
    BinderyActivationSpec other = queueSpec("b");
    other.setUri("vm://elsewhere");
    BinderyActivationSpec user = queueSpec("c");
    user.setUser("u");
    XAResource[] resources =
        adapter.getXAResources(
            new ActivationSpec[] {queueSpec("a"), queueSpec("b"), other, user, other});
    assertEquals(3, resources.length);
  }

  @Test
  void aPreparedBranchIsListedAndCommitted() throws AmqpException, ResourceException, XAException {
    broker.queue("orders");
    TestXid xid = prepared("a");
    XAResource resource = only(queueSpec("orders"));
    Xid[] found = resource.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN);
    assertEquals(1, found.length);
    assertArrayEquals(xid.getGlobalTransactionId(), found[0].getGlobalTransactionId());
    assertEquals(0, broker.view("orders").ready());
    resource.commit(found[0], false);
    assertEquals("a", broker.take("orders"));
    assertEquals(0, resource.recover(XAResource.TMSTARTRSCAN).length);
  }

  @Test
  void aPreparedBranchIsRolledBack() throws AmqpException, ResourceException, XAException {
    broker.queue("orders");
    TestXid xid = prepared("a");
    only(queueSpec("orders")).rollback(xid);
    assertEquals(0, broker.depth("orders"));
  }

  @Test
  void aScanTellsAllAtItsStart() throws AmqpException, ResourceException, XAException {
    broker.queue("orders");
    prepared("a");
    XAResource resource = only(queueSpec("orders"));
    assertEquals(0, resource.recover(XAResource.TMNOFLAGS).length);
    assertEquals(0, resource.recover(XAResource.TMENDRSCAN).length);
    XAException wrong = assertThrows(XAException.class, () -> resource.recover(XAResource.TMJOIN));
    assertEquals(XAException.XAER_INVAL, wrong.errorCode);
  }

  @Test
  void anUnknownBranchIsNotFound() throws ResourceException {
    XAResource resource = only(queueSpec("orders"));
    XAException unknown =
        assertThrows(XAException.class, () -> resource.commit(TestXid.next(), false));
    assertEquals(XAException.XAER_NOTA, unknown.errorCode);
  }

  @Test
  void sameBrokerSameResourceManager() throws ResourceException, XAException {
    XAResource one = only(queueSpec("a"));
    XAResource two = only(queueSpec("b"));
    assertTrue(one.isSameRM(two));
    BinderyActivationSpec elsewhere = queueSpec("b");
    elsewhere.setUri(broker.uri() + "x");
    assertFalse(one.isSameRM(only(elsewhere)));
  }

  /** Work of a connection that has ended joins no branch of the next broker on its directory. */
  @Test
  void anotherRunOnADirectoryIsAnotherResourceManager(@TempDir Path directory)
      throws AmqpException, ResourceException, XAException {
    BinderyActivationSpec spec = queueSpec("orders");
    spec.setUri("vm://again?dir=" + directory);
    BinderyManagedConnectionFactory factory = new BinderyManagedConnectionFactory();
    factory.setUri(spec.getUri());
    factory.setResourceAdapter(adapter);
    ManagedConnection before = factory.createManagedConnection(null, null);
    XAResource recovery = only(spec);
    assertTrue(before.getXAResource().isSameRM(recovery));
    Engines.find(spec.getUri()).close();
    ManagedConnection after = factory.createManagedConnection(null, null);
    assertFalse(before.getXAResource().isSameRM(recovery));
    assertFalse(recovery.isSameRM(before.getXAResource()));
    assertFalse(after.getXAResource().isSameRM(before.getXAResource()));
    assertTrue(after.getXAResource().isSameRM(recovery));
    assertTrue(recovery.isSameRM(after.getXAResource()));
    before.destroy();
    after.destroy();
  }

  @Test
  void afterStopTheResourceManagerFails() throws ResourceException {
    XAResource resource = only(queueSpec("a"));
    adapter.stop();
    XAException failed =
        assertThrows(XAException.class, () -> resource.recover(XAResource.TMSTARTRSCAN));
    assertEquals(XAException.XAER_RMFAIL, failed.errorCode);
  }

  @Test
  void aBrokerThatHasNotReadItsBranchesFailsAndLaterTellsThem(@TempDir Path directory)
      throws AmqpException, ResourceException, XAException {
    BinderyActivationSpec spec = queueSpec("orders");
    spec.setUri("vm://recovering?dir=" + directory);
    XAResource resource = only(spec);
    try (Engine holder = Engines.find("vm://holder?dir=" + directory)) {
      XAException failed =
          assertThrows(XAException.class, () -> resource.recover(XAResource.TMSTARTRSCAN));
      assertEquals(XAException.XAER_RMFAIL, failed.errorCode, failed.getMessage());
      AmqpConnection connection = holder.connect(ConnectSpec.anonymous("one")).await();
      Channel channel = connection.openChannel().await();
      channel.declareQueue(QueueSpec.durable("orders", Map.of())).await();
      prepare(channel, TestXid.next(), "a");
    }
    assertEquals(1, resource.recover(XAResource.TMSTARTRSCAN).length);
  }

  private TestXid leftInDoubt(ConcurrentLinkedQueue<Integer> counts)
      throws AmqpException, ResourceException {
    TestBean bean = (message, endpoint) -> counts.add(message.getIntProperty("JMSXDeliveryCount"));
    TestEndpoints endpoints = TestEndpoints.transacted(bean).dyingBeforeTheDecision();
    activate(endpoints, queueSpec("orders"));
    broker.send("orders", "a");
    Awaiting.until("the branch is in doubt", () -> endpoints.inDoubt() != null && server.idle());
    return endpoints.inDoubt();
  }

  @Test
  void aDeliveryInDoubtIsCommittedByRecovery()
      throws AmqpException, ResourceException, XAException {
    ConcurrentLinkedQueue<Integer> counts = new ConcurrentLinkedQueue<>();
    TestXid xid = leftInDoubt(counts);
    only(queueSpec("orders")).commit(xid, false);
    Awaiting.until("it is gone", () -> broker.depth("orders") == 0);
    broker.send("orders", "b");
    Awaiting.until("its session goes on", () -> counts.size() == 2 && broker.depth("orders") == 0);
    assertEquals(List.of(1, 1), List.copyOf(counts));
  }

  @Test
  void aDeliveryInDoubtComesAgainWhenRecoveryRollsItBack()
      throws AmqpException, ResourceException, XAException {
    ConcurrentLinkedQueue<Integer> counts = new ConcurrentLinkedQueue<>();
    TestXid xid = leftInDoubt(counts);
    only(queueSpec("orders")).rollback(xid);
    Awaiting.until("it came again", () -> counts.size() == 2 && broker.depth("orders") == 0);
    assertEquals(List.of(1, 2), List.copyOf(counts));
  }
}
