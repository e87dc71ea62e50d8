package io.bindery.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.broker.journal.JournalException;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Binding;
import io.bindery.engine.Delivery;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.Outcome;
import io.bindery.engine.Route;
import io.bindery.engine.Transaction;
import io.bindery.testkit.SparseLife.Disks;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A message that lives long does not keep the disk from being used again. */
class EvacuationTest {
  private static final long MUCH = 64 << 20;
  private static final int PADDING = 1_000;
  private static final int EACH = 25;
  private static final int DELAY_MS = 60_000;

  /** What a message of this test takes in memory, at most. */
  private static final int MESSAGE_BYTES = 1_500;

  private Disks disks = new Disks(1);
  private SparseLife life;
  private final List<Integer> kept = new ArrayList<>();
  private int last;
  private int drainEach = 10;

  @BeforeEach
  void start() throws AmqpException, JournalException {
    start(MUCH);
  }

  private void start(long memoryBytes) throws AmqpException, JournalException {
    life = new SparseLife(disks, 1, memoryBytes);
    life.queue("long");
    life.queue("short");
  }

  private void crash(long memoryBytes) throws AmqpException, JournalException {
    disks = disks.afterCrash();
    start(memoryBytes);
  }

  private AmqpMessage next(boolean persistent) {
    return SparseLife.message(++last, persistent, PADDING);
  }

  /** One of {@link #EACH} stays, the others are taken soon. */
  private void work(int messages, boolean persistent) throws AmqpException {
    for (int i = 0; i < messages; i++) {
      AmqpMessage message = next(persistent);
      boolean stays = last % EACH == 0;
      life.await(life.publish(stays ? "long" : "short", message));
      if (stays) {
        kept.add(last);
      } else if (last % drainEach == 0) {
        while (life.take("short") != null) {
          life.environment.settle();
        }
      }
    }
    life.environment.advance(200);
  }

  private void assertSmall() {
    long live = (long) kept.size() * MESSAGE_BYTES;
    long most = live * 4 + 20 * SparseLife.SEGMENT_BYTES;
    long used = disks.usedBytes();
    assertTrue(used < most, used + " bytes, and " + most + " would be many for " + live);
    assertTrue(life.store.evacuated() > 0);
  }

  @ParameterizedTest
  @ValueSource(longs = {MUCH, 64 << 10})
  void theDiskIsUsedAgain(long memoryBytes) throws AmqpException, JournalException {
    disks = new Disks(2);
    start(memoryBytes);
    for (int i = 0; i < 3; i++) {
      work(1_000, true);
      assertSmall();
      assertEquals(kept, life.ids("long"));
    }
    life.close();
    start(memoryBytes);
    for (Delivery each : life.browse("long")) {
      assertFalse(each.redelivered(), "nobody had it");
    }
    assertEquals(kept, life.ids("long"));
    work(1_000, true);
    crash(memoryBytes);
    assertEquals(kept, life.ids("long"));
    for (int id : kept) {
      assertEquals(id, SparseLife.id(life.take("long")));
    }
    assertNull(life.take("long"));
  }

  @Test
  void whatNeedNotOutliveTheBrokerDoesNotKeepItEither() throws AmqpException, JournalException {
    disks = new Disks(3);
    start(64 << 10);
    // So many that most are spilled.
    drainEach = 249;
    for (int i = 0; i < 3; i++) {
      work(1_000, false);
      assertSmall();
      assertEquals(kept, life.ids("long"));
    }
    for (int id : kept) {
      assertEquals(id, SparseLife.id(life.take("long")));
    }
    assertNull(life.take("long"));
  }

