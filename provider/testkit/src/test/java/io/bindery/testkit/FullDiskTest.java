package io.bindery.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.broker.journal.JournalException;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Channel;
import io.bindery.engine.Delivery;
import io.bindery.engine.Outcome;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Route;
import io.bindery.engine.Ticket;
import io.bindery.engine.Transaction;
import io.bindery.testkit.SparseLife.Disks;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/**
 * A disk that is nearly full holds publishers back, and nobody else; when what is on it is consumed
 * they go on. It is never full for the journal.
 */
class FullDiskTest {
  private static final long CAPACITY_BYTES = 24L * SparseLife.SEGMENT_BYTES;
  private static final long MIN_FREE_BYTES = 3L * SparseLife.SEGMENT_BYTES;
  private static final int PADDING = 1_000;
  private static final int SMALL_MEMORY_BYTES = 64 << 10;
  private static final int TIMEOUT_MS = 700;

  private Disks disks = new Disks(6);
  private SparseLife life;
  private boolean persistent = true;
  private int last;

  @BeforeEach
  void start() throws AmqpException, JournalException {
    disks.journal().capacityBytes(CAPACITY_BYTES);
    life = new SparseLife(disks, 1, 64 << 20, MIN_FREE_BYTES);
    life.queue("q");
  }

  private Ticket<PublishOutcome> publish(Channel channel, Transaction transaction) {
    return channel.publish(
        Route.toQueue("q"), SparseLife.message(++last, persistent, PADDING), transaction);
  }

  /** Publishes until one waits, which is answered. */
  private Ticket<PublishOutcome> fill(Channel channel) {
    for (int i = 0; i < 1_000; i++) {
      Ticket<PublishOutcome> ticket = publish(channel, channel.autoCommit());
      life.environment.advance(20);
      if (!ticket.isDone()) {
        return ticket;
      }
      assertEquals(null, ticket.failure());
    }
    throw new AssertionError("nobody is held back");
  }

  private void assertReserve(int segments) {
    long free = disks.journal().usableBytes();
    assertTrue(free >= (long) segments * SparseLife.SEGMENT_BYTES, free + " bytes are free");
  }

  @Test
  void publishersWaitUntilThereIsSpaceAgain() throws AmqpException, JournalException {
    Ticket<PublishOutcome> waiting = fill(life.channel);
    final int there = last - 1;
    assertReserve(2);
    life.environment.advance(5_000);
    assertFalse(waiting.isDone());
    List<Delivery> some = new ArrayList<>();
    for (int i = 0; i < there / 2; i++) {
      some.add(life.await(life.channel.get("q", "")));
    }
    life.await(life.channel.settle(some, Outcome.ACCEPTED, life.channel.autoCommit()));
    life.environment.advance(3_000);
    assertEquals(PublishOutcome.ROUTED, life.await(waiting));
    disks = disks.afterCrash();
    start();
    assertEquals(there / 2 + 1, SparseLife.id(life.take("q")));
    assertEquals(there - there / 2, life.ids("q").size());
  }

  @Test
  void whatMakesSpaceIsNeverHeldBack() throws AmqpException, JournalException {
    fill(life.channel);
    Delivery first = life.await(life.channel.get("q", ""));
    Delivery second = life.await(life.channel.get("q", ""));
    Delivery third = life.await(life.channel.get("q", ""));
    Transaction committed = life.channel.begin();
    life.await(life.channel.settle(first, Outcome.ACCEPTED, committed));
    life.await(committed.commit());
    Transaction rolledBack = life.channel.begin();
    life.await(life.channel.settle(second, Outcome.ACCEPTED, rolledBack));
    life.await(rolledBack.rollback());
    life.await(life.channel.settle(second, Outcome.FAILED, life.channel.autoCommit()));
    life.await(life.channel.settle(third, Outcome.ACCEPTED, life.channel.autoCommit()));
    life.environment.advance(500);
    disks = disks.afterCrash();
    start();
    List<Integer> left = life.ids("q");
    assertEquals(List.of(2, 4, 5), left.subList(0, 3));
    assertEquals(1, life.take("q").failureCount());
  }

