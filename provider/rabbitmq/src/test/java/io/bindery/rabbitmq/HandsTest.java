package io.bindery.rabbitmq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.Route;
import io.bindery.rabbitmq.Hands.Due;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Which acknowledgements go out together, and when. */
class HandsTest {
  private final Hands hands = new Hands();
  private final RabbitTransaction alone =
      new RabbitTransaction.Auto(new LostPublishes(System::nanoTime));

  private RabbitDelivery delivered(long tag) {
    RabbitDelivery delivery =
        new RabbitDelivery(
            new RabbitDelivery.Origin(null, "q", Route.toQueue("q"), tag, false),
            new MessageCodec.Received(null, 0, 0, null));
    hands.delivered(delivery);
    return delivery;
  }

  private List<RabbitDelivery> delivered(long first, long last) {
    return LongStream.rangeClosed(first, last).mapToObj(this::delivered).toList();
  }

  private Due accept(RabbitDelivery delivery) {
    return hands.accept(delivery, alone);
  }

  @Test
  void halfOfThePrefetchIsWrittenAtOnceAndLessSoon() {
    hands.limit(10);
    List<RabbitDelivery> five = delivered(1, 5);
    assertEquals(Due.SOON, accept(five.get(0)));
    assertEquals(Due.ANYHOW, accept(five.get(1)));
    assertEquals(Due.ANYHOW, accept(five.get(2)));
    assertEquals(Due.ANYHOW, accept(five.get(3)));
    assertEquals(Due.NOW, accept(five.get(4)));
    assertEquals(new Hands.Batch(alone, five, true), hands.take());
    assertNull(hands.take());
    hands.timeOver();
    assertEquals(Due.SOON, accept(delivered(6)));
  }

  @Test
  void whoMayHaveOneHasEachWrittenAtOnce() {
    hands.limit(1);
    assertEquals(Due.NOW, accept(delivered(1)));
  }

  @Test
  void noneIsWrittenWithOneBeforeItThatIsInHand() {
    List<RabbitDelivery> four = delivered(1, 4);
    accept(four.get(3));
    accept(four.get(0));
    accept(four.get(1));
    Hands.Batch batch = hands.take();
    assertFalse(batch.multiple());
    assertEquals(List.of(four.get(0), four.get(1), four.get(3)), batch.accepted());
    accept(four.get(2));
    assertTrue(hands.take().multiple());
  }

  @Test
  void whatIsInHandAgainIsNotWrittenWithOthers() {
    List<RabbitDelivery> three = delivered(1, 3);
    accept(three.get(0));
    accept(three.get(1));
    assertTrue(hands.take().multiple());
    hands.ending();
    accept(three.get(2));
    assertFalse(hands.take().multiple(), "nobody knows yet what becomes of the first two");
    three.get(0).unsettle();
    hands.ended(List.of(three.get(0)));
    accept(delivered(4));
    assertFalse(hands.take().multiple());
    accept(three.get(0));
    assertTrue(hands.take().multiple());
  }

  @Test
  void whereBranchesSettleEachIsWrittenForItself() {
    hands.exactly();
    delivered(1, 2).forEach(this::accept);
    assertFalse(hands.take().multiple());
  }

  @Test
  void nothingIsWrittenOfAnother() {
    RabbitTransaction other = new RabbitTransaction(Map.of());
    assertFalse(hands.holdsOther(other));
    accept(delivered(1));
    assertTrue(hands.holdsOther(other));
    assertFalse(hands.holdsOther(alone));
  }

  @Test
  void afterTheEndNothingIsWritten() {
    accept(delivered(1));
    hands.close();
    assertNull(hands.take());
  }
}
