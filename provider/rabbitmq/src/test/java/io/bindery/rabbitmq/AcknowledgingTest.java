package io.bindery.rabbitmq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Channel;
import io.bindery.engine.ConsumeSpec;
import io.bindery.engine.Delivery;
import io.bindery.engine.Outcome;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Route;
import io.bindery.engine.Ticket;
import io.bindery.engine.Transaction;
import io.bindery.testkit.EngineContract;
import io.bindery.testkit.EngineUnderTest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Acknowledgements that go out together. */
class AcknowledgingTest extends EngineContract {
  private static final int PREFETCH = 100;

  private Channel consuming;
  private Tapped tapped;

  @Override
  protected EngineUnderTest start() throws AmqpException {
    return WireEngine.inMemory();
  }

  @BeforeEach
  void consume() throws AmqpException {
    queue("q");
    send("q", "a", "b", "c", "d");
    consuming = otherChannel();
    tapped = tap(consuming, new ConsumeSpec("q", "t", PREFETCH, false, "", false, Map.of(), false));
  }

  /** Without an empty drain at its end, which would write what waits. */
  private List<Delivery> four() {
    List<Delivery> four = tapped.drain(4);
    assertEquals(4, four.size());
    return four;
  }

  private void accept(Delivery delivery) throws AmqpException {
    await(consuming.settle(delivery, Outcome.ACCEPTED, consuming.autoCommit()));
  }

  /** How many the broker has, without asking the channel anything, which would write what waits. */
  private long held() throws AmqpException {
    return ((WireEngine) under)
        .broker().observe().queues().stream()
            .filter(each -> each.name().equals("q"))
            .mapToLong(each -> each.ready() + each.unacknowledged())
            .sum();
  }

  private void awaitHeld(long expected) throws AmqpException {
    long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
    while (held() != expected && System.nanoTime() < deadlineNs) {
      LockSupport.parkNanos(1_000_000);
    }
    assertEquals(expected, held());
  }

  @Test
  void theyAreWrittenSoon() throws AmqpException {
    accept(four().get(0));
    awaitHeld(3);
  }

  @Test
  void severalThatNoDiskKeepsAreWrittenAtOnceAndNobodyWaitsForAnAnswer() throws AmqpException {
    assertEquals(4, four().size());
    for (String each : List.of("e", "f", "g")) {
      publish(Route.toQueue("q"), text(each).toBuilder().persistent(false).build());
    }
    under.settled();
    List<Delivery> three = tapped.drain(3);
    Ticket<Void> ticket =
        consuming.settle(
            List.of(three.get(0), three.get(2)), Outcome.ACCEPTED, consuming.autoCommit());
    assertTrue(ticket.isDone());
    await(ticket);
    awaitHeld(5);
    consuming.close();
    assertEquals(List.of("a", "b", "c", "d", "f"), drained("q"));
  }

  @Test
  void theyAreWrittenBeforeTheChannelCloses() throws AmqpException {
    List<Delivery> four = four();
    accept(four.get(0));
    accept(four.get(1));
    consuming.close();
    assertEquals(List.of("c", "d"), drained("q"));
  }

  @Test
  void theyAreWrittenBeforeTheConsumerCloses() throws AmqpException {
    List<Delivery> four = four();
    accept(four.get(0));
    tapped.consumer().close();
    consuming.close();
    assertEquals(List.of("b", "c", "d"), drained("q"));
  }

  @Test
  void whatIsStillInHandDoesNotGoWithThem() throws AmqpException {
    List<Delivery> four = four();
    accept(four.get(0));
    accept(four.get(2));
    accept(four.get(3));
    tapped.consumer().close();
    await(consuming.giveBack(List.of(four.get(1)), List.of()));
    Delivery again = get("q");
    assertEquals("b", body(again));
    assertTrue(again.redelivered());
    assertEquals(0, ready("q"));
  }

