package io.bindery.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import io.bindery.engine.Browser;
import io.bindery.engine.ConsumeSpec;
import io.bindery.engine.Consumer;
import io.bindery.engine.Delivery;
import io.bindery.engine.Outcome;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.Route;
import io.bindery.engine.Ticket;
import io.bindery.engine.Transaction;
import io.bindery.engine.XaBranches;
import io.bindery.testkit.BrokerLife.Start;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What says after a crash that it may have been delivered: all that was, and little more. */
class DeliveryMarksTest {
  private static final long MEMORY_BYTES = 64 << 20;
  private static final int SEGMENT_BYTES = 1 << 20;
  private static final int AHEAD = 1_024;
  private static final int BACKLOG = 3_000;
  private static final int BATCH = 64;
  private static final int DRAINS_A_SYNC = 8;
  private static final long WRITTEN_MS = 10;
  private static final long SOON_MS = 200;
  private static final long DELAY_MS = 65_000;

  private Disks disks = Disks.empty(1, Set.of());
  private BrokerLife life;

  @BeforeEach
  void declare() {
    life =
        new BrokerLife(
            disks, new Start(1, MEMORY_BYTES, SteppedEnvironment.START_MS), SEGMENT_BYTES);
    life.await(life.channel().declareQueue(QueueSpec.durable("q", Map.of())));
    life.await(life.channel().declareQueue(QueueSpec.durable("other", Map.of())));
  }

  private void kill() {
    disks = disks.afterKill();
    life = new BrokerLife(disks, new Start(1, MEMORY_BYTES, life.nowMs()), SEGMENT_BYTES);
  }

  private static AmqpMessage message(int number) {
    return AmqpMessage.builder()
        .persistent(true)
        .headers(Map.of("number", number))
        .body(new Body.Text("m" + number))
        .build();
  }

  private Ticket<PublishOutcome> publish(AmqpMessage message) {
    return life.channel().publish(Route.toQueue("q"), message, life.channel().autoCommit());
  }

  /** All at once, so that many are on their way to the disk together. */
  private void publish(int from, int to) {
    List<Ticket<PublishOutcome>> tickets = new ArrayList<>();
    for (int i = from; i < to; i++) {
      tickets.add(publish(message(i)));
    }
    tickets.forEach(life::await);
  }

  private Consumer consume(String selector) {
    return life.await(
        life.channel().consume(ConsumeSpec.of("q", 0).withSelector(selector), () -> {}));
  }

  /** The numbers of those that say so. */
  private Set<Integer> redelivered() {
    Set<Integer> numbers = new HashSet<>();
    List<Delivery> seen = new ArrayList<>();
    try (Browser browser = life.await(life.channel().browse("q", ""))) {
      while (browser.next(1_000, seen) > 0) {
        assertTrue(seen.size() <= 10 * BACKLOG);
      }
    }
    seen.stream().filter(Delivery::redelivered).forEach(each -> numbers.add(number(each)));
    return numbers;
  }

  private static int number(Delivery delivery) {
    return (Integer) delivery.message().headers().get("number");
  }

  private List<Delivery> taken(Consumer consumer, int count) {
    List<Delivery> into = new ArrayList<>();
    for (int ms = 0; into.size() < count; ms++) {
      assertTrue(ms < SOON_MS * 10, "no more come");
      if (consumer.drain(Math.min(BATCH, count - into.size()), into) == 0) {
        life.advance(1);
      }
    }
    return into;
  }

  private void accept(List<Delivery> deliveries) {
    for (Delivery each : deliveries) {
      life.channel().settle(each, Outcome.ACCEPTED, life.channel().autoCommit());
    }
  }

  private void checkpoint() {
    for (int i = 0; i < 20; i++) {
      AmqpMessage filler = message(i).toBuilder().body(new Body.Text("x".repeat(80_000))).build();
      life.await(
          life.channel().publish(Route.toQueue("other"), filler, life.channel().autoCommit()));
    }
    life.advance(SOON_MS);
  }

  @Test
  void whatNobodyTookIsMarkedToABound() {
    publish(0, BACKLOG);
    kill();
    assertTrue(redelivered().size() <= AHEAD, "marked: " + redelivered().size());
  }

  @Test
  void eachLaneHasItsOwnBound() {
    for (int i = 0; i < BACKLOG; i++) {
      publish(message(i).toBuilder().priority(i % 3 * 3).build());
    }
    life.advance(SOON_MS);
    List<Delivery> held = taken(consume(""), 10);
    kill();
    Set<Integer> marked = redelivered();
    held.forEach(each -> assertTrue(marked.contains(number(each))));
    for (int lane = 0; lane < 3; lane++) {
      int rest = lane;
      long count = marked.stream().filter(number -> number % 3 == rest).count();
      assertTrue(count <= AHEAD + 10, "marked: " + count);
    }
  }

