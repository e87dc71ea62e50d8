package io.bindery.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Arguments;
import io.bindery.engine.Body;
import io.bindery.engine.Channel;
import io.bindery.engine.ConsumeSpec;
import io.bindery.engine.Consumer;
import io.bindery.engine.Delivery;
import io.bindery.engine.Outcome;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.Route;
import io.bindery.engine.Transaction;
import io.bindery.engine.XaBranches;
import io.bindery.testkit.BrokerLife.Start;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may have been in delivery at a crash is handed out alone, and what kills is found. */
class SuspectsTest extends KilledBrokerTest {
  private static final long MEMORY_BYTES = 8 << 20;
  private static final int LIMIT = 2;
  private static final int MESSAGES = 12;
  private static final long WRITTEN_MS = 10;
  private static final long LONG_MS = 200;

  SuspectsTest() {
    super(MEMORY_BYTES);
  }

  @Override
  void declare() {
    Map<String, Object> arguments =
        Map.of(
            Arguments.DELIVERY_LIMIT,
            LIMIT,
            Arguments.DEAD_LETTER_EXCHANGE,
            "",
            Arguments.DEAD_LETTER_ROUTING_KEY,
            "dead");
    life.await(life.channel().declareQueue(QueueSpec.durable("q", arguments)));
    life.await(life.channel().declareQueue(QueueSpec.durable("dead", Map.of())));
    life.await(life.channel().declareQueue(QueueSpec.durable("other", Map.of())));
  }

  private void publish(String queue, String text) {
    AmqpMessage message =
        AmqpMessage.builder()
            .persistent(true)
            .headers(Map.of("odd", text.endsWith("1") || text.endsWith("3")))
            .body(new Body.Text(text))
            .build();
    life.await(life.channel().publish(Route.toQueue(queue), message, life.channel().autoCommit()));
  }

  private void publish(int count) {
    for (int i = 0; i < count; i++) {
      publish("q", "m" + i);
    }
  }

  /** Messages are delivered, and then the broker is killed. */
  private void killWithAllInDelivery(int count) {
    publish(count);
    List<Delivery> all = new ArrayList<>();
    Consumer consumer = consume(life.channel(), "");
    while (all.size() < count) {
      assertTrue(consumer.drain(count, all) > 0);
    }
    kill();
  }

  private Consumer consume(Channel on, String selector) {
    ConsumeSpec spec = ConsumeSpec.of("q", 0).withSelector(selector);
    return life.await(on.consume(spec, () -> {}));
  }

  private Channel another() {
    return life.await(life.channel().connection().openChannel());
  }

  /** What a consumer gets at a time, once what must be on disk is. */
  private List<Delivery> drained(Consumer consumer) {
    List<Delivery> into = new ArrayList<>();
    for (long ms = 0; ms < LONG_MS && consumer.drain(MESSAGES, into) == 0; ms++) {
      life.advance(1);
    }
    return into;
  }

  private Delivery one(Consumer consumer) {
    List<Delivery> into = drained(consumer);
    assertEquals(1, into.size());
    return into.get(0);
  }

