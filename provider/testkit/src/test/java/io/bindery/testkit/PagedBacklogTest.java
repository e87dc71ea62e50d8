package io.bindery.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.broker.journal.JournalException;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import io.bindery.engine.ConsumeSpec;
import io.bindery.engine.Consumer;
import io.bindery.engine.Delivery;
import io.bindery.engine.Outcome;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.Ticket;
import io.bindery.testkit.SparseLife.Disks;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What can be done with a backlog that is on disk, in less memory than a fiftieth of its messages
 * take: a publisher would wait for ever if any of it stayed in memory.
 */
class PagedBacklogTest {
  private static final int MESSAGES = 25_000;
  private static final long MEMORY_BYTES = 128 << 10;
  private static final int PADDING = 100;
  private static final int TTL_MS = 300_000;
  private static final int CRASHES = 6;
  private static final int STEPS_BETWEEN_CRASHES = 500;

  private Disks disks = new Disks(5);
  private SparseLife life;

  private void start(Map<String, Object> arguments) throws AmqpException, JournalException {
    life = new SparseLife(disks, 1, MEMORY_BYTES);
    life.await(life.channel.declareQueue(QueueSpec.durable("q", arguments)));
    life.queue("probe");
  }

  private void fill(IntFunction<AmqpMessage> messages) throws AmqpException {
    Deque<Ticket<PublishOutcome>> open = new ArrayDeque<>();
    for (int i = 0; i < MESSAGES; i++) {
      open.add(life.publish("q", messages.apply(i)));
      if (open.size() == 50) {
        life.await(open.remove());
      }
    }
    while (!open.isEmpty()) {
      assertEquals(PublishOutcome.ROUTED, life.await(open.remove()));
    }
  }

  private static AmqpMessage plain(int id) {
    return SparseLife.message(id, true, PADDING);
  }

  /** Most of the memory is free, or can be. */
  private void assertRoom() throws AmqpException {
    AmqpMessage large =
        AmqpMessage.builder().body(new Body.Bytes(new byte[(int) MEMORY_BYTES / 4 * 3])).build();
    assertEquals(PublishOutcome.ROUTED, life.await(life.publish("probe", large)));
    life.await(life.channel.purgeQueue("probe"));
  }

  private static List<Integer> all() {
    return IntStream.range(0, MESSAGES).boxed().toList();
  }

  /** Takes all that a consumer gets, in batches. */
  private List<Integer> drain(String selector) throws AmqpException {
    return drain(selector, Outcome.ACCEPTED);
  }

  /** Settles all that a consumer gets, in batches. */
  private List<Integer> drain(String selector, Outcome outcome) throws AmqpException {
    List<Integer> ids = new ArrayList<>();
    ConsumeSpec spec = new ConsumeSpec("q", "", 0, false, selector, false, Map.of(), false);
    try (Consumer consumer = life.await(life.channel.consume(spec, () -> {}))) {
      List<Delivery> batch = new ArrayList<>();
      for (int idle = 0; idle < 20; idle++) {
        while (consumer.drain(64, batch) > 0) {
          idle = 0;
          for (Delivery each : batch) {
            ids.add(SparseLife.id(each));
            life.await(life.channel.settle(each, outcome, life.channel.autoCommit()));
          }
          batch.clear();
          life.environment.settle();
        }
        life.environment.advance(1);
      }
    }
    return ids;
  }

  @Test
  void itIsBrowsedAndDrainedInOrder() throws AmqpException, JournalException {
    start(Map.of());
    fill(PagedBacklogTest::plain);
    assertRoom();
    assertEquals(all(), life.ids("q"));
    assertRoom();
    life.close();
    start(Map.of());
    assertEquals(all(), drain(""));
    assertNull(life.take("q"));
    assertRoom();
    long used = disks.usedBytes();
    assertTrue(used < 40 * SparseLife.SEGMENT_BYTES, "what was drained is free: " + used);
  }

  @Test
  void prioritiesStayWhatTheyAre() throws AmqpException, JournalException {
    start(Map.of("x-max-priority", 9));
    fill(id -> plain(id).toBuilder().priority(id % 3).build());
    assertRoom();
    List<Integer> expected = new ArrayList<>();
    for (int priority = 2; priority >= 0; priority--) {
      int wanted = priority;
      expected.addAll(all().stream().filter(id -> id % 3 == wanted).toList());
    }
    assertEquals(expected, life.ids("q"));
    assertEquals(expected, drain(""));
  }

