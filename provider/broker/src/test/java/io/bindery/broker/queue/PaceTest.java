package io.bindery.broker.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Delivery;
import io.bindery.engine.selector.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When those who publish outrun the consumers of a queue, and when it is only slow consumers. */
class PaceTest {
  private static final int FAST = 4_000;

  /** They take FAST within the 10 ms in which that is measured. */
  private static final double MS_EACH = 10.0 / FAST;

  private final TestEnvironment environment = new TestEnvironment();
  private final List<Delivery> taken = new ArrayList<>();
  private MessageQueue queue;

  @BeforeEach
  void queue() throws AmqpException {
    queue = environment.queue(new MapStore(), Map.of());
  }

  private QueueConsumer consumer(Selector selector) throws AmqpException {
    return queue.consume(new ConsumerSettings("c", 0, false, selector, null, 0, this), () -> {});
  }

  private void offer(int count) {
    for (int i = 0; i < count; i++) {
      queue.offer(TestEnvironment.publication("m"), environment.nowMs(), new Wakes());
    }
  }

  private void take(QueueConsumer consumer, int count) {
    for (int left = count; left > 0; ) {
      int now = consumer.drain(left, taken);
      assertTrue(now > 0, left + " are missing");
      left -= now;
    }
  }

  /** They take so many, within the time in which that is measured. */
  private void takes(QueueConsumer consumer, int count) {
    offer(1);
    take(consumer, count);
    environment.advance(10);
  }

  private void assertOutrun(boolean expected, String why) {
    assertEquals(expected ? MS_EACH : 0, queue.restMsEach(), MS_EACH / 10, why);
  }

  @Test
  void consumersThatAreFastAreOutrunByWhatIsFaster() throws AmqpException {
    QueueConsumer consumer = consumer(Selector.ALL);
    offer(FAST);
    takes(consumer, FAST);
    offer((int) Pace.AHEAD - 1);
    assertOutrun(false, "so many may wait");
    offer(1);
    assertOutrun(true, "one more may not");
    offer(FAST);
    assertOutrun(true, "more of them");
    take(consumer, FAST + 2);
    offer(1);
    assertOutrun(false, "they have caught up");
  }

  @Test
  void afterTheTimeInWhichTheyCatchUpNobodyWaitsForThem() throws AmqpException {
    QueueConsumer consumer = consumer(Selector.ALL);
    offer(FAST);
    takes(consumer, FAST);
    offer((int) Pace.AHEAD + FAST);
    assertOutrun(true, "just now");
    environment.advance(9);
    assertOutrun(true, "they need 10 ms");
    environment.advance(2);
    assertOutrun(false, "whatever came since that is not ready yet, or is delayed");
  }

  @Test
  void whatIsDelayedOutrunsNobody() throws AmqpException {
    QueueConsumer consumer = consumer(Selector.ALL);
    offer(FAST);
    takes(consumer, FAST);
    long dueMs = environment.nowMs() + 60_000;
    for (int i = 0; i < FAST; i++) {
      AmqpMessage later = AmqpMessage.builder().deliverAtMs(dueMs).build();
      queue.offer(TestEnvironment.publication(later), environment.nowMs(), new Wakes());
    }
    assertOutrun(false, "nothing of it waits");
  }

  @Test
  void nobodyWaitsForConsumersThatAreSlow() throws AmqpException {
    QueueConsumer consumer = consumer(Selector.ALL);
    offer(FAST);
    takes(consumer, FAST / 20);
    offer(FAST);
    assertOutrun(false, "what waits takes them longer than a moment");
  }

  @Test
  void norForNobody() {
    offer(FAST);
    environment.advance(10);
    offer(FAST);
    assertOutrun(false, "there is no consumer");
  }

  @Test
  void norForThoseWhoDoNotWantWhatWaits() throws AmqpException {
    QueueConsumer consumer = consumer(Selector.ALL);
    QueueConsumer selective = consumer(Selector.parse("kind = 'other'"));
    offer(FAST);
    takes(consumer, FAST);
    offer(FAST);
    assertOutrun(false, "one has a selector");
    selective.close();
    offer(1);
    assertOutrun(true, "it has left");
  }
}
