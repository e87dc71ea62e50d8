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

  /** Just fast enough. */
  private static final int SLOW = Pace.FAST_PER_MS * (int) Pace.SPAN_MS;

  /** So many may wait for those who take FAST. */
  private static final int AHEAD = FAST * (int) Pace.AHEAD_MS / (int) Pace.SPAN_MS;

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
    assertEquals(expected ? MS_EACH : 0, queue.restMs(0), MS_EACH / 10, why);
  }

  @Test
  void consumersThatAreFastAreOutrunByWhatIsFaster() throws AmqpException {
    QueueConsumer consumer = consumer(Selector.ALL);
    offer(FAST);
    takes(consumer, FAST);
    offer(AHEAD - 1);
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
    offer(AHEAD + FAST);
    assertOutrun(true, "just now");
    environment.advance(9);
    assertOutrun(true, "they need 10 ms");
    environment.advance(2);
    assertOutrun(false, "whatever came since that is not ready yet, or is delayed");
  }

  @Test
  void whatComesLateByAnotherThreadIsNoClockPutBack() throws AmqpException {
    QueueConsumer consumer = consumer(Selector.ALL);
    offer(FAST);
    takes(consumer, FAST);
    offer(AHEAD + FAST);
    assertOutrun(true, "just now");
    queue.offer(TestEnvironment.publication("m"), environment.nowMs() - 1, new Wakes());
    assertOutrun(true, "it was read before the lock was free");
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
  void ofThoseWhoTakeLessLessMayWait() throws AmqpException {
    QueueConsumer consumer = consumer(Selector.ALL);
    offer(SLOW);
    takes(consumer, SLOW);
    offer(SLOW * (int) Pace.AHEAD_MS / (int) Pace.SPAN_MS - 1);
    assertEquals(0, queue.restMs(0), "they take it within 5 ms");
    offer(1);
    assertTrue(queue.restMs(0) > 0, "not with one more");
  }

  @Test
  void nobodyWaitsForConsumersThatAreSlow() throws AmqpException {
    QueueConsumer consumer = consumer(Selector.ALL);
    offer(FAST);
    takes(consumer, SLOW - 10);
    offer(FAST);
    assertOutrun(false, "they take less than 20 in a millisecond");
  }

  @Test
  void norForAnyWhoseBacklogIsLong() throws AmqpException {
    QueueConsumer consumer = consumer(Selector.ALL);
    offer(FAST);
    takes(consumer, SLOW);
    offer(FAST);
    assertTrue(queue.restMs(0) > 0, "they are just fast enough");
    offer(20 * (int) Pace.MOMENT_MS - 2 * FAST + SLOW);
    assertOutrun(false, "what waits takes them longer than a moment");
  }

  @Test
  void eachOfManyRestsForAllOfThem() throws AmqpException {
    QueueConsumer consumer = consumer(Selector.ALL);
    offer(FAST);
    takes(consumer, FAST);
    offer(3 * FAST);
    assertRests(1, "one alone, as it seems");
    for (int senders : new int[] {2, 4, 8, 16, 16}) {
      take(consumer, FAST);
      environment.advance(Pace.SPAN_MS);
      offer(FAST + 1);
      assertRests(senders, "more waits than before, though who sends rests");
    }
    take(consumer, FAST);
    environment.advance(Pace.SPAN_MS);
    offer(1);
    assertRests(16, "less waits");
    take(consumer, 2 * FAST);
    environment.advance(Pace.SPAN_MS);
    offer(1);
    assertOutrun(false, "they have caught up");
    environment.advance(Pace.SPAN_MS);
    offer(FAST);
    take(consumer, FAST);
    environment.advance(Pace.SPAN_MS);
    offer(FAST);
    assertRests(2, "fewer send now");
  }

  private void assertRests(int senders, String why) {
    assertEquals(senders * MS_EACH, queue.restMs(0), MS_EACH / 10, why);
  }

  @Test
  void nobodyRestsLongerThanTheyTakeToCatchUp() throws AmqpException {
    QueueConsumer consumer = consumer(Selector.ALL);
    offer(FAST);
    takes(consumer, FAST);
    offer(AHEAD + FAST - 1);
    assertEquals(10, queue.restMs(10 - MS_EACH / 2));
    assertEquals(12, queue.restMs(12), "what was to be before stays");
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
