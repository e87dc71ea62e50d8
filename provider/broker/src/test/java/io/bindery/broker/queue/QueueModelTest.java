package io.bindery.broker.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.broker.Seeds;
import io.bindery.broker.routing.Publication;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import io.bindery.engine.Outcome;
import io.bindery.engine.selector.Selector;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random operations on a queue against a plain list, with pages that are evicted and without. */
class QueueModelTest {
  private static final int OPERATIONS = 4_000;

  static LongStream seeds() {
    return Seeds.anew(12);
  }

  /** A message as the model knows it. */
  private static final class Known {
    final String text;
    final int priority;
    final boolean even;
    final long expiresAtMs;
    long dueMs;
    long place;
    int failures;
    Entry held;

    Known(String text, int priority, long expiresAtMs) {
      this.text = text;
      this.priority = priority;
      this.even = priority % 2 == 0;
      this.expiresAtMs = expiresAtMs;
    }
  }

  private final TestEnvironment environment = new TestEnvironment();
  private final List<Known> known = new ArrayList<>();
  private final List<Known> reservedKnown = new ArrayList<>();
  private final List<Entry> reserved = new ArrayList<>();
  private Random random;
  private MessageQueue queue;
  private QueueConsumer plain;
  private QueueConsumer picky;
  private long places;
  private int number;

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void theQueueDoesWhatAListDoes(long seed) throws AmqpException {
    random = new Random(seed);
    System.getLogger("seeds")
        .log(System.Logger.Level.INFO, "queue model: seed {0}", Long.toString(seed));
    environment.excessBytes = 1;
    queue =
        environment.queue(
            random.nextBoolean() ? new MapStore() : io.bindery.broker.store.Store.NONE, Map.of());
    plain = queue.consume(settings(Selector.ALL), () -> {});
    picky = queue.consume(settings(Selector.parse("even = TRUE")), () -> {});
    for (int i = 0; i < OPERATIONS; i++) {
      operate(random.nextInt(100));
      if (i % 50 == 0) {
        compare();
      }
    }
    compare();
    drainAll();
    assertEquals(0, environment.usedBytes.get() + live(), "what is gone is no longer charged");
  }

  private long live() {
    // The test's publications are charged nowhere, so each that is freed counts below zero.
    return freedBytes;
  }

  private long freedBytes;

  private ConsumerSettings settings(Selector selector) {
    return new ConsumerSettings("tag", 0, false, selector, null, 0, this);
  }

  private void operate(int dice) {
    if (dice < 35) {
      offer();
    } else if (dice < 40) {
      reserve();
    } else if (dice < 45) {
      decide();
    } else if (dice < 60) {
      take(plain, message -> true);
    } else if (dice < 70) {
      take(picky, message -> message.even);
    } else if (dice < 95) {
      settle();
    } else if (dice < 99) {
      advance(random.nextInt(40));
    } else {
      browse();
    }
  }

  private Publication publication(Known message) {
    AmqpMessage built =
        AmqpMessage.builder()
            .body(new Body.Text(message.text))
            .headers(Map.of("even", message.even))
            .priority(message.priority)
            .expiresAtMs(message.expiresAtMs)
            .deliverAtMs(message.dueMs)
            .build();
    freedBytes += built.sizeBytes();
    return TestEnvironment.publication(built);
  }

  private Known message() {
    long now = environment.nowMs();
    Known message =
        new Known(
            "m" + number++,
            random.nextInt(10),
            random.nextInt(5) == 0 ? now + 1 + random.nextInt(100) : 0);
    message.dueMs = random.nextInt(8) == 0 ? now + 1 + random.nextInt(60) : 0;
    return message;
  }

  private void offer() {
    Known message = message();
    assertTrue(queue.offer(publication(message), environment.nowMs(), new Wakes()));
    message.place = places++;
    known.add(message);
  }

  private void reserve() {
    Known message = message();
    message.dueMs = 0;
    reserved.add(queue.reserve(publication(message)));
    message.place = places++;
    reservedKnown.add(message);
  }

