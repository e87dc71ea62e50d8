package io.bindery.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Channel;
import io.bindery.engine.ConsumeSpec;
import io.bindery.engine.Delivery;
import io.bindery.engine.Outcome;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Route;
import io.bindery.engine.Transaction;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Local transactions. */
public abstract class TransactionContract extends EngineContract {
  @Test
  @Covers(Clause.LOCAL_TRANSACTIONS)
  void publishesBecomeVisibleWithTheCommitInOrder() throws AmqpException {
    queue("q");
    queue("r");
    Tapped tapped = tap(channel, ConsumeSpec.of("q", 0));
    tapped.drain();
    Transaction transaction = channel.begin();
    assertFalse(transaction.autoCommit());
    publish(transaction, "q", "a");
    publish(transaction, "r", "b");
    publish(transaction, "q", "c");
    assertEquals(List.of(), tapped.bodies());
    assertEquals(0, ready("r"));
    int before = tapped.signals().get();
    await(transaction.commit());
    assertTrue(tapped.signals().get() > before);
    assertEquals(List.of("a", "c"), tapped.bodies());
    assertEquals(List.of("b"), drained("r"));
    refused(ReplyCode.PRECONDITION_FAILED, transaction.commit());
    refused(
        ReplyCode.PRECONDITION_FAILED,
        channel.publish(Route.toQueue("q"), text("late"), transaction));
  }

  @Test
  @Covers(Clause.LOCAL_TRANSACTIONS)
  void aReservedPlaceDoesNotBlockWhatComesAfter() throws AmqpException {
    queue("q");
    Transaction transaction = channel.begin();
    publish(transaction, "q", "slow");
    send("q", "fast");
    Delivery fast = get("q");
    assertEquals("fast", body(fast));
    await(transaction.commit());
    assertEquals(List.of("slow"), drained("q"));
  }

  @Test
  @Covers(Clause.LOCAL_TRANSACTIONS)
  void settlesCountWithTheCommit() throws AmqpException {
    queue("q");
    send("q", "a", "b");
    Delivery a = get("q");
    Transaction transaction = channel.begin();
    await(channel.settle(a, Outcome.ACCEPTED, transaction));
    refused(
        ReplyCode.PRECONDITION_FAILED, channel.settle(a, Outcome.ACCEPTED, channel.autoCommit()));
    assertEquals(1, queueView().unacknowledged());
    await(transaction.commit());
    assertEquals(0, queueView().unacknowledged());
    assertEquals(List.of("b"), drained("q"));
  }

  private io.bindery.engine.Observation.QueueView queueView() throws AmqpException {
    return under.observe().queues().get(0);
  }

  @Test
  @Covers({Clause.LOCAL_TRANSACTIONS, Clause.OLD_PLACE})
  void rollingBackUndoesPublishesAndLeavesDeliveriesInHand() throws AmqpException {
    queue("q");
    send("q", "a", "b");
    Delivery a = get("q");
    Transaction transaction = channel.begin();
    publish(transaction, "q", "never");
    await(channel.settle(a, Outcome.ACCEPTED, transaction));
    await(transaction.rollback());
    assertEquals(1, ready("q"));
    await(channel.giveBack(List.of(a), List.of()));
    Delivery again = get("q");
    assertEquals("a", body(again));
    assertTrue(again.redelivered());
    assertEquals(List.of("b"), drained("q"));
    await(transaction.rollback());
  }

