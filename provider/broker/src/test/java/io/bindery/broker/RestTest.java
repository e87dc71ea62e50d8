package io.bindery.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpException;
import io.bindery.engine.ConsumeSpec;
import io.bindery.engine.Consumer;
import io.bindery.engine.Delivery;
import io.bindery.engine.Outcome;
import io.bindery.engine.Route;
import io.bindery.engine.Transaction;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How long a channel rests whose publishes outrun fast consumers: 2,500 in 10 ms. */
class RestTest extends BrokerFixture {
  private static final int TAKEN = 2_500;
  private static final int MS = 10;
  private static final int PER_MS = TAKEN / MS;

  /** What they take in 5 ms may wait. */
  private static final int FLOOD = 5 * PER_MS + 1_000;

  private BrokerChannel consuming;
  private Consumer consumer;

  @BeforeEach
  void consume() throws AmqpException {
    queue("q");
    queue("other");
    consuming = otherChannel();
    consumer = await(consuming.consume(ConsumeSpec.of("q", 0), () -> {}));
    publish(TAKEN);
    take(TAKEN);
    environment.advance(MS);
  }

  private void publish(int count) throws AmqpException {
    for (int i = 0; i < count; i++) {
      await(publish(channel, "q", text("m")));
    }
  }

  private void take(int count) throws AmqpException {
    List<Delivery> taken = new ArrayList<>();
    for (int left = count; left > 0; left = count - taken.size()) {
      assertTrue(consumer.drain(left, taken) > 0, left + " are missing");
    }
    await(consuming.settle(taken, Outcome.ACCEPTED, consuming.autoCommit()));
  }

  /** After this 1,000 wait that are too many. */
  private void flood() throws AmqpException {
    publish(FLOOD);
  }

  @Test
  void asLongAsTheyTakeForWhatItSentTooMuch() throws AmqpException {
    flood();
    assertEquals(1_000 / PER_MS, channel.restMs(), 1);
    assertEquals(0, channel.restMs(), "that was told");
    publish(PER_MS * 2);
    assertEquals(2, channel.restMs(), 1);
  }

  @Test
  void notForWhatOthersSend() throws AmqpException {
    BrokerChannel slow = otherChannel();
    flood();
    for (int i = 0; i < PER_MS / 2; i++) {
      await(publish(slow, "q", text("s")));
      assertEquals(0, slow.restMs());
    }
    for (int i = 0; i < 1_000; i++) {
      await(publish(channel, "other", text("o")));
    }
    channel.restMs();
    await(publish(channel, "other", text("o")));
    assertEquals(0, channel.restMs());
  }

  /** What a transaction holds becomes ready with its commit, and says nothing before. */
  @Test
  void notForConsumersThatCaughtUp() throws AmqpException {
    flood();
    channel.restMs();
    take(FLOOD);
    environment.advance(MS);
    Transaction transaction = channel.begin();
    for (int i = 0; i < 1_000; i++) {
      await(channel.publish(Route.toQueue("q"), text("t"), transaction));
    }
    assertEquals(0, channel.restMs());
    await(transaction.commit());
  }
}