  private void accept(Delivery delivery) {
    Channel channel = life.channel();
    life.await(channel.settle(delivery, Outcome.ACCEPTED, channel.autoCommit()));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4, MESSAGES - 1})
  void whatKillsItsProcessMeetsItsLimit(int which) {
    String killer = "m" + which;
    publish(MESSAGES);
    List<String> seen = new ArrayList<>();
    int kills = 0;
    while (!workedUntilDone(killer, seen)) {
      kills++;
      kill();
    }
    assertEquals(1 + LIMIT + 1, kills, "the first kill names nobody, each of the others it");
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < MESSAGES; i++) {
      expected.add("m" + i);
    }
    expected.remove(killer);
    assertEquals(expected, seen);
    Delivery dead = life.await(life.channel().get("dead", ""));
    assertEquals(killer, text(dead));
    assertNull(life.await(life.channel().get("dead", "")));
  }

  /** False when the process was killed. */
  private boolean workedUntilDone(String killer, List<String> seen) {
    Consumer consumer = consume(life.channel(), "");
    for (List<Delivery> some = drained(consumer); !some.isEmpty(); some = drained(consumer)) {
      for (Delivery each : some) {
        if (text(each).equals(killer)) {
          return false;
        }
        assertEquals(0, each.failureCount(), text(each));
        // What was accepted just before a kill may come again, and says so.
        assertTrue(seen.remove(text(each)) == each.redelivered() || each.redelivered());
        seen.add(text(each));
        accept(each);
      }
    }
    return true;
  }

  @Test
  void theyAreHandedOutOneAtATimeWhoeverConsumes() {
    killWithAllInDelivery(3);
    publish("q", "new");
    Consumer mine = consume(life.channel(), "");
    Channel second = another();
    Consumer others = consume(second, "");
    Delivery first = one(mine);
    assertEquals("m0", text(first));
    assertTrue(first.redelivered());
    assertEquals(List.of(), drained(others), "one is in delivery");
    assertNull(life.await(second.get("q", "")), "nothing comes soon");
    accept(first);
    Delivery next = one(others);
    assertEquals("m1", text(next));
    assertEquals(List.of(), drained(mine));
    life.await(second.settle(next, Outcome.ACCEPTED, second.autoCommit()));
    accept(one(mine));
    Delivery last = one(mine);
    assertEquals("new", text(last));
    assertFalse(last.redelivered());
  }

  @Test
  void whoSettlesInBatchesIsNotStuckAndTheLastIsNamed() {
    killWithAllInDelivery(4);
    Consumer consumer = consume(life.channel(), "");
    for (int i = 0; i < 3; i++) {
      assertEquals("m" + i, text(one(consumer)));
    }
    kill();
    consumer = consume(life.channel(), "");
    int[] failures = {0, 0, 1, 0};
    for (int i = 0; i < 4; i++) {
      Delivery next = one(consumer);
      assertEquals("m" + i, text(next));
      assertEquals(failures[i], next.failureCount());
      accept(next);
    }
  }

  @Test
  void anOrderlyEndLeavesNoneSuspect() {
    killWithAllInDelivery(4);
    life.close();
    life = new BrokerLife(disks = disks.afterKill(), new Start(1, MEMORY_BYTES, life.nowMs()));
    Consumer consumer = consume(life.channel(), "");
    List<Delivery> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      all.addAll(drained(consumer));
    }
    assertEquals(4, all.size(), "nobody waits for another to be settled");
    kill();
    assertEquals(0, one(consume(life.channel(), "")).failureCount(), "and none was named");
  }

  @Test
  void whatNobodySawHasNotFailed() {
    killWithAllInDelivery(2);
    Delivery first = one(consume(life.channel(), ""));
    life.await(life.channel().settle(first, Outcome.RELEASED, life.channel().autoCommit()));
    life.advance(WRITTEN_MS);
    kill();
    assertEquals(0, one(consume(life.channel(), "")).failureCount());
  }

  @Test
  void aCheckpointForgetsNotWhoIsNamed() {
    killWithAllInDelivery(2);
    one(consume(life.channel(), ""));
    for (int i = 0; i < 40; i++) {
      publish("other", "x".repeat(10_000));
    }
    life.advance(LONG_MS);
    kill();
    assertEquals(1, one(consume(life.channel(), "")).failureCount());
  }

  @Test
  void whatIsPromisedWasProcessed() {
    killWithAllInDelivery(2);
    Delivery first = one(consume(life.channel(), ""));
    XaBranches xa = life.channel().connection().xa();
    Transaction branch = life.await(xa.start(BRANCH, XAResource.TMNOFLAGS));
    life.await(life.channel().settle(first, Outcome.ACCEPTED, branch));
    life.await(xa.end(BRANCH, XAResource.TMSUCCESS));
    assertTrue(life.await(xa.prepare(BRANCH)));
    Channel second = another();
    assertEquals("m1", text(one(consume(second, ""))), "nobody waits for the decision");
    kill();
    life.await(life.channel().connection().xa().rollback(BRANCH));
    Delivery again = one(consume(life.channel(), ""));
    assertEquals("m0", text(again));
    assertEquals(1, again.failureCount(), "the rollback alone counts");
  }

  @Test
  void whatIsNamedForSomebodyWhoIsGoneStopsNobody() {
    killWithAllInDelivery(4);
    Consumer odd = consume(another(), "odd = TRUE");
    Consumer even = consume(life.channel(), "odd = FALSE");
    assertEquals(0, odd.drain(1, new ArrayList<>()), "it is named now");
    assertEquals(0, even.drain(1, new ArrayList<>()));
    odd.close();
    assertEquals("m0", text(one(even)));
    life.advance(WRITTEN_MS);
    kill();
    Consumer all = consume(life.channel(), "");
    List<Delivery> seen = new ArrayList<>(List.of(one(all)));
    accept(seen.get(0));
    while (seen.size() < 4) {
      seen.addAll(drained(all));
    }
    for (Delivery each : seen) {
      assertEquals(text(each).equals("m0") ? 1 : 0, each.failureCount(), text(each));
    }
  }

  @Test
  void withoutALimitNothingIsHandedOutAlone() {
    for (int i = 0; i < 3; i++) {
      publish("other", "m" + i);
    }
    ConsumeSpec spec = ConsumeSpec.of("other", 0);
    life.await(life.channel().consume(spec, () -> {})).drain(3, new ArrayList<>());
    kill();
    Consumer first = life.await(life.channel().consume(spec, () -> {}));
    Consumer second = life.await(another().consume(spec, () -> {}));
    assertEquals(1, drained(first).size());
    assertFalse(drained(second).isEmpty());
  }
}