  @Test
  void onlyTheTimeoutFailsAPublishAndNothingIsStored() throws AmqpException, JournalException {
    Channel impatient = life.connect(TIMEOUT_MS);
    Ticket<PublishOutcome> waiting = fill(impatient);
    final int there = last - 1;
    life.environment.advance(TIMEOUT_MS + 1);
    AmqpException failure = assertThrows(AmqpException.class, () -> life.await(waiting));
    assertEquals(ReplyCode.RESOURCE_ERROR, failure.replyCode());
    assertTrue(failure.getMessage().contains("sendTimeout"), failure.getMessage());
    assertTrue(failure.getMessage().contains("(dir)"), failure.getMessage());
    disks = disks.afterCrash();
    start();
    assertEquals(there, life.ids("q").size());
  }

  /**
   * It may not wait, or who is to make space could never do it; but it leaves the reserve alone.
   */
  @Test
  void whoHoldsDeliveriesEndsBeforeTheReserve() throws AmqpException {
    fill(life.connect(0));
    Delivery held = life.await(life.channel.get("q", ""));
    int more = 0;
    Ticket<PublishOutcome> ticket = publish(life.channel, life.channel.autoCommit());
    for (; ticket.failure() == null && more < 1_000; more++) {
      assertEquals(PublishOutcome.ROUTED, life.await(ticket));
      ticket = publish(life.channel, life.channel.autoCommit());
    }
    assertTrue(more > 0, "it never waits");
    AmqpException failure = assertThrows(AmqpException.class, ticket::await);
    assertEquals(ReplyCode.RESOURCE_ERROR, failure.replyCode());
    assertTrue(failure.getMessage().contains("(dir)"), failure.getMessage());
    assertReserve(1);
    life.await(life.channel.settle(List.of(held), Outcome.ACCEPTED, life.channel.autoCommit()));
  }

  private void spill(long memoryBytes, long minFreeBytes) throws AmqpException, JournalException {
    life.close();
    persistent = false;
    disks.spill().capacityBytes(CAPACITY_BYTES);
    life = new SparseLife(disks, 1, memoryBytes, minFreeBytes);
    last = 0;
  }

  private void takeAll(int until) throws AmqpException {
    for (int id = 1; id <= until; id++) {
      assertEquals(id, SparseLife.id(life.take("q")));
      life.environment.advance(20);
    }
  }

  @Test
  void whatIsSpilledFillsNoDisk() throws AmqpException, JournalException {
    spill(SMALL_MEMORY_BYTES, MIN_FREE_BYTES);
    Ticket<PublishOutcome> waiting = fill(life.channel);
    for (int i = 0; i < 100 && life.broker.publishersHeld().isEmpty(); i++) {
      waiting = waiting.isDone() ? fill(life.channel) : waiting;
      life.environment.advance(500);
    }
    assertTrue(life.broker.publishersHeld().contains("(dir)"), life.broker.publishersHeld());
    assertFalse(waiting.isDone());
    assertTrue(last > 4 * SMALL_MEMORY_BYTES / PADDING, last + " fit on the disk");
    long free = disks.spill().usableBytes();
    assertTrue(free >= MIN_FREE_BYTES / 3 * 2, free + " bytes are free");
    takeAll(last - 1);
    life.environment.advance(3_000);
    assertEquals(PublishOutcome.ROUTED, life.await(waiting));
    assertEquals("", life.broker.publishersHeld());
    assertEquals(last, SparseLife.id(life.take("q")));
  }

  /** What cannot be written is in memory, whether it counts as spilled or not. */
  @Test
  void whatWaitsForTheDiskCountsAsMemory() throws AmqpException, JournalException {
    spill(8 * SMALL_MEMORY_BYTES, 0);
    disks.spill().capacityBytes(SparseLife.SEGMENT_BYTES);
    Ticket<PublishOutcome> waiting = fill(life.channel);
    assertTrue(last <= 8 * SMALL_MEMORY_BYTES / PADDING + 1, last + " are in memory");
    life.environment.advance(2_000);
    assertTrue(life.broker.publishersHeld().contains("wait for the disk"));
    takeAll(last / 2);
    disks.spill().capacityBytes(CAPACITY_BYTES);
    life.environment.advance(5_000);
    assertEquals(PublishOutcome.ROUTED, life.await(waiting));
  }

