package io.bindery.rabbitmq;

import static org.junit.jupiter.api.Assertions.assertNull;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Channel;
import io.bindery.engine.Delivery;
import io.bindery.engine.Outcome;
import io.bindery.engine.Ticket;
import io.bindery.engine.Transaction;
import io.bindery.testkit.EngineContract;
import io.bindery.testkit.EngineUnderTest;
import org.junit.jupiter.api.Test;

/** Transactions of one channel in which another settles, as connection consumers do. */
class AcrossChannelsTest extends EngineContract {
  /** So often that the answer comes before the commit, and after it. */
  private static final int ROUNDS = 200;

  @Override
  protected EngineUnderTest start() throws AmqpException {
    return WireEngine.inMemory();
  }

  /** Who holds it may wait for the network, and the network for the thread that reads. */
  @Test
  void theThreadThatReadsWaitsForNobodyWhoWrites() throws AmqpException {
    queue("q");
    queue("empty");
    Channel other = await(connection.openChannel());
    Object writing = ((LastingChannel) channel).bound().wire().writing();
    for (int round = 0; round < ROUNDS; round++) {
      send("q", "a");
      Delivery a = await(other.get("q", ""));
      Transaction transaction = channel.begin();
      publish(transaction, "q", "b");
      Ticket<Void> commit;
      synchronized (writing) {
        other.settle(a, Outcome.ACCEPTED, transaction);
        commit = transaction.commit();
        // Not a question of the thread for errands: that one may write, and wait.
        assertNull(await(other.get("empty", "")), "what others ask is answered");
      }
      await(commit);
      settle(get("q"), Outcome.ACCEPTED);
    }
  }
}
