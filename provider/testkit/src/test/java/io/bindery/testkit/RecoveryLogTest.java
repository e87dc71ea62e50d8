package io.bindery.testkit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.broker.journal.JournalException;
import io.bindery.broker.store.DurableStore;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.Route;
import io.bindery.testkit.BrokerLife.Start;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The log tells how far a recovery is. */
class RecoveryLogTest {
  private static final int MESSAGES = 20;
  private static final int SEGMENT_BYTES = 64 << 10;

  private final HeardLog log = new HeardLog("io.bindery.broker.store");

  @AfterEach
  void leave() {
    log.close();
  }

  private static Disks killed() {
    Disks disks = Disks.empty(1, Set.of());
    BrokerLife life =
        new BrokerLife(disks, new Start(1, 8 << 20, SteppedEnvironment.START_MS), SEGMENT_BYTES);
    life.await(life.channel().declareQueue(QueueSpec.durable("q", Map.of())));
    for (int i = 0; i < MESSAGES; i++) {
      AmqpMessage message =
          AmqpMessage.builder().persistent(true).body(new Body.Text("m" + i)).build();
      life.await(life.channel().publish(Route.toQueue("q"), message, life.channel().autoCommit()));
    }
    return disks.afterKill();
  }

  private void recover(long readingTakesNs) throws JournalException {
    SteppedEnvironment slow =
        new SteppedEnvironment(1) {
          private long nowNs;

          @Override
          public long nanos() {
            nowNs += readingTakesNs;
            return nowNs;
          }
        };
    Disks disks = killed();
    log.clear();
    DurableStore.open(disks.directories(), BrokerLife.settings(SEGMENT_BYTES, false), slow);
  }

  private long progress() {
    return log.lines().stream()
        .filter(each -> each.matches("\\S+ records replayed in \\S+ ms, up to .*\\.log, offset .*"))
        .filter(each -> each.matches(".*; the log ends in .*\\.log, offset \\d.*"))
        .count();
  }

  @Test
  void aLongRecoveryTellsHowFarItIs() throws JournalException {
    recover(500_000_000);
    assertTrue(progress() >= MESSAGES / 4, log.lines().toString());
    assertTrue(progress() <= MESSAGES / 2, log.lines().toString());
  }

  @Test
  void aShortOneTellsWhatItHasFound() throws JournalException {
    recover(1_000);
    assertTrue(progress() == 0, log.lines().toString());
    String last = log.lines().get(log.lines().size() - 1);
    assertTrue(last.contains("1 queues, 0 branches in doubt"), last);
    assertTrue(last.contains("records replayed in"), last);
  }
}
