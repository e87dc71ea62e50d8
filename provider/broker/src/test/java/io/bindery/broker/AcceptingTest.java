package io.bindery.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Channel;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.ConsumeSpec;
import io.bindery.engine.Consumer;
import io.bindery.engine.Delivery;
import io.bindery.engine.Engine;
import io.bindery.engine.Engines;
import io.bindery.engine.Outcome;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.Route;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a consumer with many deliveries in hand pays for each that it accepts. */
class AcceptingTest {
  private static final int PREFETCH = 50_000;
  private static final long MOST_NS = TimeUnit.SECONDS.toNanos(20);

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

  /**
   * It took minutes when each accept looked through all that was in hand; of the processor's time,
   * which does not pass while others have the processor.
   */
  @Test
  void acceptingCostsTheSameHoweverManyAreInHand() throws AmqpException {
    long seed = Long.getLong("bindery.seed", System.nanoTime());
    System.out.println("AcceptingTest: seed " + seed);
    try (Engine broker = Engines.find("vm://accepting?memory=256m")) {
      Channel channel = broker.connect(ConnectSpec.anonymous("-")).await().openChannel().await();
      channel.declareQueue(QueueSpec.durable("q", Map.of())).await();
      for (int i = 0; i < 2 * PREFETCH; i++) {
        channel.publish(Route.toQueue("q"), AmqpMessage.builder().build(), channel.autoCommit());
      }
      acceptAll(channel, new Random(seed), threads.getCurrentThreadCpuTime() + MOST_NS);
      assertEquals(0, broker.observe().queues().get(0).unacknowledged());
    }
  }

  private void acceptAll(Channel channel, Random random, long untilNs) throws AmqpException {
    Consumer consumer = channel.consume(ConsumeSpec.of("q", PREFETCH), () -> {}).await();
    List<Delivery> inHand = new ArrayList<>();
    drain(consumer, inHand);
    assertEquals(PREFETCH, inHand.size());
    Collections.shuffle(inHand, random);
    int accepted = 0;
    while (!inHand.isEmpty()) {
      Delivery next = inHand.remove(inHand.size() - 1);
      channel.settle(next, Outcome.ACCEPTED, channel.autoCommit()).await();
      accepted++;
      assertTrue(threads.getCurrentThreadCpuTime() < untilNs, "it takes too long");
      if (accepted <= PREFETCH) {
        drain(consumer, inHand);
        assertEquals(PREFETCH, inHand.size(), "each is made up for at once");
      }
    }
    assertEquals(2 * PREFETCH, accepted);
  }

  private static void drain(Consumer consumer, List<Delivery> into) {
    int more = 1;
    while (more > 0) {
      more = consumer.drain(64, into);
    }
  }
}
