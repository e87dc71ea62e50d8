package io.bindery.rabbitmq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import io.bindery.engine.Channel;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Route;
import io.bindery.engine.Ticket;
import io.bindery.engine.Transaction;
import io.bindery.engine.XaBranches;
import io.bindery.engine.XaException;
import io.bindery.engine.XidKey;
import io.bindery.testkit.EngineContract;
import io.bindery.testkit.EngineUnderTest;
import java.util.List;
import java.util.Map;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.Test;

/** Publishes whose senders do not wait for the confirm, and what becomes of those that fail. */
class PublishAheadTest extends EngineContract {
  private static final Route TO_Q = Route.toQueue("q");
  private static final XidKey XID = new XidKey(1, new byte[] {1}, new byte[] {2});

  @Override
  protected EngineUnderTest start() throws AmqpException {
    return WireEngine.inMemory();
  }

  private static AmqpMessage fleeting(String body) {
    return AmqpMessage.builder().body(new Body.Text(body)).build();
  }

  private Ticket<PublishOutcome> ahead(Transaction within, String body) {
    return channel.publish(TO_Q, fleeting(body), within);
  }

  /** Behind the back of the engine. */
  private void deleteElsewhere(String queue) throws AmqpException {
    Channel elsewhere =
        await(
            await(((WireEngine) under).broker().connect(spec(EngineUnderTest.ALICE, "/", "b")))
                .openChannel());
    await(elsewhere.deleteQueue(queue, false, false));
  }

  /** Has the channel know that publishes to the queue are routed. */
  private void learn(Transaction within) throws AmqpException {
    assertEquals(PublishOutcome.ROUTED, await(ahead(within, "first")));
  }

  @Test
  void onAKnownRouteTheSenderDoesNotWait() throws AmqpException {
    queue("q");
    learn(channel.autoCommit());
    for (int i = 0; i < 100; i++) {
      assertTrue(ahead(channel.autoCommit(), "next").isDone());
    }
    under.settled();
    assertEquals(101, ready("q"));
  }

  @Test
  void whoClosesLosesNothing() throws AmqpException {
    queue("q");
    Channel closing = otherChannel();
    await(closing.publish(TO_Q, fleeting("first"), closing.autoCommit()));
    for (int i = 0; i < 5_000; i++) {
      closing.publish(TO_Q, fleeting("next"), closing.autoCommit());
    }
    closing.connection().close();
    assertEquals(5_001, ready("q"));
  }

  @Test
  void whatThisEngineDeletesIsNotKnownAnyMore() throws AmqpException {
    queue("q");
    learn(channel.autoCommit());
    await(otherChannel().deleteQueue("q", false, false));
    assertEquals(PublishOutcome.UNROUTED, await(ahead(channel.autoCommit(), "told")));
  }

  @Test
  void afterAFailureTheNextSenderIsTold() throws AmqpException {
    queue("q");
    learn(channel.autoCommit());
    deleteElsewhere("q");
    assertEquals(PublishOutcome.ROUTED, await(ahead(channel.autoCommit(), "lost")));
    under.settled();
    assertEquals(PublishOutcome.UNROUTED, await(ahead(channel.autoCommit(), "told")));
    assertEquals(PublishOutcome.UNROUTED, await(ahead(channel.autoCommit(), "told again")));
    queue("q");
    assertEquals(PublishOutcome.ROUTED, await(ahead(channel.autoCommit(), "taken")));
  }

  @Test
  void whatIsPersistentIsToldAlways() throws AmqpException {
    queue("q");
    send("q", "a", "b");
    deleteElsewhere("q");
    assertEquals(PublishOutcome.UNROUTED, publish(TO_Q, text("c")));
  }

  @Test
  void whereNoQueueNeedBeBoundThatIsNoFailure() throws AmqpException {
    Route topic = new Route("amq.topic", "t", false);
    assertEquals(PublishOutcome.UNROUTED, publish(topic, fleeting("a")));
    Ticket<PublishOutcome> next = channel.publish(topic, fleeting("b"), channel.autoCommit());
    assertTrue(next.isDone());
    assertEquals(PublishOutcome.UNROUTED, await(next));
  }

  @Test
  void aCommitFailsForWhatWasNotTaken() throws AmqpException {
    queue("q");
    queue("r");
    Transaction first = channel.begin();
    learn(first);
    await(first.commit());
    deleteElsewhere("q");
    Transaction second = channel.begin();
    publish(second, "r", "never");
    assertTrue(ahead(second, "never").isDone());
    AmqpException failure = refused(ReplyCode.PRECONDITION_FAILED, second.commit());
    assertTrue(failure.getMessage().contains("'q'"), failure.getMessage());
    assertEquals(0, ready("r"));
    Transaction third = channel.begin();
    assertEquals(PublishOutcome.UNROUTED, await(ahead(third, "told")));
    publish(third, "r", "a");
    await(third.commit());
    assertEquals(List.of("a"), drained("r"));
  }

  @Test
  void aCommitFailsForWhatAFullQueueRefused() throws AmqpException {
    queue("q", Map.of("x-max-length", 1, "x-overflow", "reject-publish"));
    Transaction first = channel.begin();
    learn(first);
    await(first.commit());
    Transaction second = channel.begin();
    assertTrue(ahead(second, "does not fit").isDone());
    AmqpException failure = refused(ReplyCode.PRECONDITION_FAILED, second.commit());
    assertTrue(failure.getMessage().contains("'q'"), failure.getMessage());
    assertEquals(List.of("first"), drained("q"));
  }

  /** The end of one begins the next at the server, whatever becomes of it, and whoever uses it. */
  @Test
  void behindTheEndOfATransactionEachPublishBelongsToItsOwn() throws AmqpException {
    queue("q");
    Transaction first = channel.begin();
    learn(first);
    await(first.commit());
    assertEquals(1, ready("q"));

    await(ahead(channel.autoCommit(), "alone"));
    under.settled();
    assertEquals(2, ready("q"));

    Transaction second = channel.begin();
    Transaction third = channel.begin();
    await(ahead(second, "of the second"));
    await(ahead(third, "of the third"));
    await(third.rollback());
    assertEquals(2, ready("q"));
    await(second.commit());
    assertEquals(3, ready("q"));

    Transaction failing = channel.begin();
    deleteElsewhere("q");
    ahead(failing, "lost");
    refused(ReplyCode.PRECONDITION_FAILED, failing.commit());
    queue("q");
    Transaction last = channel.begin();
    await(ahead(last, "of the last"));
    under.settled();
    assertEquals(0, ready("q"));
    await(last.commit());
    assertEquals(1, ready("q"));
  }

  @Test
  void aBranchIsRolledBackForWhatWasNotTaken() throws AmqpException {
    queue("q");
    XaBranches xa = connection.xa();
    Transaction branch = await(xa.start(XID, XAResource.TMNOFLAGS));
    learn(branch);
    deleteElsewhere("q");
    assertTrue(ahead(branch, "never").isDone());
    AmqpException failure =
        assertThrows(AmqpException.class, () -> await(xa.end(XID, XAResource.TMSUCCESS)));
    assertEquals(XAException.XA_RBROLLBACK, ((XaException) failure).errorCode());
    assertTrue(failure.getMessage().contains("'q'"), failure.getMessage());
    await(xa.rollback(XID));
    assertFalse(await(xa.recover()).contains(XID));
  }
}
