package io.bindery.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Channel;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.ConsumeSpec;
import io.bindery.engine.Consumer;
import io.bindery.engine.Delivery;
import io.bindery.engine.Engine;
import io.bindery.engine.Observation;
import io.bindery.engine.Outcome;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Route;
import io.bindery.engine.Signal;
import io.bindery.engine.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Channels and connections that end while others work, and what must not be left behind. */
class BrokerChannelTest extends BrokerFixture {
  private Observation.QueueView view(String queue) {
    return broker.observe().queues().stream()
        .filter(each -> each.name().equals(queue))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whoIsWokenByACommitFindsAllOfIt() throws AmqpException {
    queue("q");
    List<Long> found = new ArrayList<>();
    Signal signal = () -> found.add(view("q").ready());
    Consumer consumer = await(otherChannel().consume(ConsumeSpec.of("q", 0), signal));
    assertEquals(0, consumer.drain(1, new ArrayList<>()));
    found.clear();
    Transaction transaction = channel.begin();
    for (int i = 0; i < 3; i++) {
      await(channel.publish(Route.toQueue("q"), text("m" + i), transaction));
    }
    await(transaction.commit());
    assertEquals(List.of(3L), found);
  }

  /** A signal may need what another thread does with the same virtual host. */
  @Test
  @Timeout(120)
  void aDeletedQueueSignalsItsConsumersOutsideTheVirtualHost() throws AmqpException {
    queue("q");
    AtomicBoolean declared = new AtomicBoolean();
    AtomicReference<Consumer> consumer = new AtomicReference<>();
    Signal signal =
        () -> {
          Thread other = new Thread(() -> declared.set(declares(broker, "made by another")));
          other.setDaemon(true);
          other.start();
          join(other, 20_000);
        };
    consumer.set(await(otherChannel().consume(ConsumeSpec.of("q", 1), signal)));
    await(channel.deleteQueue("q", false, false));
    assertTrue(consumer.get().isClosed());
    assertTrue(declared.get(), "nobody else could declare during the signal");
  }

  private static boolean declares(Engine at, String queue) {
    try {
      Channel own = at.connect(ConnectSpec.anonymous("signalled")).await().openChannel().await();
      return own.declareQueue(QueueSpec.durable(queue, Map.of())).await() != null;
    } catch (AmqpException e) {
      return false;
    }
  }

  private static void join(Thread thread, long timeoutMs) {
    try {
      thread.join(timeoutMs);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  @Timeout(120)
  void aCommitSignalsOutsideItsTransaction() throws AmqpException {
    queue("q");
    BrokerChannel session = otherChannel();
    Transaction transaction = session.begin();
    await(session.publish(io.bindery.engine.Route.toQueue("q"), text("m"), transaction));
    AtomicBoolean closed = new AtomicBoolean();
    Consumer consumer =
        await(
            channel.consume(
                ConsumeSpec.of("q", 1),
                () -> {
                  Thread closer =
                      new Thread(
                          () -> {
                            session.close();
                            closed.set(true);
                          });
                  closer.setDaemon(true);
                  closer.start();
                  join(closer, 20_000);
                }));
    assertEquals(0, consumer.drain(1, new ArrayList<>()));
    await(transaction.commit());
    assertTrue(closed.get(), "the session could not be closed during the signal");
    List<Delivery> got = new ArrayList<>();
    assertEquals(1, consumer.drain(1, got));
    assertEquals("m", body(got.get(0)), "what was committed is not rolled back by the close");
  }

  /** Whoever closes a channel finds all that it took, however the two meet. */
  @Test
  @Timeout(600)
  void nothingStaysInTheHandsOfAChannelThatIsClosedMeanwhile()
      throws AmqpException, InterruptedException {
    long seed = Long.getLong("bindery.seed", new Random().nextLong());
    System.getLogger("seeds")
        .log(System.Logger.Level.INFO, "closing channels: seed {0}", Long.toString(seed));
    Random random = new Random(seed);
    queue("q");
    for (int i = 0; i < 50; i++) {
      send("q", "m" + i);
    }
    AtomicInteger taken = new AtomicInteger();
    for (int round = 0; round < 500; round++) {
      BrokerChannel closing = otherChannel();
      Thread taker = new Thread(() -> taken.addAndGet(takeUntilClosed(closing)));
      taker.start();
      for (int spin = random.nextInt(2_000); spin > 0; spin--) {
        Thread.onSpinWait();
      }
      closing.close();
      taker.join(20_000);
      assertFalse(taker.isAlive());
    }
    assertEquals(0, view("q").unacknowledged(), "seed " + seed + ", taken " + taken);
    assertEquals(50, drained("q").size());
    assertEquals(0, view("q").consumers());
  }

  private static int takeUntilClosed(BrokerChannel from) {
    int taken = 0;
    List<Delivery> batch = new ArrayList<>();
    while (!from.isClosed()) {
      try {
        taken += from.get("q", "").await() == null ? 0 : 1;
        taken += from.consume(ConsumeSpec.of("q", 1), () -> {}).await().drain(1, batch);
      } catch (AmqpException closed) {
        return taken;
      }
    }
    return taken;
  }

  @Test
  void aConnectionThatIsClosedLeavesNoExclusiveQueue() throws AmqpException {
    BrokerConnection closing = connect("closing", 0);
    BrokerChannel late = channel(closing);
    await(late.declareQueue(QueueSpec.temporary("early")));
    refused(ReplyCode.RESOURCE_LOCKED, channel.checkQueue("early"));
    closing.close();
    refused(ReplyCode.CHANNEL_ERROR, late.declareQueue(QueueSpec.temporary("late")));
    AmqpException failure = null;
    try {
      closing.host().make(QueueSpec.temporary("late"), closing);
    } catch (AmqpException e) {
      failure = e;
    }
    assertNotNull(failure, "a declare that was under way when its connection closed");
    assertEquals(List.of(), broker.observe().queues());
  }

  @Test
  void whatAConsumerHeldWhenItWasCancelledStaysTheChannels() throws AmqpException {
    queue("q");
    send("q", "a", "b");
    Consumer consumer = await(channel.consume(ConsumeSpec.of("q", 1), () -> {}));
    List<Delivery> got = new ArrayList<>();
    assertEquals(1, consumer.drain(5, got));
    consumer.close();
    consumer.close();
    assertEquals(1, ready("q"), "what was delivered does not go back");
    settle(got.get(0), Outcome.ACCEPTED);
    assertEquals(List.of("b"), drained("q"));
    assertEquals(0, broker.observe().queues().get(0).unacknowledged());
  }

  @Test
  void aTagIsFreeOnceItsConsumerIsGone() throws AmqpException {
    queue("q");
    ConsumeSpec spec = new ConsumeSpec("q", "tag", 1, false, "", false, Map.of(), false);
    Consumer first = await(channel.consume(spec, () -> {}));
    refused(ReplyCode.NOT_ALLOWED, channel.consume(spec, () -> {}));
    first.close();
    await(channel.consume(spec, () -> {}));
    await(channel.deleteQueue("q", false, false));
    queue("q");
    Consumer third = await(channel.consume(spec, () -> {}));
    assertEquals("tag", third.tag());
  }

  @Test
  void aDeletedQueueGivesItsMemoryBackWhenItsLastDeliveryIs() throws AmqpException {
    queue("q");
    await(publish(channel, "q", large()));
    await(publish(channel, "q", large()));
    Delivery held = get("q");
    await(channel.deleteQueue("q", false, false));
    queue("r");
    assertNull(get("r"));
    settle(held, Outcome.FAILED);
    channel.close();
    assertEquals(0, broker.memory().usedBytes());
  }

  @Test
  void settlingIsForWhoHoldsIt() throws AmqpException {
    queue("q");
    send("q", "a", "b");
    Delivery a = get("q");
    Delivery b = get("q");
    BrokerChannel other = otherChannel();
    AmqpException failure =
        refused(
            ReplyCode.PRECONDITION_FAILED, other.settle(a, Outcome.ACCEPTED, other.autoCommit()));
    assertTrue(failure.getMessage().contains("'q'"), failure.getMessage());
    settle(a, Outcome.ACCEPTED);
    refused(
        ReplyCode.PRECONDITION_FAILED,
        channel.settle(List.of(b, a), Outcome.ACCEPTED, channel.autoCommit()));
    refused(ReplyCode.PRECONDITION_FAILED, other.giveBack(List.of(b), List.of()));
    assertEquals(1, view("q").unacknowledged());
    await(channel.giveBack(List.of(b), List.of(a)));
    assertEquals(0, view("q").unacknowledged());
    assertEquals(List.of("b"), drained("q"));
  }

  /** Both were awake when it came, so nobody idle waited for it. */
  @Test
  void aConsumerGetsWhatOneOfHigherPriorityDoesNotComeFor() throws AmqpException {
    queue("q");
    Consumer high = await(channel.consume(prioritised(7), () -> {}));
    AtomicInteger signals = new AtomicInteger();
    Consumer low = await(channel.consume(prioritised(0), signals::incrementAndGet));
    high.pause(true);
    send("q", "a");
    assertEquals(1, low.drain(1, new ArrayList<>()), "and it looks again");
    high.pause(false);
    high.drain(1, new ArrayList<>());
    send("q", "b");
    int before = signals.get();
    assertEquals(0, low.drain(1, new ArrayList<>()), "that is for the higher one");
    environment.advance(100);
    assertTrue(signals.get() > before, "which does not come");
    assertEquals(1, low.drain(1, new ArrayList<>()));
  }

  private static ConsumeSpec prioritised(int priority) {
    return new ConsumeSpec("q", "", 0, false, "", false, Map.of("x-priority", priority), false);
  }
}