  /** It waits for the disk, but not for others, which may wait for what it holds. */
  @Test
  void whoHoldsDeliveriesWaitsForTheDiskUntilItIsFull() throws AmqpException, JournalException {
    spill(8 * SMALL_MEMORY_BYTES, MIN_FREE_BYTES);
    life.await(publish(life.channel, life.channel.autoCommit()));
    final Delivery held = life.await(life.channel.get("q", ""));
    int before = last;
    Ticket<PublishOutcome> waiting = publish(life.channel, life.channel.autoCommit());
    while (waiting.isDone() && last < 2_000) { // no time passes, nothing is written
      waiting = publish(life.channel, life.channel.autoCommit());
    }
    assertFalse(waiting.isDone(), (last - before) + " are in memory");
    disks.spill().capacityBytes(Long.MAX_VALUE);
    assertEquals(PublishOutcome.ROUTED, life.await(waiting));
    waiting = publish(life.channel, life.channel.autoCommit());
    while (waiting.isDone() && last < 4_000) {
      waiting = publish(life.channel, life.channel.autoCommit());
    }
    disks.spill().capacityBytes(Disks.used(disks.spill()) + MIN_FREE_BYTES - 1);
    Ticket<PublishOutcome> refused = waiting;
    AmqpException failure = assertThrows(AmqpException.class, () -> life.await(refused));
    assertEquals(ReplyCode.RESOURCE_ERROR, failure.replyCode());
    assertTrue(failure.getMessage().contains("(dir)"), failure.getMessage());
    life.await(life.channel.settle(List.of(held), Outcome.ACCEPTED, life.channel.autoCommit()));
  }

  /** The reserve is for what is acknowledged, not for what is spilled. */
  @Test
  void whatIsSpilledLeavesTheReserve() throws AmqpException, JournalException {
    spill(8 * SMALL_MEMORY_BYTES, MIN_FREE_BYTES);
    disks.spill().capacityBytes(MIN_FREE_BYTES + 2 * SparseLife.SEGMENT_BYTES);
    // All of it before the first of it is written.
    for (int i = 0; i < 7 * SMALL_MEMORY_BYTES / PADDING; i++) {
      assertTrue(publish(life.channel, life.channel.autoCommit()).isDone());
    }
    life.environment.advance(5_000);
    long free = disks.spill().usableBytes();
    assertTrue(free >= MIN_FREE_BYTES / 3 * 2, free + " bytes are free");
    assertTrue(free < MIN_FREE_BYTES, "some of it was spilled");
    takeAll(last);
  }

  private void publishAndSettle(int count) throws AmqpException {
    for (int i = 0; i < count; i++) {
      assertEquals(
          PublishOutcome.ROUTED, life.await(publish(life.channel, life.channel.autoCommit())));
      assertEquals(last, SparseLife.id(life.take("q")));
    }
  }

  @Test
  void aCheckpointWaitsForSpaceAndTheBrokerGoesOn() throws AmqpException, IOException {
    final List<String> before = disks.checkpoints().names();
    disks.checkpoints().capacityBytes(0);
    publishAndSettle(100);
    life.environment.advance(5_000);
    publishAndSettle(100);
    assertTrue(disks.checkpoints().names().containsAll(before), "the one before holds");
    disks.checkpoints().capacityBytes(Long.MAX_VALUE);
    life.environment.advance(2_000);
    publishAndSettle(1);
    assertNotEquals(before, disks.checkpoints().names());
  }

  @Test
  @Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
  void theEndWaitsForNoCheckpoint() throws AmqpException, JournalException {
    publishAndSettle(5);
    life.await(publish(life.channel, life.channel.autoCommit()));
    disks.checkpoints().capacityBytes(0);
    life.close();
    disks = disks.afterKill();
    start();
    assertEquals(List.of(last), life.ids("q"));
  }

  @Test
  @Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
  void theEndWaitsForNoSpaceInTheJournal() throws AmqpException, JournalException {
    Ticket<PublishOutcome> small = publish(life.channel, life.channel.autoCommit());
    assertEquals(PublishOutcome.ROUTED, life.await(small));
    disks.journal().capacityBytes(0);
    // Longer than what the journal's file and the spare ones have room for.
    Ticket<PublishOutcome> large =
        life.publish("q", SparseLife.message(2, true, 10 * SparseLife.SEGMENT_BYTES));
    life.environment.advance(2_000);
    assertFalse(large.isDone());
    life.close();
    assertNotNull(large.failure());
    disks = disks.afterKill();
    start();
    assertEquals(List.of(1), life.ids("q"));
  }
}
