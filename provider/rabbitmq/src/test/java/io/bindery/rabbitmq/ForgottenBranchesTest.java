package io.bindery.rabbitmq;

import static io.bindery.testkit.Awaiting.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Transaction;
import io.bindery.engine.XaException;
import io.bindery.engine.XidKey;
import io.bindery.testkit.EngineContract;
import io.bindery.testkit.EngineUnderTest;
import java.lang.ref.WeakReference;
import java.util.List;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.Test;

/** Nobody asks for a branch again that a verb has rolled back, so nothing of it may be kept. */
class ForgottenBranchesTest extends EngineContract {
  @Override
  protected EngineUnderTest start() throws AmqpException {
    return WireEngine.inMemory();
  }

  @Test
  void whatPrepareHasRolledBackIsForgotten() throws AmqpException {
    assertForgotten(rolledBack(xid -> await(connection.xa().prepare(xid))));
  }

  @Test
  void whatACommitInOnePhaseHasRolledBackIsForgotten() throws AmqpException {
    assertForgotten(rolledBack(xid -> await(connection.xa().commit(xid, true))));
  }

  private interface Verb {
    void of(XidKey xid) throws AmqpException;
  }

  private List<WeakReference<Transaction>> rolledBack(Verb verb) throws AmqpException {
    XidKey xid = new XidKey(1, new byte[] {1}, new byte[] {2});
    queue("q");
    Transaction branch = await(connection.xa().start(xid, XAResource.TMNOFLAGS));
    RabbitChannel on = ((LastingChannel) channel).bound();
    List<WeakReference<Transaction>> known =
        List.of(
            new WeakReference<>(branch), new WeakReference<>(((LastingTransaction) branch).on(on)));
    publish(branch, "q", "never");
    await(connection.xa().end(xid, XAResource.TMSUCCESS));
    await(channel.deleteQueue("q", false, false));
    XaException failure = assertThrows(XaException.class, () -> verb.of(xid));
    assertEquals(XAException.XA_RBROLLBACK, failure.errorCode());
    return known;
  }

  private void assertForgotten(List<WeakReference<Transaction>> known) throws AmqpException {
    queue("r");
    // The channel works for another one.
    send("r", "a");
    until(
        "nothing is kept of it",
        () -> {
          System.gc();
          return known.stream().allMatch(each -> each.refersTo(null));
        });
  }
}