  @Test
  void whatManyQueuesHaveMovesOnce() throws AmqpException, JournalException, IOException {
    life.await(life.channel.declareExchange(ExchangeSpec.durable("fan", "fanout")));
    List<String> many = List.of("f1", "f2", "f3");
    for (String each : many) {
      life.queue(each);
      life.await(life.channel.bind(Binding.queue("fan", each, "")));
    }
    List<Integer> shared = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      AmqpMessage message = next(true);
      life.await(
          life.channel.publish(new Route("fan", "", false), message, life.channel.autoCommit()));
      shared.add(last);
      work(2 * EACH, true);
    }
    work(1_000, true);
    assertTrue(life.store.evacuated() > 0);
    Map<Integer, Integer> copies = life.copies("x".repeat(PADDING));
    for (int id : shared) {
      assertTrue(copies.get(id) <= 2, id + " is there " + copies.get(id) + " times");
    }
    crash(MUCH);
    for (String each : many) {
      assertEquals(shared, life.ids(each));
    }
    assertEquals(kept, life.ids("long"));
  }

  @Test
  void whatIsInTransactionsMoves() throws AmqpException, JournalException {
    Xid xid = new OneXid();
    Transaction branch =
        life.await(life.channel.connection().xa().start(xid, XAResource.TMNOFLAGS));
    life.queue("prepared");
    life.await(life.publish("prepared", next(true), branch));
    final int promised = last;
    life.await(
        life.publish(
            "prepared",
            SparseLife.message(++last, true, PADDING).toBuilder()
                .deliverAtMs(life.environment.nowMs() + DELAY_MS)
                .build(),
            branch));
    final int delayed = last;
    life.await(life.channel.connection().xa().end(xid, XAResource.TMSUCCESS));
    assertTrue(life.await(life.channel.connection().xa().prepare(xid)));
    life.queue("open");
    Transaction open = life.channel.begin();
    life.await(life.publish("open", next(true), open));
    final int committed = last;
    AmqpMessage later =
        next(true).toBuilder().deliverAtMs(life.environment.nowMs() + DELAY_MS).build();
    life.await(life.publish("open", later));
    final int due = last;
    work(2_000, true);
    assertSmall();
    life.await(open.commit());
    work(1_000, true);
    crash(MUCH);
    assertEquals(List.of(committed), life.ids("open"));
    assertEquals(List.of(), life.ids("prepared"));
    work(1_000, true);
    assertSmall();
    life.await(life.channel.connection().xa().commit(xid, false));
    crash(MUCH);
    assertEquals(List.of(promised), life.ids("prepared"));
    life.environment.advance(DELAY_MS + 1_000);
    assertEquals(List.of(promised, delayed), life.ids("prepared"));
    assertEquals(List.of(committed, due), life.ids("open"));
  }

  @Test
  void whatIsInSomebodysHandsMoves() throws AmqpException, JournalException {
    for (int i = 0; i < 3; i++) {
      life.await(life.publish("long", next(true)));
      kept.add(last);
    }
    Delivery first = life.await(life.channel.get("long", ""));
    Delivery second = life.await(life.channel.get("long", ""));
    work(2_000, true);
    assertSmall();
    life.await(life.channel.settle(first, Outcome.ACCEPTED, life.channel.autoCommit()));
    life.await(life.channel.settle(second, Outcome.FAILED, life.channel.autoCommit()));
    kept.remove(0);
    life.environment.advance(500);
    crash(MUCH);
    assertEquals(kept, life.ids("long"));
    Delivery again = life.take("long");
    assertTrue(again.redelivered());
    assertEquals(1, again.failureCount());
  }

  @Test
  void aQueueThatIsDeletedIsNoMatter() throws AmqpException, JournalException {
    for (int round = 0; round < 10; round++) {
      life.queue("gone");
      for (int i = 0; i < 5; i++) {
        life.await(life.publish("gone", next(true)));
      }
      work(150, true);
      life.await(life.channel.deleteQueue("gone", false, false));
    }
    work(500, true);
    assertSmall();
    crash(MUCH);
    assertEquals(kept, life.ids("long"));
  }

  /** The only one. */
  private record OneXid() implements Xid {
    @Override
    public int getFormatId() {
      return 1;
    }

    @Override
    public byte[] getGlobalTransactionId() {
      return new byte[] {1};
    }

    @Override
    public byte[] getBranchQualifier() {
      return new byte[] {2};
    }
  }
}
