package io.bindery.rabbitmq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the log says of publishes that nobody else can be told of. */
class LostPublishesTest {
  private final List<String> lines = new ArrayList<>();
  private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 1);
  private final LostPublishes lost = new LostPublishes(nanoTime::get);
  private final Logger log = Logger.getLogger(LostPublishes.class.getName());
  private final Handler hears =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          lines.add(new SimpleFormatter().formatMessage(line));
        }

        @Override
        public void flush() {
          // Nothing is buffered.
        }

        @Override
        public void close() {
          // Nothing is open.
        }
      };

  @BeforeEach
  void listen() {
    log.addHandler(hears);
  }

  @AfterEach
  void listenNoMore() {
    log.removeHandler(hears);
  }

  @Test
  void oneLineInTenSecondsTellsOfAll() {
    lost.lost("queue 'q': no queue is bound");
    assertEquals(1, lines.size());
    assertTrue(lines.get(0).contains("queue 'q': no queue is bound"), lines.get(0));
    lost.lost("queue 'q': no queue is bound");
    lost.lost("queue 'r': no queue is bound");
    nanoTime.addAndGet(9_999_999_999L);
    lost.lost("queue 's': no queue is bound");
    assertEquals(1, lines.size());
    nanoTime.addAndGet(1);
    lost.lost("queue 't': no queue is bound");
    assertEquals(2, lines.size());
    assertTrue(lines.get(1).contains("'t'") && lines.get(1).contains("3 others"), lines.get(1));
  }
}
