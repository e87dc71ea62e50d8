package io.bindery.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import io.bindery.engine.Delivery;
import io.bindery.engine.Outcome;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.Route;
import io.bindery.engine.Transaction;
import io.bindery.engine.XaBranches;
import io.bindery.testkit.BrokerLife.Start;
import java.util.Map;
import java.util.Set;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** More than fits into memory, where nobody can take it: it leaves memory, and nobody is stuck. */
class ShortMemoryTest {
  private static final long MEMORY_BYTES = 512 << 10;
  private static final int BODY_BYTES = 20_000;
  private static final int MESSAGES = 100;
  private static final long DELAY_MS = 60_000;

  private Disks disks = Disks.empty(1, Set.of());
  private BrokerLife life;

  private record Branch() implements Xid {
    @Override
    public int getFormatId() {
      return 7;
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

  @BeforeEach
  void declare() {
    life = new BrokerLife(disks, new Start(1, MEMORY_BYTES, SteppedEnvironment.START_MS));
    life.await(life.channel().declareQueue(QueueSpec.durable("q", Map.of())));
  }

  private void kill() {
    disks = disks.afterKill();
    life = new BrokerLife(disks, new Start(1, MEMORY_BYTES, life.nowMs()));
  }

  /** Each is answered in time. */
  private void publish(int from, Transaction transaction, long deliverAtMs) {
    for (int i = from; i < from + MESSAGES; i++) {
      AmqpMessage message =
          AmqpMessage.builder()
              .persistent(true)
              .deliverAtMs(deliverAtMs)
              .body(new Body.Text(i + "|" + "x".repeat(BODY_BYTES)))
              .build();
      life.await(life.channel().publish(Route.toQueue("q"), message, transaction));
    }
  }

  private Delivery get() {
    return life.await(life.channel().get("q", ""));
  }

  private void assertAllCome(int from) {
    for (int i = from; i < from + MESSAGES; i++) {
      Delivery next = get();
      assertEquals(i + "|", text(next).substring(0, text(next).indexOf('|') + 1));
      life.await(life.channel().settle(next, Outcome.ACCEPTED, life.channel().autoCommit()));
    }
    assertNull(get());
  }

  private static String text(Delivery delivery) {
    return ((Body.Text) delivery.message().body()).content();
  }

  private XaBranches xa() {
    return life.channel().connection().xa();
  }

  @Test
  void aTransactionMayBeLargerThanMemory() {
    Transaction transaction = life.channel().begin();
    publish(0, transaction, 0);
    assertNull(get());
    life.await(transaction.commit());
    assertAllCome(0);
  }

  @Test
  void aTransactionOfWhoHoldsDeliveriesToo() {
    publish(0, life.channel().autoCommit(), 0);
    Delivery held = get();
    Transaction transaction = life.channel().begin();
    publish(MESSAGES, transaction, 0);
    life.await(life.channel().settle(held, Outcome.ACCEPTED, transaction));
    life.await(transaction.rollback());
    life.await(life.channel().settle(held, Outcome.RELEASED, life.channel().autoCommit()));
    assertAllCome(0);
  }

  @Test
  void aBranchMayBeLargerThanMemory() {
    Transaction branch = life.await(xa().start(new Branch(), XAResource.TMNOFLAGS));
    publish(0, branch, 0);
    life.await(xa().end(new Branch(), XAResource.TMSUCCESS));
    assertTrue(life.await(xa().prepare(new Branch())));
    assertNull(get());
    kill();
    publish(MESSAGES, life.channel().autoCommit(), 0);
    life.await(xa().commit(new Branch(), false));
    Delivery first = get();
    assertEquals("0|", text(first).substring(0, 2));
  }

  @Test
  void whatIsDelayedMayBeMoreThanMemory() {
    long dueMs = life.nowMs() + DELAY_MS;
    publish(0, life.channel().autoCommit(), dueMs);
    Transaction transaction = life.channel().begin();
    publish(MESSAGES, transaction, dueMs + 1);
    kill();
    publish(MESSAGES, life.channel().autoCommit(), dueMs + 1);
    assertNull(get());
    life.advance(DELAY_MS + 1);
    for (int i = 0; i < 2 * MESSAGES; i++) {
      Delivery next = get();
      assertEquals(i + "|", text(next).substring(0, text(next).indexOf('|') + 1));
      life.await(life.channel().settle(next, Outcome.ACCEPTED, life.channel().autoCommit()));
    }
  }
}
