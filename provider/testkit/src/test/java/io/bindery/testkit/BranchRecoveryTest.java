package io.bindery.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Arguments;
import io.bindery.engine.Body;
import io.bindery.engine.Delivery;
import io.bindery.engine.Outcome;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.Route;
import io.bindery.engine.Ticket;
import io.bindery.engine.Transaction;
import io.bindery.engine.XaException;
import java.util.Map;
import java.util.function.Supplier;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.Test;

/** What is in a transaction while a broker ends, and what comes of it in the next one. */
class BranchRecoveryTest extends KilledBrokerTest {
  private static final long MEMORY_BYTES = 8 << 20;
  private static final int PATIENCE_MS = 2_000;

  BranchRecoveryTest() {
    super(MEMORY_BYTES);
  }

  @Override
  void declare() {
    life.await(life.channel().declareQueue(QueueSpec.durable("q", Map.of())));
  }

  private void publish(String text, Transaction transaction) {
    publish(text, 0, transaction);
  }

  private void publish(String text, long deliverAtMs, Transaction transaction) {
    AmqpMessage message =
        AmqpMessage.builder()
            .persistent(true)
            .deliverAtMs(deliverAtMs)
            .body(new Body.Text(text))
            .build();
    life.await(life.channel().publish(Route.toQueue("q"), message, transaction));
  }

  private Transaction started() {
    return life.await(xa().start(BRANCH, XAResource.TMNOFLAGS));
  }

  private void prepare() {
    life.await(xa().end(BRANCH, XAResource.TMSUCCESS));
    assertTrue(life.await(xa().prepare(BRANCH)));
  }

  @Test
  void whatWasThereIsDeliveredWhileATransactionIsOpen() {
    publish("there", life.channel().autoCommit());
    kill();
    publish("open", life.channel().begin());
    assertEquals("there", ((Body.Text) get().message().body()).content());
  }

  @Test
  void thePlaceOfWhatIsPreparedIsNotGivenAgain() {
    publish("prepared", started());
    prepare();
    kill();
    publish("after", life.channel().autoCommit());
    life.await(xa().commit(BRANCH, false));
    Delivery first = get();
    assertEquals("prepared", ((Body.Text) first.message().body()).content());
    assertTrue(first.sequence() < get().sequence());
  }

  /** The code with which a verb fails when the journal cannot write what it says. */
  private int codeWithoutDisk(Supplier<Ticket<?>> verb) {
    disks.journal().failAfter(1);
    Ticket<?> ticket = verb.get();
    for (int ms = 0; !ticket.isDone() && ms < PATIENCE_MS; ms++) {
      life.advance(1);
    }
    return assertInstanceOf(XaException.class, ticket.failure()).errorCode();
  }

  @Test
  void whatCannotBeWrittenIsToBeAskedAgain() {
    publish("first", started());
    life.await(xa().end(BRANCH, XAResource.TMSUCCESS));
    assertEquals(XAException.XAER_RMFAIL, codeWithoutDisk(() -> xa().commit(BRANCH, true)));
    for (boolean commit : new boolean[] {true, false}) {
      kill();
      publish("second", started());
      life.await(xa().end(BRANCH, XAResource.TMSUCCESS));
      assertEquals(XAException.XAER_RMFAIL, codeWithoutDisk(() -> xa().prepare(BRANCH)));
      kill();
      publish("third", started());
      prepare();
      assertEquals(
          XAException.XAER_RMFAIL,
          codeWithoutDisk(() -> commit ? xa().commit(BRANCH, false) : xa().rollback(BRANCH)));
      kill();
      assertEquals(1, life.await(xa().recover()).size());
      life.await(commit ? xa().commit(BRANCH, false) : xa().rollback(BRANCH));
    }
    assertEquals("third", ((Body.Text) get().message().body()).content());
    assertNull(get());
  }

  @Test
  void whatAPreparedBranchGivesBackIsMarkedAfterAnOrderlyEnd() {
    publish("seen", life.channel().autoCommit());
    life.await(life.channel().settle(get(), Outcome.ACCEPTED, started()));
    prepare();
    life.close();
    kill();
    life.await(xa().rollback(BRANCH));
    kill();
    assertTrue(get().redelivered());
  }

  @Test
  void whatIsPreparedAndDelayedIsInTheCheckpointsOfLaterBrokers() {
    publish("delayed", life.nowMs() + 1, started());
    prepare();
    kill();
    // Its first checkpoint is taken by then.
    life.advance(100);
    life.await(xa().commit(BRANCH, false));
    kill();
    assertEquals("delayed", ((Body.Text) get().message().body()).content());
  }

  @Test
  void theTimeToLiveOfTheQueueBeginsWithTheCommit() {
    declareWithTimeToLive(1_000);
    publish("prepared", started());
    prepare();
    life.advance(900);
    kill();
    life.advance(500);
    life.await(xa().commit(BRANCH, false));
    kill();
    life.advance(900);
    assertEquals(1, life.browse("q").size());
    life.advance(200);
    assertEquals(0, life.browse("q").size());
  }

  @Test
  void theTimeToLiveOfTheQueueBeginsWhenWhatIsDelayedIsDue() {
    declareWithTimeToLive(1_000);
    publish("delayed", life.nowMs() + 500, life.channel().autoCommit());
    life.advance(400);
    kill(1_000);
    assertEquals(1, life.browse("q").size());
    life.advance(200);
    assertEquals(0, life.browse("q").size());
  }

  private void declareWithTimeToLive(int ms) {
    life.await(life.channel().deleteQueue("q", false, false));
    life.await(
        life.channel().declareQueue(QueueSpec.durable("q", Map.of(Arguments.MESSAGE_TTL, ms))));
  }
}
