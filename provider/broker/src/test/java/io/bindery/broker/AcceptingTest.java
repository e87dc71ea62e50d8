package io.bindery.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a consumer with many deliveries in hand pays for each that it accepts. */
class AcceptingTest {
  private static final int PREFETCH = 50_000;

  /** It took minutes when each accept looked through all that was in hand. */
  @Test
  @Timeout(20)
  void acceptingCostsTheSameHoweverManyAreInHand() throws AmqpException {
    long seed = System.nanoTime();
    System.out.println("AcceptingTest: seed " + seed);
    try (Engine broker = Engines.find("vm://accepting?memory=256m")) {
      Channel channel = broker.connect(ConnectSpec.anonymous("-")).await().openChannel().await();
      channel.declareQueue(QueueSpec.durable("q", Map.of())).await();
      for (int i = 0; i < 2 * PREFETCH; i++) {
        channel.publish(Route.toQueue("q"), AmqpMessage.builder().build(), channel.autoCommit());
      }
      acceptAll(channel, new Random(seed));
      assertEquals(0, broker.observe().queues().get(0).unacknowledged());
    }
  }

  private static void acceptAll(Channel channel, Random random) throws AmqpException {
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
