package io.bindery.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Binding;
import io.bindery.engine.Body;
import io.bindery.engine.Channel;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.QueueStatus;
import io.bindery.engine.Route;
import io.bindery.engine.Ticket;
import io.bindery.engine.Transaction;
import java.util.Map;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.Test;

/** Queues that go and come again, and what a kill makes of that. */
class DeclarationRecoveryTest extends KilledBrokerTest {
  private static final long MEMORY_BYTES = 8 << 20;
  private static final int MOST_STEPS = 100;

  DeclarationRecoveryTest() {
    super(MEMORY_BYTES);
  }

  @Override
  void declare() {
    life.await(declare("q"));
  }

  private Ticket<QueueStatus> declare(String queue) {
    return life.channel().declareQueue(QueueSpec.durable(queue, Map.of()));
  }

  private Ticket<PublishOutcome> publish(Route to, Transaction transaction) {
    AmqpMessage message = AmqpMessage.builder().persistent(true).body(new Body.Text("m")).build();
    return life.channel().publish(to, message, transaction);
  }

  /** What happened between the beginning of a checkpoint and its look at the queues comes again. */
  @Test
  void aQueueThatIsMadeAnewDuringACheckpointHasNoBindingOfTheOldOne() {
    kill();
    // Each start takes a checkpoint, which begins here and waits for the disk.
    life.step();
    Channel channel = life.channel();
    Ticket<Void> bound = channel.bind(Binding.queue("amq.direct", "q", "k"));
    Ticket<Long> deleted = channel.deleteQueue("q", false, false);
    Ticket<QueueStatus> declared = declare("q");
    life.await(bound);
    life.await(deleted);
    life.await(declared);
    life.settle();
    kill();
    assertEquals(
        PublishOutcome.UNROUTED,
        life.await(publish(new Route("amq.direct", "k", false), life.channel().autoCommit())));
  }

  @Test
  void aQueueDoesNotGetWhatABranchHasForOneThatIsGone() {
    life.await(declare("gone"));
    Transaction branch = life.await(xa().start(BRANCH, XAResource.TMNOFLAGS));
    life.await(publish(Route.toQueue("gone"), branch));
    life.await(xa().end(BRANCH, XAResource.TMSUCCESS));
    assertTrue(life.await(xa().prepare(BRANCH)));
    life.await(life.channel().deleteQueue("gone", false, false));
    life.close();
    kill();
    Ticket<QueueStatus> declared = declare("new");
    Ticket<Void> decided = xa().commit(BRANCH, false);
    // Before this broker's first checkpoint is on disk.
    for (int steps = 0; steps < MOST_STEPS && !decided.isDone(); steps++) {
      life.step();
    }
    assertTrue(declared.isDone() && decided.isDone());
    kill();
    assertEquals(0, life.browse("new").size());
  }

  @Test
  void whatIsPurgedStaysAway() {
    for (int i = 0; i < 3; i++) {
      life.await(publish(Route.toQueue("q"), life.channel().autoCommit()));
    }
    assertEquals(3, life.await(life.channel().purgeQueue("q")));
    kill();
    assertNull(get());
  }
}
