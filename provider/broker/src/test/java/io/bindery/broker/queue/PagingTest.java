package io.bindery.broker.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpException;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When what waits far from the head of a queue leaves memory. */
class PagingTest {
  private static final int MANY = Lane.WINDOW + 4 * Page.SLOTS;

  private final TestEnvironment environment = new TestEnvironment();
  private final MapStore store = new MapStore();
  private MessageQueue queue;

  @BeforeEach
  void queue() throws AmqpException {
    queue = environment.queue(store, Map.of());
  }

  private void offerMany() throws AmqpException {
    for (int i = 0; i < MANY; i++) {
      queue.offer(TestEnvironment.publication("m" + i), 0, new Wakes());
    }
  }

  @Test
  void whatTheStoreDoesNotHaveStaysWhileThereIsMemory() throws AmqpException {
    offerMany();
    assertEquals(0, store.kept.size());
  }

  @Test
  void whenMemoryIsShortItIsWritten() throws AmqpException {
    environment.excessBytes = 1;
    offerMany();
    assertTrue(store.kept.size() > Page.SLOTS);
  }
}
