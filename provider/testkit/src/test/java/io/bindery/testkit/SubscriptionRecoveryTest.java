package io.bindery.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.Arguments;
import io.bindery.engine.Route;
import io.bindery.engine.Subscription;
import io.bindery.engine.Subscription.Outcome;
import io.bindery.engine.SubscriptionSpec;
import io.bindery.engine.SubscriptionSpec.Kind;
import io.bindery.testkit.BrokerLife.OverException;
import io.bindery.testkit.BrokerLife.Start;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A durable subscription that is made or changed while the power fails is so or is not. */
class SubscriptionRecoveryTest {
  private static final Start START = new Start(1, 8 << 20, SteppedEnvironment.START_MS);
  private static final int SEEDS = Integer.getInteger("crash.seeds", 40);

  private static SubscriptionSpec spec(String key) {
    Route topic = new Route(Arguments.TOPIC_EXCHANGE, key, false);
    return new SubscriptionSpec(Kind.SHARED_DURABLE, "", "s", topic, "kind = 1", false);
  }

  private static Outcome subscribe(BrokerLife life, String key) {
    try (Subscription subscription = life.await(life.channel().subscribe(spec(key)))) {
      return subscription.outcome();
    }
  }

  /** With a subscription before, the outcome tells that it is the old or the new one. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void isThereAsAWholeOrNotAtAll(boolean isThereBefore) {
    int cut = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      Disks disks = Disks.empty(seed, Set.of());
      BrokerLife life = new BrokerLife(disks, START);
      if (isThereBefore) {
        assertEquals(Outcome.CREATED, subscribe(life, "before"));
      }
      disks.journal().crashAt(disks.journal().steps() + 1);
      try {
        subscribe(life, "after");
      } catch (OverException e) {
        cut++;
      }
      BrokerLife next = new BrokerLife(disks.afterCrash(), START);
      int queues = next.observe().queues().size();
      assertEquals(queues, next.observe().bindings().size(), "seed " + seed);
      Outcome outcome = subscribe(next, "after");
      Outcome ifNot = isThereBefore ? Outcome.REPLACED : Outcome.CREATED;
      assertTrue(outcome == Outcome.ATTACHED || outcome == ifNot, "seed " + seed + ": " + outcome);
      assertEquals(outcome != Outcome.CREATED, queues == 1, "seed " + seed + ": " + outcome);
    }
    assertEquals(SEEDS, cut);
  }
}
