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
import java.util.Map;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.Test;

/** More than fits into memory, where nobody can take it: it leaves memory, and nobody is stuck. */
class ShortMemoryTest extends KilledBrokerTest {
  private static final long MEMORY_BYTES = 512 << 10;
  private static final int BODY_BYTES = 20_000;
  private static final int MESSAGES = 100;
  private static final long DELAY_MS = 60_000;

  ShortMemoryTest() {
    super(MEMORY_BYTES);
  }

  @Override
  void declare() {
    life.await(life.channel().declareQueue(QueueSpec.durable("q", Map.of())));
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

  private void assertAllCome(int from) {
    for (int i = from; i < from + MESSAGES; i++) {
      Delivery next = get();
      assertEquals(i + "|", text(next).substring(0, text(next).indexOf('|') + 1));
      life.await(life.channel().settle(next, Outcome.ACCEPTED, life.channel().autoCommit()));
    }
    assertNull(get());
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
    Transaction branch = life.await(xa().start(BRANCH, XAResource.TMNOFLAGS));
    publish(0, branch, 0);
    life.await(xa().end(BRANCH, XAResource.TMSUCCESS));
    assertTrue(life.await(xa().prepare(BRANCH)));
    assertNull(get());
    kill();
    publish(MESSAGES, life.channel().autoCommit(), 0);
    life.await(xa().commit(BRANCH, false));
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
