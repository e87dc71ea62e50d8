package io.bindery.sample.orders.beans;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bindery.sample.orders.Limits;
import io.bindery.sample.orders.beans.Recorder.RunView;
import io.bindery.sample.orders.beans.Recorder.Totals;
import io.bindery.sample.orders.database.Ledger;
import jakarta.transaction.Status;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecorderTest {
  private final Recorder recorder = new Recorder(Map.of());

  @Test
  void ordersDuplicatesRedeliveriesAndFailuresAreToldApart() {
    recorder.delivered("billing", "r", false);
    recorder.recorded("billing", true);
    recorder.recorded("billing", false);
    recorder.failed("billing", "r", "o-2");
    recorder.delivered("billing", "r", true);
    recorder.recorded("billing", true);
    assertEquals(new Totals(2, 1, 1, 1), recorder.totals("billing"));
    assertEquals(new RunView(Map.of("o-2", 1), 1), recorder.run("billing", "r"));
    assertEquals(new RunView(Map.of(), 0), recorder.run("billing", "other"));
    assertEquals(new Totals(0, 0, 0, 0), recorder.totals("audit"));
  }

  @Test
  void theCountsGoOnWhereTheDatabaseIs() {
    Recorder after = new Recorder(Map.of("billing", new Ledger.Sum(7, 9)));
    after.recorded("billing", true);
    assertEquals(new Totals(8, 2, 0, 0), after.totals("billing"));
  }

  @Test
  void onlyACommittedTransactionIsDone() {
    RecordAtEnd entry = new RecordAtEnd(recorder, "billing", "r", "o-1");
    entry.recorded(true);
    entry.beforeCompletion();
    assertEquals(new Totals(0, 0, 0, 0), recorder.totals("billing"));
    entry.afterCompletion(Status.STATUS_ROLLEDBACK);
    entry.afterCompletion(Status.STATUS_UNKNOWN);
    assertEquals(new Totals(0, 0, 0, 2), recorder.totals("billing"));
    assertEquals(Map.of("o-1", 2), recorder.run("billing", "r").failed());
    entry.afterCompletion(Status.STATUS_COMMITTED);
    assertEquals(new Totals(1, 0, 0, 2), recorder.totals("billing"));
  }

  @Test
  void theOldestRunMakesRoomAndItsTotalsStay() {
    for (int run = 0; run <= Limits.COUNTED_RUNS; run++) {
      recorder.failed("billing", "r" + run, "o-1");
    }
    assertEquals(Map.of(), recorder.run("billing", "r0").failed());
    assertEquals(Map.of("o-1", 1), recorder.run("billing", "r1").failed());
    assertEquals(Limits.COUNTED_RUNS + 1, recorder.totals("billing").failed());
  }
}
