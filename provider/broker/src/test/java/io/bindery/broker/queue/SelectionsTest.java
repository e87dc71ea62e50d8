package io.bindery.broker.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.broker.Seeds;
import io.bindery.broker.routing.NoLocal;
import io.bindery.broker.store.Store;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import io.bindery.engine.Delivery;
import io.bindery.engine.Outcome;
import io.bindery.engine.selector.Selector;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Many consumers with many selectors on one queue: each gets what trying its selector on each
 * message would give it, in order, and none sleeps while there is something for it.
 */
class SelectionsTest {
  private static final int OPERATIONS = 3_000;
  private static final List<String> SELECTORS =
      List.of(
          "",
          "colour = 'c0'",
          "colour = 'c1'",
          "colour = 'c1' AND size > 2",
          "colour IN ('c1', 'c2')",
          "size = 2",
          "size = 2.0 AND colour = 'c3'",
          "size <> 1",
          "colour LIKE 'c%'",
          "colour = 'none'");

  private final TestEnvironment environment = new TestEnvironment();
  private final List<Known> known = new ArrayList<>();
  private final List<Taker> takers = new ArrayList<>();
  private MessageQueue queue;
  private Random random;
  private int numbers;
  private long places;

  static LongStream seeds() {
    return Seeds.anew(20);
  }

  /** A message as the test knows it. */
  private static final class Known {
    final AmqpMessage message;
    final long place;
    Entry held;

    Known(AmqpMessage message, long place) {
      this.message = message;
      this.place = place;
    }

    String text() {
      return ((Body.Text) message.body()).content();
    }
  }

  /** A consumer that looks when it was signalled. */
  private final class Taker {
    final ConsumerSettings settings;
    final QueueConsumer consumer;
    final List<Known> held = new ArrayList<>();
    boolean signalled;
    boolean paused;

    Taker(ConsumerSettings settings) throws AmqpException {
      this.settings = settings;
      consumer = queue.consume(settings, () -> signalled = true);
    }

    boolean hasCredit() {
      return !paused && (settings.prefetch() == 0 || held.size() < settings.prefetch());
    }

    List<Known> wanted() {
      return known.stream()
          .filter(each -> each.held == null)
          .filter(each -> settings.accepts(TestEnvironment.publication(each.message)))
          .sorted(
              Comparator.comparingInt((Known each) -> -each.message.effectivePriority())
                  .thenComparingLong(each -> each.place))
          .toList();
    }

    int drain(int max) {
      List<Delivery> taken = new ArrayList<>();
      signalled = false;
      consumer.drain(max, taken);
      // Whoever got something looks again.
      signalled |= !taken.isEmpty();
      List<Known> wanted = wanted();
      assertEquals(
          wanted.stream().limit(taken.size()).map(Known::text).toList(),
          taken.stream().map(TestEnvironment::text).toList(),
          settings.selector().text());
      if (taken.isEmpty() && hasCredit()) {
        assertEquals(0, wanted.size(), "who gets nothing leaves nothing");
      }
      for (int i = 0; i < taken.size(); i++) {
        wanted.get(i).held = (Entry) taken.get(i);
        held.add(wanted.get(i));
      }
      return taken.size();
    }

    void settleOne(Outcome outcome) {
      Known settled = held.remove(random.nextInt(held.size()));
      assertTrue(settled.held.settle(outcome));
      settled.held = null;
      if (outcome == Outcome.ACCEPTED) {
        known.remove(settled);
      }
    }

    void close() {
      consumer.close();
      queue.giveBack(List.of(), queue.heldBy(consumer));
      held.forEach(each -> each.held = null);
      takers.remove(this);
    }
  }

  private static ConsumerSettings settings(String selector, int prefetch, NoLocal noLocal)
      throws AmqpException {
    return new ConsumerSettings(
        "tag", prefetch, false, Selector.parse(selector), noLocal, 0, "owner");
  }

  private void offer(Map<String, Object> headers, int priority) {
    AmqpMessage message =
        AmqpMessage.builder()
            .body(new Body.Text("m" + numbers++))
            .headers(headers)
            .priority(priority)
            .build();
    assertTrue(queue.offer(TestEnvironment.publication(message), environment.nowMs(), new Wakes()));
    known.add(new Known(message, places++));
  }

  private void offerOne() {
    offer(
        Map.of("colour", "c" + random.nextInt(5), "size", random.nextInt(4)),
        random.nextInt(3) == 0 ? random.nextInt(10) : 4);
  }

  private void join() throws AmqpException {
    NoLocal noLocal =
        random.nextInt(12) == 0 ? new NoLocal(random.nextBoolean() ? "connection" : "x", "") : null;
    takers.add(
        new Taker(
            settings(SELECTORS.get(random.nextInt(SELECTORS.size())), random.nextInt(4), noLocal)));
  }

