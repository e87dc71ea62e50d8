package io.bindery.sample.orders.beans;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.sample.orders.beans.Recorder.Totals;
import jakarta.transaction.Status;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RecorderTest {
  private final Recorder recorder = new Recorder();

  @Test
  void ordersDuplicatesRedeliveriesAndFailuresAreToldApart() {
    recorder.delivered("billing", "r", false);
    recorder.recorded("billing", "r", "o-1");
    recorder.recorded("billing", "r", "o-1");
    recorder.failed("billing", "r", "o-2");
    recorder.delivered("billing", "r", true);
    recorder.recorded("billing", "r", "o-2");
    assertEquals(new Totals(2, 1, 1, 1), recorder.totals("billing"));
    Recorder.RunView view = recorder.run("billing", "r");
    assertEquals(Map.of("o-1", 2, "o-2", 1), view.done());
    assertEquals(Map.of("o-2", 1), view.failed());
    assertEquals(1, view.redelivered());
  }

  @Test
  void beansAndRunsAreKeptApart() {
    recorder.recorded("billing", "r1", "o-1");
    recorder.recorded("audit", "r1", "o-1");
    recorder.recorded("billing", "r2", "o-1");
    assertEquals(new Totals(2, 0, 0, 0), recorder.totals("billing"));
    assertEquals(new Totals(1, 0, 0, 0), recorder.totals("audit"));
    assertEquals(Map.of(), recorder.run("audit", "r2").done());
    assertEquals(new Totals(0, 0, 0, 0), recorder.totals("express"));
  }

  @Test
  void onlyACommittedTransactionIsDone() {
    RecordAtEnd entry = new RecordAtEnd(recorder, "billing", "r", "o-1");
    entry.beforeCompletion();
    assertEquals(Map.of(), recorder.run("billing", "r").done());
    entry.afterCompletion(Status.STATUS_ROLLEDBACK);
    assertEquals(Map.of(), recorder.run("billing", "r").done());
    assertEquals(Map.of("o-1", 1), recorder.run("billing", "r").failed());
    entry.afterCompletion(Status.STATUS_UNKNOWN);
    assertEquals(Map.of("o-1", 2), recorder.run("billing", "r").failed());
    entry.afterCompletion(Status.STATUS_COMMITTED);
    assertEquals(Map.of("o-1", 1), recorder.run("billing", "r").done());
  }

  @Test
  void theOldestRunMakesRoomAndItsTotalsStay() {
    Recorder small = new Recorder(10);
    for (int i = 0; i < 6; i++) {
      small.recorded("billing", "old", "o-" + i);
    }
    for (int i = 0; i < 6; i++) {
      small.recorded("billing", "new", "o-" + i);
    }
    assertTrue(small.dropped("old"));
    assertFalse(small.dropped("new"));
    assertEquals(Map.of(), small.run("billing", "old").done());
    assertEquals(6, small.run("billing", "new").done().size());
    assertEquals(12, small.totals("billing").recorded());
  }

  @Test
  void theRunThatIsBeingWrittenStaysWhole() {
    Recorder small = new Recorder(3);
    for (int i = 0; i < 9; i++) {
      small.recorded("billing", "only", "o-" + i);
    }
    assertEquals(9, small.run("billing", "only").done().size());
    assertFalse(small.dropped("only"));
  }

  @Test
  void manyThreadsLoseNothing() throws InterruptedException {
    int threads = 8;
    int each = 2_000;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    for (int t = 0; t < threads; t++) {
      int first = t * each / 2; // neighbours share half of their orders
      pool.execute(
          () -> {
            for (int i = 0; i < each; i++) {
              recorder.recorded("billing", "r", "o-" + (first + i));
            }
          });
    }
    pool.shutdown();
    assertTrue(pool.awaitTermination(30, TimeUnit.SECONDS));
    Totals totals = recorder.totals("billing");
    assertEquals(threads * each, totals.recorded() + totals.duplicates());
    assertEquals((threads + 1) * each / 2, totals.recorded());
  }
}
