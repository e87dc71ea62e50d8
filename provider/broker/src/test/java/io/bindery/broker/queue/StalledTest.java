package io.bindery.broker.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bindery.broker.store.Store;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Delivery;
import io.bindery.engine.Outcome;
import io.bindery.engine.Signal;
import io.bindery.engine.selector.Selector;
import java.util.ArrayList;
import java.util.List;
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
    private final List<Delivery> unseen = new ArrayList<>();
    private QueueConsumer consumer;
    private int signals;
    private int asked;

    Told() throws AmqpException {
      consumer =
          queue.consume(new ConsumerSettings("", 0, false, Selector.ALL, null, 0, this), this);
    }

    @Override
    public void work() {
      signals++;
    }

    @Override
    public void othersWait() {
      asked++;
      List<Delivery> back = List.copyOf(unseen);
      unseen.clear();
      back.forEach(each -> queue.deliveries().end((Entry) each, Entry.HELD, Outcome.RELEASED));
    }

    int drain() {
      return consumer.drain(100, unseen);
    }
  }

  private void publish(int count) {
    for (int i = 0; i < count; i++) {
      queue.offer(TestEnvironment.publication("m"), environment.nowMs(), new Wakes());
    }
  }

  @Test
  void whatASlowOneHoldsGoesToOneThatIsIdle() throws AmqpException {
    Told slow = new Told();
    publish(10);
    assertEquals(10, slow.drain());
    slow.unseen.remove(0);
    Told idle = new Told();
    assertEquals(0, idle.drain());
    environment.advance(TICK_MS);
    assertEquals(0, slow.asked, "one tick is no stall");
    environment.advance(TICK_MS);
    assertEquals(1, slow.asked);
    assertEquals(1, idle.signals);
    assertEquals(9, idle.drain());
    assertEquals(0, idle.consumer.drain(1, new ArrayList<>()));
    environment.advance(20 * TICK_MS);
    assertEquals(1, slow.asked, "once, until it drains");
    assertEquals(0, slow.drain());
    publish(2);
    assertEquals(2, slow.drain());
    idle.drain();
    environment.advance(3 * TICK_MS);
    assertEquals(2, slow.asked, "and again after it");
  }

  @Test
  void whoDrainsIsNotAsked() throws AmqpException {
    Told busy = new Told();
    Told idle = new Told();
    idle.drain();
    for (int round = 0; round < 20; round++) {
      publish(3);
      busy.drain();
      idle.drain();
      environment.advance(TICK_MS);
    }
    assertEquals(0, busy.asked);
  }

  @Test
  void whoIsAloneIsNotAsked() throws AmqpException {
    Told only = new Told();
    publish(10);
    only.drain();
    environment.advance(20 * TICK_MS);
    assertEquals(0, only.asked);
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
