package io.bindery.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.broker.runtime.SystemEnvironment;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import io.bindery.engine.Channel;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.ConsumeSpec;
import io.bindery.engine.Consumer;
import io.bindery.engine.Delivery;
import io.bindery.engine.Outcome;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Route;
import io.bindery.engine.Ticket;
import io.bindery.engine.Transaction;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What happens when memory is short. */
class BackPressureTest extends BrokerFixture {
  @Test
  void whatWaitsIsPublishedInOrderOnceThereIsRoom() throws AmqpException {
    queue("q");
    Ticket<PublishOutcome> first = fill(channel, "q");
    assertFalse(first.isDone());
    Ticket<PublishOutcome> second = publish(channel, "q", text("second"));
    Ticket<PublishOutcome> third = publish(channel, "q", text("third"));
    assertFalse(second.isDone() || third.isDone());
    BrokerChannel consumer = otherChannel();
    List<String> last = new ArrayList<>();
    for (Delivery next = await(consumer.get("q", ""));
        next != null;
        next = await(consumer.get("q", ""))) {
      if (next.message().body() instanceof Body.Text text) {
        last.add(text.content());
      }
      await(consumer.settle(next, Outcome.ACCEPTED, consumer.autoCommit()));
    }
    assertEquals(PublishOutcome.ROUTED, await(first));
    assertEquals(PublishOutcome.ROUTED, await(third));
    assertEquals(List.of("second", "third"), last);
    channel.close();
    consumer.close();
    assertEquals(0, broker.memory().usedBytes(), "all of it is given back");
  }

  @Test
  void theSendTimeoutNamesItsKeysAndPublishesNothing() throws AmqpException {
    queue("q");
    BrokerChannel impatient = channel(connect("impatient", 200));
    Ticket<PublishOutcome> waiting = fill(impatient, "q");
    long before = ready("q");
    environment.advance(199);
    assertFalse(waiting.isDone());
    environment.advance(1);
    AmqpException failure = refused(ReplyCode.RESOURCE_ERROR, waiting);
    assertTrue(failure.getMessage().contains("sendTimeout of 200 ms"), failure.getMessage());
    assertTrue(failure.getMessage().contains("(memory)"), failure.getMessage());
    assertEquals(before, ready("q"));
  }

  @Test
  void closingTheChannelEndsTheWait() throws AmqpException {
    queue("q");
    BrokerChannel waiter = otherChannel();
    Ticket<PublishOutcome> waiting = fill(waiter, "q");
    assertFalse(waiting.isDone());
    waiter.close();
    refused(ReplyCode.CHANNEL_ERROR, waiting);
    await(channel.purgeQueue("q"));
    environment.advance(MemoryBudget.RECLAIM_MS);
    assertEquals(0, ready("q"), "what was given up is not published later");
    assertEquals(0, broker.memory().usedBytes());
  }

  @Test
  void aMessageThatNeverFitsIsRefusedAtOnce() throws AmqpException {
    queue("q");
    AmqpMessage huge =
        AmqpMessage.builder().body(new Body.Bytes(new byte[(int) MEMORY_BYTES])).build();
    AmqpException failure = refused(ReplyCode.RESOURCE_ERROR, publish(channel, "q", huge));
    assertTrue(failure.getMessage().contains("(memory)"), failure.getMessage());
    send("q", "small");
  }

  @Test
  void aLargeMessageKeepsNobodyBehindItWaitingForEver() throws AmqpException {
    queue("q");
    fill(channel, "q");
    BrokerChannel large = otherChannel();
    AmqpMessage most =
        AmqpMessage.builder().body(new Body.Bytes(new byte[(int) MEMORY_BYTES - 1_024])).build();
    Ticket<PublishOutcome> first = publish(large, "q", most);
    Ticket<PublishOutcome> behind = publish(otherChannel(), "q", text("behind"));
    assertFalse(first.isDone() || behind.isDone());
    await(otherChannel().purgeQueue("q"));
    environment.advance(MemoryBudget.RECLAIM_MS);
    assertEquals(PublishOutcome.ROUTED, await(first));
    await(otherChannel().purgeQueue("q"));
    environment.advance(MemoryBudget.RECLAIM_MS);
    assertEquals(PublishOutcome.ROUTED, await(behind));
  }

  /** Each channel claims a block ahead: many idle ones must not use the memory up. */
  @Test
  void whatIdleChannelsClaimedIsTakenBack() throws AmqpException {
    queue("q");
    for (int i = 0; i < 1_200; i++) {
      assertEquals(PublishOutcome.ROUTED, await(publish(channel(connection), "q", text("x"))));
    }
    assertEquals(1_200, ready("q"));
  }

  /** A consumer that has settled but does not look again has not been swept yet. */
  @Test
  void whatWasSettledCountsThoughItsConsumerDoesNotLookAgain() throws AmqpException {
    queue("q");
    BrokerChannel consuming = otherChannel();
    Consumer consumer = await(consuming.consume(ConsumeSpec.of("q", 0), () -> {}));
    Ticket<PublishOutcome> waiting = fill(channel, "q");
    List<Delivery> held = new ArrayList<>();
    while (consumer.drain(64, held) > 0) {
      assertFalse(waiting.isDone());
    }
    for (Delivery delivery : held) {
      await(consuming.settle(delivery, Outcome.ACCEPTED, consuming.autoCommit()));
    }
    environment.advance(MemoryBudget.RECLAIM_MS);
    assertEquals(PublishOutcome.ROUTED, await(waiting));
  }

