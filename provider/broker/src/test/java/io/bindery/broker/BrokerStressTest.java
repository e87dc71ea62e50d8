package io.bindery.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import io.bindery.engine.QueueSpec;
import io.bindery.engine.Route;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Many threads on one queue: each message once, whatever happens to it, and nobody is left asleep.
 */
class BrokerStressTest {
  private static final int MESSAGES = 40_000;

  private final Broker broker;
  private final AtomicIntegerArray accepted = new AtomicIntegerArray(MESSAGES);
  private final AtomicLong left = new AtomicLong(MESSAGES);

  BrokerStressTest() throws AmqpException {
    broker =
        Broker.create(
            BrokerSettings.inMemory(
                URI.create("vm://stress"), new SystemEnvironment("stress"), 512 * 1024));
  }

  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  @AfterEach
  void close() {
    broker.close();
  }

  private Channel channel() throws AmqpException {
    return broker.connect(ConnectSpec.anonymous("stress")).await().openChannel().await();
  }

  private Thread started(String name, Steps steps) {
    Thread thread =
        new Thread(
            () -> {
              try {
                steps.run();
              } catch (AmqpException | InterruptedException | AssertionError e) {
                failure.compareAndSet(null, e);
                left.set(0);
                broker.close();
              }
            },
            name);
    thread.start();
    return thread;
  }

  private interface Steps {
    void run() throws AmqpException, InterruptedException;
  }

  /** Memory is short here, so publishers wait and are let go again and again. */
  private void produce(int from, int to) throws AmqpException {
    Channel channel = channel();
    Route route = Route.toQueue("q");
    for (int i = from; i < to; i++) {
      AmqpMessage message =
          AmqpMessage.builder().body(new Body.Text("m")).headers(Map.of("n", i)).build();
      channel.publish(route, message, channel.autoCommit()).await();
    }
  }

  private void consume(int prefetch, long seed) throws AmqpException, InterruptedException {
    Random random = new Random(seed);
    Channel channel = channel();
    Semaphore signals = new Semaphore(0);
    Consumer consumer = channel.consume(ConsumeSpec.of("q", prefetch), signals::release).await();
    List<Delivery> batch = new ArrayList<>();
    while (left.get() > 0) {
      batch.clear();
      if (consumer.drain(64, batch) == 0) {
        awaitSignal(signals);
      }
      for (Delivery delivery : batch) {
        settle(channel, delivery, random.nextInt(20));
      }
    }
    // Whoever still sleeps is to see that all is done.
    signals.release();
  }

  /** Sleeps as long as others go on: who sleeps when nobody does anything was forgotten. */
  private void awaitSignal(Semaphore signals) throws InterruptedException {
    long before;
    do {
      before = left.get();
      if (signals.tryAcquire(10, TimeUnit.SECONDS)) {
        signals.drainPermits();
        return;
      }
    } while (left.get() < before);
    assertTrue(left.get() <= 0, "a consumer was left asleep with " + left + " to go");
  }

  private void settle(Channel channel, Delivery delivery, int dice) throws AmqpException {
    if (dice == 0) {
      channel.settle(delivery, Outcome.FAILED, channel.autoCommit()).await();
    } else if (dice == 1) {
      channel.giveBack(List.of(), List.of(delivery)).await();
    } else {
      accepted.incrementAndGet((Integer) delivery.message().headers().get("n"));
      channel.settle(delivery, Outcome.ACCEPTED, channel.autoCommit()).await();
      if (left.decrementAndGet() == 0) {
        broker
            .connect(ConnectSpec.anonymous("end"))
            .await()
            .openChannel()
            .await()
            .deleteQueue("q", false, false);
      }
    }
  }

  @ParameterizedTest(name = "{0} producers, {1} consumers, prefetch {2}")
  @CsvSource({"1, 1, 0", "4, 1, 1", "1, 4, 0", "4, 4, 10", "2, 8, 1", "8, 2, 100"})
  @Timeout(600)
  void eachMessageIsAcceptedOnce(int producers, int consumers, int prefetch)
      throws AmqpException, InterruptedException {
    long seed = Long.getLong("bindery.seed", new Random().nextLong());
    System.getLogger("seeds")
        .log(System.Logger.Level.INFO, "queue stress: seed {0}", Long.toString(seed));
    channel().declareQueue(QueueSpec.durable("q", Map.of())).await();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < consumers; i++) {
      long own = seed + i;
      threads.add(started("consumer-" + i, () -> consume(prefetch, own)));
    }
    int share = MESSAGES / producers;
    for (int i = 0; i < producers; i++) {
      int from = i * share;
      threads.add(started("producer-" + i, () -> produce(from, from + share)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertNull(failure.get(), () -> "seed " + seed + ": " + failure.get());
    for (int i = 0; i < MESSAGES; i++) {
      assertEquals(1, accepted.get(i), "message " + i + ", seed " + seed);
    }
  }

  @Test
  void aFreshBrokerHoldsNoMemory() {
    assertEquals(0, broker.memory().usedBytes());
  }
}
