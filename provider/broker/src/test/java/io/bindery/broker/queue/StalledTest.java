package io.bindery.broker.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bindery.broker.store.Store;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Signal;
import io.bindery.engine.selector.Selector;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Consumers that do not come back, while others have nothing to do. */
class StalledTest {
  private static final int TICK_MS = 5;

  private final TestEnvironment environment = new TestEnvironment();
  private MessageQueue queue;

  @BeforeEach
  void make() throws AmqpException {
    queue = environment.queue(Store.NONE, Map.of());
  }

  /** A consumer and what it was told. */
  private final class Told implements Signal {
    private QueueConsumer consumer;
    private int signals;

    Told() throws AmqpException {
      consumer =
          queue.consume(new ConsumerSettings("", 0, false, Selector.ALL, null, 0, this), this);
    }

    @Override
    public void work() {
      signals++;
    }

    int drain() {
      return consumer.drain(100, new ArrayList<>());
    }
  }

  private void publish(int count) {
    for (int i = 0; i < count; i++) {
      queue.offer(TestEnvironment.publication("m"), environment.nowMs(), new Wakes());
    }
  }

  @Test
  void whoIsSlowTakesOneAtATime() throws AmqpException {
    Told slow = new Told();
    publish(20);
    assertEquals(1, slow.drain(), "nothing is known of it");
    environment.advance(1);
    assertEquals(1, slow.drain(), "it needed a millisecond");
    assertEquals(18, slow.drain(), "it needed no time");
    assertEquals(0, slow.drain());
    environment.advance(1_000);
    publish(20);
    assertEquals(20, slow.drain(), "waiting is not slow");
    environment.advance(10);
    publish(20);
    assertEquals(1, slow.drain());
  }

  @Test
  void nobodyCountsOnOneThatWasSignalledAndDoesNotCome() throws AmqpException {
    Told absent = new Told();
    absent.drain();
    Told present = new Told();
    present.drain();
    publish(1);
    assertEquals(1, absent.signals);
    environment.advance(3 * TICK_MS);
    for (int message = 1; message <= 2; message++) {
      assertEquals(message, present.signals);
      assertEquals(1, present.drain());
      present.drain();
      publish(1);
      environment.advance(message == 1 ? TICK_MS : 0);
    }
    assertEquals(3, present.signals, "the third at once, without a tick");
    present.drain();
    present.drain();
    absent.drain();
    publish(1);
    environment.advance(TICK_MS);
    assertEquals(2, absent.signals, "it counts again");
  }
}