  @Test
  void theTimerThatReclaimsEndsWithTheWaiting() throws AmqpException {
    queue("q");
    fill(channel, "q");
    assertTrue(environment.scheduled() > 0);
    await(otherChannel().purgeQueue("q"));
    environment.advance(2 * MemoryBudget.RECLAIM_MS);
    assertEquals(0, environment.scheduled());
  }

  @Test
  void whoSettledInATransactionIsNotMadeToWait() throws AmqpException {
    queue("q");
    send("q", "in");
    BrokerChannel session = otherChannel();
    Transaction transaction = session.begin();
    await(session.settle(await(session.get("q", "")), Outcome.ACCEPTED, transaction));
    fill(channel, "q");
    Ticket<PublishOutcome> fromReserve =
        session.publish(Route.toQueue("q"), text("out"), transaction);
    assertTrue(fromReserve.isDone());
    assertEquals(PublishOutcome.ROUTED, await(fromReserve));
    await(transaction.commit());
  }

  @Test
  void aPublishThatFailsCostsNoMemory() throws AmqpException {
    queue("q", Map.of("x-max-length", 0, "x-overflow", "reject-publish"));
    Transaction over = channel.begin();
    await(over.commit());
    for (int i = 0; i < 30; i++) {
      refused(ReplyCode.PRECONDITION_FAILED, channel.publish(Route.toQueue("q"), large(), over));
      assertEquals(PublishOutcome.REJECTED, await(publish(channel, "q", large())));
      assertEquals(PublishOutcome.UNROUTED, await(publish(channel, "nowhere", large())));
    }
    channel.close();
    assertEquals(0, broker.memory().usedBytes());
  }

  @Test
  void aTransactionWithWaitingPublishesThatIsOverFailsThem() throws AmqpException {
    queue("q");
    fill(channel, "q");
    BrokerChannel session = otherChannel();
    Transaction transaction = session.begin();
    Ticket<PublishOutcome> waiting = session.publish(Route.toQueue("q"), large(), transaction);
    assertFalse(waiting.isDone());
    await(transaction.rollback());
    await(otherChannel().purgeQueue("q"));
    environment.advance(MemoryBudget.RECLAIM_MS);
    refused(ReplyCode.PRECONDITION_FAILED, waiting);
  }

  /**
   * Memory that one queue's consumer frees lets a publisher of the other go on, on the consumer's
   * thread: under a queue's lock that would end in a deadly embrace.
   */
  @Test
  @Timeout(600)
  void twoQueuesThatFreeForEachOtherNeverLockUp() throws AmqpException, InterruptedException {
    int messages = 20_000;
    Broker real =
        Broker.create(
            BrokerSettings.inMemory(
                URI.create("vm://pressure"), new SystemEnvironment("pressure"), 64 * 1024));
    Channel setup = real.connect(ConnectSpec.anonymous("setup")).await().openChannel().await();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    AtomicLong accepted = new AtomicLong();
    List<Thread> threads = new ArrayList<>();
    for (String queue : List.of("a", "b")) {
      setup.declareQueue(QueueSpec.durable(queue, Map.of())).await();
      for (int i = 0; i < 4; i++) {
        threads.add(thread(failure, () -> produce(real, queue, messages / 4)));
      }
      threads.add(thread(failure, () -> consume(real, queue, messages, accepted)));
    }
    for (Thread thread : threads) {
      awaitEnd(thread, accepted);
    }
    assertNull(failure.get());
    // Not when it is locked up: closing would be, too.
    real.close();
  }

  /** Waits as long as anything is accepted. */
  private static void awaitEnd(Thread thread, AtomicLong accepted) throws InterruptedException {
    long before;
    do {
      before = accepted.get();
      thread.join(20_000);
    } while (thread.isAlive() && accepted.get() > before);
    assertFalse(thread.isAlive(), "locked up");
  }

  private interface Steps {
    void run() throws AmqpException;
  }

  private static Thread thread(AtomicReference<Throwable> failure, Steps steps) {
    Thread thread =
        new Thread(
            () -> {
              try {
                steps.run();
              } catch (AmqpException | AssertionError | RuntimeException e) {
                failure.set(e);
              }
            });
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void produce(Broker at, String queue, int messages) throws AmqpException {
    Channel channel = at.connect(ConnectSpec.anonymous("p")).await().openChannel().await();
    AmqpMessage message = AmqpMessage.builder().body(new Body.Bytes(new byte[900])).build();
    for (int i = 0; i < messages; i++) {
      channel.publish(Route.toQueue(queue), message, channel.autoCommit()).await();
    }
  }

  private static void consume(Broker at, String queue, int messages, AtomicLong all)
      throws AmqpException {
    Channel channel = at.connect(ConnectSpec.anonymous("c")).await().openChannel().await();
    Semaphore signals = new Semaphore(0);
    Consumer consumer = channel.consume(ConsumeSpec.of(queue, 10), signals::release).await();
    List<Delivery> batch = new ArrayList<>();
    for (int accepted = 0; accepted < messages; accepted += batch.size()) {
      batch.clear();
      if (consumer.drain(10, batch) == 0) {
        assertTrue(awaitSignal(signals), "left asleep");
      }
      for (Delivery delivery : batch) {
        channel.settle(delivery, Outcome.ACCEPTED, channel.autoCommit()).await();
        all.incrementAndGet();
      }
    }
  }

  private static boolean awaitSignal(Semaphore signals) {
    try {
      return signals.tryAcquire(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
