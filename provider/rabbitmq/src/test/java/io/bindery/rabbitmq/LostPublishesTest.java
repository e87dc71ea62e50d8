package io.bindery.rabbitmq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.testkit.HeardLog;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the log says of publishes that nobody else can be told of. */
class LostPublishesTest {
  private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 1);
  private final LostPublishes lost = new LostPublishes(nanoTime::get);
  private final HeardLog log = new HeardLog(LostPublishes.class.getName());

  @AfterEach
  void listenNoMore() {
    log.close();
  }

  @Test
  void oneLineInTenSecondsTellsOfAll() {
    lost.lost("queue 'q': no queue is bound");
    assertEquals(1, log.lines().size());
    assertTrue(log.lines().get(0).contains("queue 'q': no queue is bound"), log.lines().get(0));
    lost.lost("queue 'q': no queue is bound");
    lost.lost("queue 'r': no queue is bound");
    nanoTime.addAndGet(9_999_999_999L);
    lost.lost("queue 's': no queue is bound");
    assertEquals(1, log.lines().size());
    nanoTime.addAndGet(1);
    lost.lost("queue 't': no queue is bound");
    assertEquals(2, log.lines().size());
    assertTrue(
        log.lines().get(1).contains("'t'") && log.lines().get(1).contains("3 others"),
        log.lines().get(1));
  }
}