  private void decide() {
    if (!reserved.isEmpty()) {
      int which = random.nextInt(reserved.size());
      Entry entry = reserved.remove(which);
      Known message = reservedKnown.remove(which);
      if (random.nextBoolean()) {
        QueueConsumer woken = queue.ready(entry, environment.nowMs());
        if (woken != null) {
          new Wakes().wake(woken);
        }
        known.add(message);
      } else {
        queue.cancel(entry);
      }
    }
  }

  private List<Known> readyNow() {
    long now = environment.nowMs();
    return known.stream()
        .filter(
            each ->
                each.held == null
                    && each.dueMs <= now
                    && (each.expiresAtMs == 0 || each.expiresAtMs > now))
        .sorted(
            Comparator.comparingInt((Known each) -> -each.priority)
                .thenComparingLong(each -> each.place))
        .toList();
  }

  private void take(QueueConsumer consumer, java.util.function.Predicate<Known> which) {
    List<io.bindery.engine.Delivery> taken = new ArrayList<>();
    consumer.drain(1 + random.nextInt(5), taken);
    List<Known> expected = readyNow().stream().filter(which).limit(taken.size()).toList();
    assertEquals(
        expected.stream().map(each -> each.text).toList(),
        taken.stream().map(TestEnvironment::text).toList());
    if (taken.isEmpty()) {
      assertEquals(
          0,
          readyNow().stream().filter(which).count(),
          "a consumer that gets nothing leaves nothing");
    }
    for (int i = 0; i < taken.size(); i++) {
      expected.get(i).held = (Entry) taken.get(i);
      assertEquals(expected.get(i).failures, taken.get(i).deliveryCount());
    }
  }

  private void settle() {
    List<Known> held = known.stream().filter(each -> each.held != null).toList();
    if (held.isEmpty()) {
      return;
    }
    Known message = held.get(random.nextInt(held.size()));
    Entry entry = message.held;
    switch (random.nextInt(5)) {
      case 0 -> {
        assertTrue(entry.settle(Outcome.RELEASED));
        message.held = null;
      }
      case 1 -> {
        assertTrue(entry.settle(Outcome.FAILED));
        message.held = null;
        message.failures++;
      }
      case 2 -> {
        assertTrue(entry.lock());
        entry.settleLocked(Outcome.ACCEPTED);
        known.remove(message);
      }
      default -> {
        assertTrue(entry.settle(Outcome.ACCEPTED));
        known.remove(message);
      }
    }
  }

  /** A delayed message takes its place when it is due, as if it were sent then. */
  private void advance(long ms) {
    long before = environment.nowMs();
    environment.advance(ms);
    known.stream()
        .filter(each -> each.dueMs > before && each.dueMs <= environment.nowMs())
        .sorted(
            Comparator.comparingLong((Known each) -> each.dueMs)
                .thenComparingLong(each -> each.place))
        .toList()
        .forEach(each -> each.place = places++);
  }

  private void browse() {
    long now = environment.nowMs();
    List<io.bindery.engine.Delivery> seen = new ArrayList<>();
    QueueBrowser browser = queue.browse(Selector.ALL);
    while (browser.next(7, seen) > 0) {
      assertTrue(seen.size() <= known.size());
    }
    List<String> expected =
        known.stream()
            .filter(each -> each.dueMs <= now && (each.expiresAtMs == 0 || each.expiresAtMs > now))
            .sorted(
                Comparator.comparingInt((Known each) -> -each.priority)
                    .thenComparingLong(each -> each.place))
            .map(each -> each.text)
            .toList();
    assertEquals(expected, seen.stream().map(TestEnvironment::text).toList());
  }

  private void compare() {
    // What came back after its time is over goes with the timer.
    environment.advance(0);
    assertEquals(readyNow().size(), queue.readyCount());
    assertEquals(
        known.stream().filter(each -> each.held != null).count(), queue.unacknowledgedCount());
  }

  private void drainAll() {
    environment.advance(1_000);
    for (Known message : List.copyOf(known)) {
      if (message.held != null) {
        message.held.settle(Outcome.ACCEPTED);
      }
    }
    while (!reserved.isEmpty()) {
      decide();
    }
    queue.purge();
    queue.sweep();
    assertEquals(0, queue.unacknowledgedCount());
    assertEquals(0, queue.readyCount());
  }
}
