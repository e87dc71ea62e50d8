package io.bindery.broker.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.broker.routing.Routed.Name;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Binding;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Routing while others bind and unbind: what stays bound is always reached, and each thread sees
 * its own changes at once.
 */
class ConcurrentBindingTest {
  private static final int WRITERS = 3;
  private static final int CHANGES = 4_000;
  private static final List<String> PATTERNS =
      List.of("a.b.c", "a.*.c", "a.#", "#", "#.c", "*.b.#", "a.b", "a.b.c.d", "#.#.c", "");
  private static final Set<String> MATCHING =
      Set.of("a.b.c", "a.*.c", "a.#", "#", "#.c", "*.b.#", "#.#.c");

  private static boolean reaches(String type, String pattern) {
    return switch (type) {
      case "direct" -> pattern.equals("a.b.c");
      case "topic" -> MATCHING.contains(pattern);
      default -> true;
    };
  }

  /** Binds and unbinds a queue of its own at random, and looks after each step. */
  private static Void change(Exchange exchange, String queue, Random random) throws AmqpException {
    String type = exchange.spec().name();
    Name target = new Name(queue);
    List<String> bound = new ArrayList<>();
    for (int i = 0; i < CHANGES; i++) {
      String pattern = PATTERNS.get(random.nextInt(PATTERNS.size()));
      if (random.nextInt(20) == 0) {
        assertEquals(!bound.isEmpty(), exchange.unbindTarget(target));
        bound.clear();
      } else if (bound.contains(pattern)) {
        assertTrue(exchange.unbind(Binding.queue(type, queue, pattern)));
        bound.remove(pattern);
      } else {
        exchange.bind(Binding.queue(type, queue, pattern), target, null);
        bound.add(pattern);
      }
      boolean expected = bound.stream().anyMatch(each -> reaches(type, each));
      assertEquals(expected, Routed.names(exchange, "a.b.c").contains(queue), bound.toString());
    }
    exchange.unbindTarget(target);
    return null;
  }

  private static Void route(Exchange exchange, Set<String> always, AtomicInteger writing) {
    while (writing.get() > 0) {
      Set<String> names = Routed.names(exchange, "a.b.c");
      assertTrue(names.containsAll(always), names.toString());
    }
    return null;
  }

  @ParameterizedTest
  @ValueSource(strings = {"direct", "topic", "fanout", "headers"})
  void whatStaysIsAlwaysReached(String type)
      throws AmqpException, InterruptedException, ExecutionException, TimeoutException {
    long seed = Long.getLong("bindery.seed", new Random().nextLong());
    System.getLogger("seeds")
        .log(System.Logger.Level.INFO, "concurrent {0}: seed {1}", type, Long.toString(seed));
    Exchange exchange = Routed.exchange(type);
    List<String> staying = List.of("a.b.c", "a.b", "#.c", "a.#");
    for (String pattern : staying) {
      exchange.bind(
          Binding.queue(type, "stays:" + pattern, pattern), new Name("stays:" + pattern), null);
    }
    Set<String> always = Routed.names(exchange, "a.b.c");
    assertFalse(always.isEmpty());
    AtomicInteger writing = new AtomicInteger(WRITERS);
    List<Callable<Void>> work = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      Random random = new Random(seed + i);
      String queue = "changes" + i;
      work.add(
          () -> {
            try {
              return change(exchange, queue, random);
            } finally {
              writing.decrementAndGet();
            }
          });
    }
    work.add(() -> route(exchange, always, writing));
    run(work);
    assertEquals(staying.size(), exchange.bindings().size(), "seed " + seed);
    assertEquals(always, Routed.names(exchange, "a.b.c"), "seed " + seed);
  }

  private static void run(List<Callable<Void>> work)
      throws InterruptedException, ExecutionException, TimeoutException {
    ExecutorService threads = Executors.newFixedThreadPool(work.size());
    try {
      List<Future<Void>> running = work.stream().map(threads::submit).toList();
      for (Future<Void> each : running) {
        each.get(60, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