  /** An acknowledgement may go out later, and must not take along what comes behind it. */
  @Test
  @Covers(Clause.LOCAL_TRANSACTIONS)
  void whatIsSettledMeanwhileAndInNoTransactionChangesNothingInIt() throws AmqpException {
    queue("q");
    queue("out");
    send("q", "a", "b", "c");
    Delivery a = get("q");
    Delivery b = get("q");
    Delivery c = get("q");
    Transaction transaction = channel.begin();
    publish(transaction, "out", "one");
    await(channel.settle(a, Outcome.ACCEPTED, channel.autoCommit()));
    publish(transaction, "out", "two");
    await(channel.settle(b, Outcome.ACCEPTED, channel.autoCommit()));
    await(channel.settle(List.of(c), Outcome.ACCEPTED, transaction));
    await(transaction.rollback());
    assertEquals(List.of(), drained("out"));
    await(channel.giveBack(List.of(c), List.of()));
    assertEquals(List.of("c"), drained("q"));
  }

  @Test
  @Covers(Clause.LOCAL_TRANSACTIONS)
  void closingTheChannelRollsBack() throws AmqpException {
    queue("q");
    send("q", "a");
    Channel closing = await(connection.openChannel());
    Transaction transaction = closing.begin();
    Delivery a = await(closing.get("q", ""));
    await(closing.settle(a, Outcome.ACCEPTED, transaction));
    await(closing.publish(Route.toQueue("q"), text("never"), transaction));
    closing.close();
    assertEquals(List.of("a"), drained("q"));
  }

  @Test
  @Covers({Clause.LOCAL_TRANSACTIONS, Clause.MANDATORY})
  void routingHappensAtThePublishAndADeletedQueueFailsAMandatoryOne() throws AmqpException {
    queue("q");
    queue("r");
    Transaction transaction = channel.begin();
    assertEquals(
        PublishOutcome.UNROUTED,
        await(channel.publish(Route.toQueue("nowhere"), text("-"), transaction)));
    publish(transaction, "q", "lost");
    publish(transaction, "r", "kept back");
    await(channel.deleteQueue("q", false, false));
    AmqpException failure = refused(ReplyCode.NO_ROUTE, transaction.commit());
    assertTrue(failure.getMessage().contains("'q'"), failure.getMessage());
    assertNull(get("r"), "all of it or nothing");
  }

  @Test
  @Covers(Clause.LOCAL_TRANSACTIONS)
  void aFullQueueRefusesWithinATransactionToo() throws AmqpException {
    queue("q", Map.of("x-max-length", 1, "x-overflow", "reject-publish"));
    send("q", "a");
    Transaction transaction = channel.begin();
    assertEquals(
        PublishOutcome.REJECTED,
        await(channel.publish(Route.toQueue("q"), text("b"), transaction)));
    await(transaction.commit());
    assertEquals(List.of("a"), drained("q"));
  }

  @Test
  @Covers({Clause.LOCAL_TRANSACTIONS, Clause.DELAY, Clause.MESSAGE_TTL})
  void delayAndExpiryCountFromTheSend() throws AmqpException {
    queue("q");
    Transaction transaction = channel.begin();
    long now = under.nowMs();
    await(
        channel.publish(
            Route.toQueue("q"),
            text("delayed").toBuilder().deliverAtMs(now + 1_000).build(),
            transaction));
    await(
        channel.publish(
            Route.toQueue("q"),
            text("expired").toBuilder().expiresAtMs(now + 500).build(),
            transaction));
    under.advance(600);
    await(transaction.commit());
    assertNull(get("q"));
    under.advance(400);
    assertEquals(List.of("delayed"), drained("q"));
  }

  /** Nobody is left who could give it back. */
  @Test
  @Covers({Clause.LOCAL_TRANSACTIONS, Clause.DEAD_CONSUMER})
  void whatAClosedChannelHadSettledComesBackWhenTheTransactionIsRolledBack() throws AmqpException {
    queue("q");
    send("q", "a");
    Channel closing = await(connection.openChannel());
    Transaction transaction = channel.begin();
    Delivery a = await(closing.get("q", ""));
    await(closing.settle(a, Outcome.ACCEPTED, transaction));
    closing.close();
    assertNull(get("q"), "the transaction has it");
    await(transaction.rollback());
    assertEquals(List.of("a"), drained("q"));
  }
}