  private void operate(int dice) throws AmqpException {
    if (dice < 40) {
      offerOne();
    } else if (dice < 44 && takers.size() < 30) {
      join();
    } else if (!takers.isEmpty()) {
      Taker taker = takers.get(random.nextInt(takers.size()));
      if (dice < 70) {
        taker.drain(1 + random.nextInt(5));
      } else if (dice < 90) {
        if (!taker.held.isEmpty()) {
          int which = random.nextInt(4);
          taker.settleOne(
              which == 0 ? Outcome.RELEASED : which == 1 ? Outcome.FAILED : Outcome.ACCEPTED);
        }
      } else if (dice < 93) {
        taker.close();
      } else if (dice < 96) {
        taker.paused = !taker.paused;
        taker.consumer.pause(taker.paused);
      } else {
        environment.advance(random.nextInt(12));
      }
    }
  }

  /** Everybody who is signalled drains and accepts, until nothing happens any more. */
  private void settle() {
    int idleRounds = 0;
    while (idleRounds < 40) {
      boolean worked = false;
      for (Taker taker : takers) {
        while (!taker.held.isEmpty()) {
          taker.settleOne(Outcome.ACCEPTED);
        }
        worked |= taker.signalled && taker.drain(64) > 0;
      }
      idleRounds = worked ? 0 : idleRounds + 1;
      environment.advance(1);
    }
    for (Taker taker : takers) {
      if (taker.hasCredit()) {
        assertEquals(
            List.of(),
            taker.wanted().stream().map(Known::text).toList(),
            "left for one that was not signalled: " + taker.settings.selector().text());
      }
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void eachGetsWhatItsSelectorMatches(long seed) throws AmqpException {
    random = new Random(seed);
    System.getLogger("seeds")
        .log(System.Logger.Level.INFO, "selections: seed {0}", Long.toString(seed));
    environment.excessBytes = 1;
    queue = environment.queue(random.nextBoolean() ? new MapStore() : Store.NONE, Map.of());
    for (int i = 0; i < OPERATIONS; i++) {
      operate(random.nextInt(100));
      if (i % 300 == 299) {
        settle();
      }
    }
    settle();
    assertEquals(known.stream().filter(each -> each.held == null).count(), queue.readyCount());
  }

  /** A selector has no room for all that waits for it, and still gets all. */
  @Test
  void moreThanHasRoomWaits() throws AmqpException {
    random = new Random(1);
    environment.excessBytes = 1;
    queue = environment.queue(new MapStore(), Map.of());
    Taker slow = new Taker(settings("colour = 'slow'", 0, null));
    Taker quick = new Taker(settings("colour = 'quick'", 0, null));
    int count = Selections.MOST_PLACES + 20_000;
    for (int i = 0; i < count; i++) {
      String colour = i % 1_000 == 0 ? "quick" : "slow";
      AmqpMessage message =
          AmqpMessage.builder()
              .body(new Body.Text("m" + i))
              .headers(Map.of("colour", colour))
              .build();
      queue.offer(TestEnvironment.publication(message), 0, new Wakes());
    }
    assertEquals(count / 1_000 + 1, drainAll(quick));
    assertFalse(queue.readyCount() == 0);
    assertEquals(count - count / 1_000 - 1, drainAll(slow));
    assertEquals(0, queue.readyCount());
  }

  /** Drains and accepts everything; in order. */
  private int drainAll(Taker taker) {
    List<Delivery> batch = new ArrayList<>();
    int sum = 0;
    long last = 0;
    while (taker.consumer.drain(64, batch) > 0) {
      for (Delivery each : batch) {
        assertTrue(each.sequence() > last);
        last = each.sequence();
        assertTrue(((Entry) each).settle(Outcome.ACCEPTED));
      }
      sum += batch.size();
      batch.clear();
    }
    return sum;
  }

  /** A message among very many that do not match is found, also by one that comes late. */
  @Test
  void aLateConsumerFindsItsMessageBehindManyOthers() throws AmqpException {
    random = new Random(1);
    environment.excessBytes = 1;
    queue = environment.queue(new MapStore(), Map.of());
    for (int i = 0; i < 50_000; i++) {
      offer(Map.of("colour", i == 45_000 ? "rare" : "usual"), 4);
    }
    known.removeIf(each -> each.place != 45_000);
    Taker late = new Taker(settings("colour = 'rare'", 0, null));
    assertTrue(late.signalled);
    assertEquals(1, late.drain(10));
    assertEquals(0, late.drain(10));
    assertEquals(49_999, queue.readyCount());
  }
}