  @Test
  void whatIsNotYetDueWasNotDelivered() {
    long dueMs = life.nowMs() + DELAY_MS;
    for (int i = 0; i < BACKLOG; i++) {
      publish(message(i).toBuilder().deliverAtMs(dueMs).build());
    }
    publish(BACKLOG, BACKLOG + 10);
    taken(consume(""), 10);
    kill();
    life.advance(DELAY_MS + SOON_MS);
    assertEquals(10, redelivered().size());
    kill();
    life.advance(DELAY_MS + SOON_MS);
    assertTrue(redelivered().size() <= 10 + AHEAD, "marked: " + redelivered().size());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 500, 1_500, 2_900})
  void whatWasDeliveredIsMarkedAndABoundMore(int count) {
    publish(0, BACKLOG);
    List<Delivery> delivered = taken(consume(""), count);
    List<Delivery> accepted = delivered.subList(0, count / 2);
    accept(accepted);
    life.advance(WRITTEN_MS);
    kill();
    Set<Integer> marked = redelivered();
    for (int i = count / 2; i < count; i++) {
      assertTrue(marked.contains(i), i + " was delivered");
    }
    assertTrue(marked.size() <= count - count / 2 + AHEAD, "marked: " + marked.size());
  }

  @Test
  void aDrainNeverWaitsForAMark() {
    publish(0, BACKLOG);
    kill();
    Consumer consumer = consume("");
    taken(consumer, 1);
    life.settle();
    int left = BACKLOG - 1;
    List<Delivery> into = new ArrayList<>();
    for (int turn = 1; consumer.drain(BATCH, into) > 0; turn++) {
      left -= into.size();
      accept(into);
      into.clear();
      if (turn % DRAINS_A_SYNC == 0) {
        life.settle();
      }
    }
    assertEquals(0, left, "it had to wait");
  }

  @Test
  void outOfOrderAllAreMarkedUntilACheckpointWithoutSuchAConsumer() {
    publish(0, BACKLOG);
    Consumer odd = consume("number > 2000");
    List<Delivery> held = taken(odd, 1);
    kill();
    assertEquals(BACKLOG, redelivered().size(), "nobody knows which");
    assertEquals(2_001, number(held.get(0)));
  }

  @Test
  void aCheckpointWithSuchAConsumerChangesNothing() {
    publish(0, BACKLOG);
    taken(consume("number > 2000"), 1);
    checkpoint();
    kill();
    assertEquals(BACKLOG, redelivered().size());
  }

  @Test
  void aCheckpointWithoutSuchAConsumerLowersTheMarks() {
    publish(0, BACKLOG);
    Consumer odd = consume("number > 2000");
    List<Delivery> held = taken(odd, 2);
    accept(held.subList(0, 1));
    odd.close();
    checkpoint();
    kill();
    Set<Integer> marked = redelivered();
    assertTrue(marked.contains(number(held.get(1))), "it is in delivery");
    assertTrue(marked.size() <= 2_002, "marked: " + marked.size());
  }

  @Test
  void afterThatMarksRiseAsBefore() {
    publish(0, BACKLOG);
    Consumer odd = consume("number > 2000");
    accept(taken(odd, 1));
    odd.close();
    checkpoint();
    List<Delivery> held = taken(consume(""), 1_500);
    kill();
    Set<Integer> marked = redelivered();
    held.forEach(each -> assertTrue(marked.contains(number(each))));
    assertTrue(marked.size() <= 1_500 + AHEAD, "marked: " + marked.size());
  }

  /** Its own record, which would say so too, is before the checkpoint. */
  @Test
  void whatABranchHadPreparedWhenMarksWereLoweredIsMarkedOnceItIsTaken() {
    publish(0, BACKLOG);
    Consumer odd = consume("number > 2000");
    accept(taken(odd, 1));
    odd.close();
    life.await(life.channel().purgeQueue("q"));
    XaBranches xa = life.channel().connection().xa();
    Transaction branch = life.await(xa.start(KilledBrokerTest.BRANCH, XAResource.TMNOFLAGS));
    life.await(life.channel().publish(Route.toQueue("q"), message(BACKLOG), branch));
    life.await(xa.end(KilledBrokerTest.BRANCH, XAResource.TMSUCCESS));
    life.await(xa.prepare(KilledBrokerTest.BRANCH));
    checkpoint();
    life.await(xa.commit(KilledBrokerTest.BRANCH, false));
    taken(consume(""), 1);
    kill();
    assertEquals(Set.of(BACKLOG), redelivered());
  }
}