  @Test
  void selectorsFindTheirs() throws AmqpException, JournalException {
    start(Map.of());
    fill(id -> plain(id).toBuilder().headers(Map.of("n", id % 1_000)).build());
    List<Integer> sevens = all().stream().filter(id -> id % 1_000 == 7).toList();
    assertEquals(sevens, drain("n = 7"));
    assertRoom();
    assertEquals(8, SparseLife.id(life.await(life.channel.get("q", "n = 8"))));
    List<Integer> rest = all().stream().filter(id -> id % 1_000 != 7 && id != 8).toList();
    assertEquals(rest, drain(""));
  }

  @Test
  void itIsPurged() throws AmqpException, JournalException {
    start(Map.of());
    fill(PagedBacklogTest::plain);
    assertEquals(MESSAGES, life.await(life.channel.purgeQueue("q")));
    assertRoom();
    life.environment.advance(500);
    disks = disks.afterCrash();
    start(Map.of());
    assertNull(life.take("q"));
  }

  private void startDying(Map<String, Object> arguments) throws AmqpException, JournalException {
    Map<String, Object> all = new HashMap<>(arguments);
    all.put("x-dead-letter-exchange", "");
    all.put("x-dead-letter-routing-key", "dead");
    start(all);
    life.queue("dead");
  }

  /** The dead letters are so many of the first, whole, and say where they died and why. */
  private void assertDead(int count, String reason) throws AmqpException {
    List<Delivery> dead = life.browse("dead");
    assertEquals(all().subList(0, count), dead.stream().map(SparseLife::id).toList());
    for (Delivery each : dead) {
      AmqpMessage message = each.message();
      assertEquals(plain(SparseLife.id(each)).body(), message.body());
      Map<String, Object> headers = message.headers();
      Map<?, ?> death = (Map<?, ?>) ((List<?>) headers.get("x-death")).get(0);
      assertEquals("q", death.get("queue"));
      assertEquals(reason, death.get("reason"));
      assertEquals(1L, death.get("count"));
      assertEquals(List.of("q"), death.get("routing-keys"));
      assertEquals("q", headers.get("x-first-death-queue"));
      assertEquals(reason, headers.get("x-last-death-reason"));
    }
  }

  @Test
  void itExpiresInOrder() throws AmqpException, JournalException {
    Map<String, Object> arguments = Map.of("x-message-ttl", TTL_MS);
    startDying(arguments);
    fill(PagedBacklogTest::plain);
    assertRoom();
    assertEquals(all(), life.ids("q"));
    life.environment.advance(TTL_MS + 5_000);
    assertNull(life.take("q"));
    assertDead(MESSAGES, "expired");
    assertRoom();
    life.close();
    startDying(arguments);
    assertNull(life.take("q"));
    assertDead(MESSAGES, "expired");
    assertRoom();
  }

  /** None of it has been in the memory of that broker. */
  @Test
  void itExpiresWithTheNextBroker() throws AmqpException, JournalException {
    Map<String, Object> arguments = Map.of("x-message-ttl", TTL_MS);
    startDying(arguments);
    fill(PagedBacklogTest::plain);
    life.close();
    startDying(arguments);
    life.environment.advance(TTL_MS + 60_000);
    assertNull(life.take("q"));
    assertDead(MESSAGES, "expired");
    assertRoom();
  }

  /** The power fails after so many steps on the disk, or as soon as all has been rejected. */
  private void rejectUntilCrash(int steps) throws JournalException {
    disks.journal().crashAt(disks.journal().steps() + steps);
    try {
      drain("", Outcome.REJECTED);
    } catch (AmqpException e) {
      assertTrue(disks.journal().hasCrashed(), e::toString);
    }
    disks = disks.afterCrash();
  }

  /** Each is a dead letter or still there, also where power fails between. */
  @Test
  void itIsRejectedInOrder() throws AmqpException, JournalException {
    startDying(Map.of());
    fill(PagedBacklogTest::plain);
    assertRoom();
    int dead = 0;
    for (int crash = 1; crash <= CRASHES; crash++) {
      rejectUntilCrash(STEPS_BETWEEN_CRASHES * crash + crash);
      startDying(Map.of());
      int before = dead;
      dead = life.ids("dead").size();
      assertTrue(dead > before, "nothing was rejected");
      assertDead(dead, "rejected");
      assertEquals(all().subList(dead, MESSAGES), life.ids("q"));
    }
    assertEquals(all().subList(dead, MESSAGES), drain("", Outcome.REJECTED));
    assertNull(life.take("q"));
    assertDead(MESSAGES, "rejected");
    assertRoom();
    life.close();
    startDying(Map.of());
    assertNull(life.take("q"));
    assertDead(MESSAGES, "rejected");
  }
}
