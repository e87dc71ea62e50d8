package io.bindery.broker.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Signal;
import io.bindery.engine.selector.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WakesTest {
  private final TestEnvironment environment = new TestEnvironment();
  private final Wakes wakes = new Wakes();
  private final List<String> signalled = new ArrayList<>();
  private final Deque<Runnable> errands = new ArrayDeque<>();

  /** A consumer whose thread sleeps, or does not. */
  private MessageQueue consumed(String tag, boolean sleeps) throws AmqpException {
    MessageQueue queue = environment.queue(io.bindery.broker.store.Store.NONE, Map.of());
    QueueConsumer consumer =
        queue.consume(
            new ConsumerSettings(tag, 0, false, Selector.ALL, null, 0, this),
            new Signal() {
              @Override
              public void work() {
                signalled.add(tag);
              }

              @Override
              public boolean workAnd(Runnable errand) {
                signalled.add(tag);
                return sleeps && errands.add(errand);
              }
            });
    assertEquals(0, consumer.drain(1, new ArrayList<>()), "so that it is idle");
    return queue;
  }

  private void publish(MessageQueue... queues) {
    for (MessageQueue queue : queues) {
      queue.offer(
          TestEnvironment.publication(AmqpMessage.builder().build()), environment.nowMs(), wakes);
    }
  }

  @Test
  void eachThreadThatWasAsleepWakesTheNext() throws AmqpException {
    publish(consumed("a", true), consumed("b", true), consumed("c", true));
    assertEquals(List.of("a"), signalled);
    errands.remove().run();
    assertEquals(List.of("a", "b"), signalled);
    errands.remove().run();
    assertEquals(List.of("a", "b", "c"), signalled);
    errands.remove().run();
    publish(consumed("d", true));
    assertEquals(List.of("a", "b", "c", "d"), signalled, "nobody carries on any more");
  }

  @Test
  void whoIsAwakeIsSignalledByTheCaller() throws AmqpException {
    publish(consumed("a", false), consumed("b", true), consumed("c", false), consumed("d", true));
    assertEquals(List.of("a", "b"), signalled);
    errands.remove().run();
    assertEquals(List.of("a", "b", "c", "d"), signalled);
  }

  @Test
  void whatComesWhileSomebodyCarriesOnJoins() throws AmqpException {
    publish(consumed("a", true));
    publish(consumed("b", false), consumed("c", false));
    assertEquals(List.of("a"), signalled);
    errands.remove().run();
    assertEquals(List.of("a", "b", "c"), signalled);
  }
}
