package io.bindery.sample.orders.database;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.sample.orders.database.Ledger.Sum;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LedgerTest {
  private final Ledger ledger = new Ledger(TestDatabase.fresh());

  @Test
  void anOrderThatComesAgainIsCountedAgain() {
    assertTrue(ledger.record("billing", "r", "o-1"));
    assertFalse(ledger.record("billing", "r", "o-1"));
    assertTrue(ledger.record("billing", "r", "o-2"));
    assertEquals(Map.of("billing", Map.of("o-1", 2, "o-2", 1)), ledger.run("r"));
    assertEquals(Map.of("billing", new Sum(2, 3)), ledger.sums());
  }

  @Test
  void beansAndRunsAreKeptApart() {
    assertTrue(ledger.record("billing", "r1", "o-1"));
    assertTrue(ledger.record("audit", "r1", "o-1"));
    assertTrue(ledger.record("billing", "r2", "o-1"));
    assertEquals(Map.of("billing", Map.of("o-1", 1)), ledger.run("r2"));
    assertEquals(Map.of(), ledger.run("r3"));
    assertEquals(new Sum(2, 2), ledger.sums().get("billing"));
    assertEquals(new Sum(1, 1), ledger.sums().get("audit"));
  }

  @Test
  void sessionsThatDoTheSameOrdersAtOnceLoseNothing() throws InterruptedException {
    int threads = 8;
    int orders = 200;
    AtomicInteger first = new AtomicInteger();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    for (int thread = 0; thread < threads; thread++) {
      pool.execute(
          () -> {
            for (int i = 0; i < orders; i++) {
              first.addAndGet(ledger.record("billing", "r", "o-" + i) ? 1 : 0);
            }
          });
    }
    pool.shutdown();
    assertTrue(pool.awaitTermination(60, TimeUnit.SECONDS));
    assertEquals(orders, first.get());
    assertEquals(
        List.of(threads), ledger.run("r").get("billing").values().stream().distinct().toList());
    assertEquals(new Sum(orders, (long) threads * orders), ledger.sums().get("billing"));
  }
}
