package io.bindery.testkit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.broker.journal.JournalException;
import io.bindery.broker.store.DurableStore;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.Route;
import io.bindery.testkit.BrokerLife.Start;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The log tells how far a recovery is. */
class RecoveryLogTest {
  private static final int MESSAGES = 20;
  private static final int SEGMENT_BYTES = 64 << 10;

  /** Kept, or the handler would be forgotten. */
  private static final Logger LOG = Logger.getLogger("io.bindery.broker.store");

  private final List<String> said = new ArrayList<>();

  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord said) {
          RecoveryLogTest.this.said.add(new SimpleFormatter().formatMessage(said));
        }

        @Override
        public void flush() {
          // It holds nothing back.
        }

        @Override
        public void close() {
          // It has nothing open.
        }
      };

  @BeforeEach
  void listen() {
    LOG.addHandler(handler);
  }

  @AfterEach
  void leave() {
    LOG.removeHandler(handler);
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
    said.clear();
    DurableStore.open(disks.directories(), BrokerLife.settings(SEGMENT_BYTES, false), slow);
  }

  private long progress() {
    return said.stream()
        .filter(each -> each.matches("\\S+ records replayed in \\S+ ms, up to .*\\.log, offset .*"))
        .filter(each -> each.matches(".*; the log ends in .*\\.log, offset \\d.*"))
        .count();
  }

  @Test
  void aLongRecoveryTellsHowFarItIs() throws JournalException {
    recover(500_000_000);
    assertTrue(progress() >= MESSAGES / 4, said.toString());
    assertTrue(progress() <= MESSAGES / 2, said.toString());
  }

  @Test
  void aShortOneTellsWhatItHasFound() throws JournalException {
    recover(1_000);
    assertTrue(progress() == 0, said.toString());
    String last = said.get(said.size() - 1);
    assertTrue(last.contains("1 queues, 0 branches in doubt"), last);
    assertTrue(last.contains("records replayed in"), last);
  }
}