  @Test
  void whatNobodyDrainedDoesNotGoWithThem() throws AmqpException {
    Delivery first = tapped.drain(1).get(0);
    send("q", "e");
    under.settled();
    tapped.consumer().pause(true);
    accept(first);
    tapped.consumer().pause(false);
    List<Delivery> others = tapped.drain();
    accept(others.get(3));
    consuming.close();
    assertEquals(List.of("b", "c", "d"), drained("q"));
  }

  /** With one of the channel's that it was never delivered, which the server refuses. */
  private void refuseToTakeBack(Delivery delivery) {
    RabbitDelivery own = (RabbitDelivery) delivery;
    RabbitDelivery unknown =
        new RabbitDelivery(
            new RabbitDelivery.Origin(own.owner(), "q", own.route(), 1_000, false),
            new MessageCodec.Received(own.message(), 0, 0, null));
    Ticket<Void> ticket = consuming.giveBack(List.of(own, unknown), List.of());
    AmqpException why = assertThrows(AmqpException.class, () -> await(ticket));
    assertEquals(ReplyCode.PRECONDITION_FAILED, why.replyCode());
  }

  @Test
  void whatTheServerDidNotTakeBackIsStillThere() throws AmqpException {
    Delivery first = tapped.drain(1).get(0);
    refuseToTakeBack(first);
    List<Delivery> others = tapped.drain();
    assertEquals(List.of("b", "c", "d"), others.stream().map(EngineContract::body).toList());
    accept(others.get(2));
    accept(first);
    consuming.close();
    assertEquals(List.of("b", "c"), drained("q"));
  }

  @Test
  void whoIsSentWhatItAsksForGetsTheRestWhenNothingWasTakenBack() throws AmqpException {
    tapped.consumer().close();
    Tapped asking = tap(consuming, ConsumeSpec.of("q", 0));
    Delivery first = asking.drain(1).get(0);
    assertEquals(2, asking.drain(2).size());
    under.settled();
    refuseToTakeBack(first);
    assertEquals(List.of("d"), asking.bodies());
    send("q", "e", "f");
    assertEquals(List.of("e", "f"), asking.bodies());
  }

  @Test
  void whatATransactionGaveUpDoesNotGoWithThem() throws AmqpException {
    List<Delivery> four = four();
    Transaction transaction = consuming.begin();
    await(consuming.settle(four.get(0), Outcome.ACCEPTED, transaction));
    await(consuming.settle(four.get(1), Outcome.ACCEPTED, transaction));
    await(transaction.rollback());
    accept(four.get(2));
    await(consuming.giveBack(List.of(four.get(0), four.get(1)), List.of(four.get(3))));
    consuming.close();
    assertEquals(List.of("a", "b", "d"), drained("q"));
  }

  @Test
  void aCommitTakesThemAlong() throws AmqpException {
    List<Delivery> four = four();
    Transaction transaction = consuming.begin();
    await(consuming.settle(four.get(0), Outcome.ACCEPTED, transaction));
    await(consuming.settle(four.get(1), Outcome.ACCEPTED, transaction));
    assertEquals(4, held());
    await(transaction.commit());
    consuming.close();
    assertEquals(List.of("c", "d"), drained("q"));
  }

  @Test
  void whatIsAcceptedWhileATransactionBeginsBelongsToIt() throws AmqpException {
    tapped.consumer().close();
    RabbitConnection below = ((RabbitEngine) under.engine()).connections().iterator().next();
    RabbitChannel own = (RabbitChannel) await(below.openChannel());
    Delivery first = await(own.get("q", ""));
    Delivery second = await(own.get("q", ""));
    RabbitTransaction transaction =
        new RabbitTransaction(Map.of("transaction", 77)) {
          @Override
          boolean isOf(RabbitChannel channel) {
            return true;
          }

          @Override
          void enter(RabbitChannel on) {
            // As another thread does at this moment.
            on.settling().hands().accept((RabbitDelivery) second, this);
            on.wire().tell("begin", name());
          }
        };
    await(own.settle(first, Outcome.ACCEPTED, transaction));
    await(own.asked("rollback", Map.of("transaction", 77)));
    own.close();
    assertEquals(List.of("a", "b", "c", "d"), drained("q"));
  }
}
