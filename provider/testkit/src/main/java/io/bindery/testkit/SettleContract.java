package io.bindery.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Channel;
import io.bindery.engine.ConsumeSpec;
import io.bindery.engine.Delivery;
import io.bindery.engine.Outcome;
import io.bindery.engine.ReplyCode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How deliveries end, and where they return to. */
public abstract class SettleContract extends EngineContract {
  @Test
  @Covers(Clause.ACCEPTED)
  void acceptedIsGone() throws AmqpException {
    queue("q");
    send("q", "a");
    Delivery delivery = get("q");
    settle(delivery, Outcome.ACCEPTED);
    refused(
        ReplyCode.PRECONDITION_FAILED,
        channel.settle(delivery, Outcome.ACCEPTED, channel.autoCommit()));
    refused(
        ReplyCode.PRECONDITION_FAILED,
        channel.settle(delivery, Outcome.FAILED, channel.autoCommit()));
    assertEquals(0, ready("q"));
    assertEquals(0, under.observe().queues().get(0).unacknowledged());
  }

  @Test
  @Covers({Clause.RELEASED, Clause.COUNTERS, Clause.REDELIVERED})
  void releasedIsBackAsIfNothingHadBeen() throws AmqpException {
    queue("q");
    send("q", "a");
    settle(get("q"), Outcome.RELEASED);
    Delivery again = get("q");
    assertFalse(again.redelivered());
    assertEquals(0, again.deliveryCount());
    assertEquals(0, again.failureCount());
  }

  @Test
  @Covers({Clause.FAILED, Clause.COUNTERS, Clause.REDELIVERED})
  void failedIsBackRedeliveredAndCounted() throws AmqpException {
    queue("q");
    send("q", "a");
    for (int failures = 0; failures < 3; failures++) {
      Delivery delivery = get("q");
      assertEquals(failures > 0, delivery.redelivered());
      assertEquals(failures, delivery.deliveryCount());
      assertEquals(failures, delivery.failureCount());
      settle(delivery, Outcome.FAILED);
    }
    settle(get("q"), Outcome.RELEASED);
    Delivery last = get("q");
    assertEquals(3, last.deliveryCount());
    assertEquals(3, last.failureCount());
  }

  @Test
  @Covers(Clause.REJECTED)
  void rejectedWithoutDeadLettersIsDropped() throws AmqpException {
    queue("q");
    send("q", "a", "b");
    settle(get("q"), Outcome.REJECTED);
    assertEquals(List.of("b"), drained("q"));
  }

  @Test
  @Covers(Clause.OLD_PLACE)
  void whatIsGivenBackReturnsToItsOldPlace() throws AmqpException {
    queue("q");
    send("q", "a", "b", "c", "d", "e");
    Delivery a = get("q");
    Delivery b = get("q");
    Delivery c = get("q");
    settle(c, Outcome.FAILED);
    settle(a, Outcome.RELEASED);
    assertEquals("a", body(get("q")));
    settle(b, Outcome.FAILED);
    assertEquals(List.of("b", "c", "d", "e"), drained("q"));
  }

  @Test
  @Covers({Clause.OLD_PLACE, Clause.COUNTERS})
  void givingBackSeenAndUnseenIsOneStep() throws AmqpException {
    queue("q");
    send("q", "a", "b", "c", "d");
    Tapped tapped = tap(channel, ConsumeSpec.of("q", 0));
    List<Delivery> held = tapped.drain();
    tapped.consumer().pause(true);
    await(channel.giveBack(held.subList(0, 2), held.subList(2, 4)));
    tapped.consumer().pause(false);
    List<Delivery> again = tapped.drain();
    assertEquals(List.of("a", "b", "c", "d"), again.stream().map(EngineContract::body).toList());
    assertEquals(List.of(1, 1, 0, 0), again.stream().map(Delivery::deliveryCount).toList());
    assertEquals(List.of(1, 1, 0, 0), again.stream().map(Delivery::failureCount).toList());
  }

  @Test
  @Covers({Clause.ACCEPTED, Clause.CHANNEL_SURVIVES})
  void severalAreSettledAllOrNone() throws AmqpException {
    queue("q");
    send("q", "a", "b", "c");
    Delivery a = get("q");
    Delivery b = get("q");
    Delivery c = get("q");
    settle(b, Outcome.ACCEPTED);
    refused(
        ReplyCode.PRECONDITION_FAILED,
        channel.settle(List.of(a, b, c), Outcome.ACCEPTED, channel.autoCommit()));
    assertEquals(2, under.observe().queues().get(0).unacknowledged());
    await(channel.settle(List.of(a, c), Outcome.ACCEPTED, channel.autoCommit()));
    assertEquals(0, under.observe().queues().get(0).unacknowledged());
    await(channel.settle(List.of(), Outcome.ACCEPTED, channel.autoCommit()));
  }

  @Test
  @Covers(Clause.ACCEPTED)
  void onlyTheChannelThatHoldsADeliverySettlesIt() throws AmqpException {
    queue("q");
    send("q", "a");
    Delivery delivery = get("q");
    Channel other = await(connection.openChannel());
    refused(
        ReplyCode.PRECONDITION_FAILED,
        other.settle(delivery, Outcome.ACCEPTED, other.autoCommit()));
    settle(delivery, Outcome.ACCEPTED);
  }

  @Test
  @Covers({Clause.RELEASED, Clause.DEAD_CONSUMER})
  void closingAChannelReleasesWhatItHolds() throws AmqpException {
    queue("q");
    send("q", "a", "b");
    Channel closing = await(connection.openChannel());
    Delivery held = await(closing.get("q", ""));
    assertEquals("a", body(held));
    closing.close();
    closing.close();
    refused(ReplyCode.CHANNEL_ERROR, closing.checkQueue("q"));
    Delivery again = get("q");
    assertEquals("a", body(again));
    assertEquals(0, again.deliveryCount());
  }

  @Test
  @Covers({Clause.REDELIVERED, Clause.OBSERVE})
  void theCountersOfAQueueGrow() throws AmqpException {
    queue("q");
    send("q", "a", "b");
    settle(get("q"), Outcome.FAILED);
    settle(get("q"), Outcome.ACCEPTED);
    var queue = under.observe().queues().get(0);
    assertEquals(2, queue.counters().published());
    assertEquals(2, queue.counters().delivered());
    assertEquals(1, queue.counters().redelivered());
    assertEquals(1, queue.counters().acknowledged());
    assertEquals(1, queue.ready());
    assertTrue(queue.durable());
  }
}
