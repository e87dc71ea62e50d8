package io.bindery.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import io.bindery.engine.Delivery;
import io.bindery.engine.Route;
import io.bindery.testkit.BrokerModel.Asked;
import io.bindery.testkit.BrokerModel.Copy;
import io.bindery.testkit.BrokerModel.Found;
import io.bindery.testkit.BrokerModel.Place;
import io.bindery.testkit.BrokerModel.Progress;
import io.bindery.testkit.BrokerModel.Sent;
import io.bindery.testkit.BrokerModel.Unit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What chance meets in the crash tests once in a great many runs: a broker dies with a message
 * whose last crash this is, another buries it, and dies, too, before anyone has looked at it.
 */
class BrokerModelTest {
  private static final String OTHER = "b";
  private static final Sent POISON = new Sent("m1", 4, true, 0, 0, 0);
  private static final Sent RESULT = new Sent("m2", 4, true, 0, 0, 0);

  private final BrokerModel model = new BrokerModel();
  private long nowMs = SteppedEnvironment.START_MS;

  private record Seen(String id, String queue, int failureCount) implements Delivery {
    @Override
    public AmqpMessage message() {
      return AmqpMessage.builder().body(new Body.Text(id + "|")).build();
    }

    @Override
    public Route route() {
      return Route.toQueue(queue);
    }

    @Override
    public long sequence() {
      return 1;
    }

    @Override
    public int deliveryCount() {
      return 1;
    }
  }

  /** In the hands of a broker that has found it after a crash: the next one kills it. */
  private Copy poison() {
    List.of(BrokerModel.BURIES, BrokerModel.DEAD, OTHER).forEach(model::declared);
    Unit sent = model.unit(Progress.ISSUED, 0);
    Copy copy = model.coming(BrokerModel.BURIES, POISON);
    sent.enters.add(copy);
    model.applied(sent);
    for (int i = 1; i < BrokerModel.MOST_FAILURES; i++) {
      model.failed(copy, nowMs);
    }
    Seen poison = new Seen(POISON.id(), BrokerModel.BURIES, copy.failures);
    recovered(List.of(poison), List.of(), List.of());
    model.taken(new Asked(BrokerModel.BURIES, -1, nowMs), poison);
    return copy;
  }

  private Unit leavesWith(Progress progress) {
    Copy copy = poison();
    Unit unit = model.unit(progress, 0);
    copy.place = Place.LOCKED;
    unit.leaves.add(copy);
    unit.enters.add(model.coming(OTHER, RESULT));
    return unit;
  }

  private void recovered(List<Delivery> there, List<Delivery> dead, List<Delivery> other) {
    long diedAtMs = nowMs + 2 * BrokerModel.SOON_MS;
    nowMs = diedAtMs + 1;
    Map<String, List<Delivery>> contents =
        Map.of(BrokerModel.BURIES, there, BrokerModel.DEAD, dead, OTHER, other);
    model.recovered(new Found(contents, Map.of(), Set.of(), diedAtMs, nowMs));
  }

  private static List<Delivery> dead() {
    return List.of(new Seen(POISON.id(), BrokerModel.DEAD, 0));
  }

  private static List<Delivery> result() {
    return List.of(new Seen(RESULT.id(), OTHER, 0));
  }

  private void assertBuried() {
    assertEquals(List.of(), model.in(BrokerModel.BURIES, Place.READY));
    assertEquals(1, model.in(BrokerModel.DEAD, Place.READY).size());
    assertEquals(List.of(), model.in(OTHER, Place.READY));
  }

  @Test
  void whatWasToLeaveWithAnOpenUnitMayBeBuried() {
    leavesWith(Progress.OPEN);
    recovered(List.of(), dead(), List.of());
    assertBuried();
  }

  @Test
  void whatWasToLeaveWithOneThatWasAskedForMayBeBuried() {
    leavesWith(Progress.ISSUED);
    recovered(List.of(), dead(), List.of());
    assertBuried();
  }

  @Test
  void aUnitThatLeavesADeadLetterHasNotHappened() {
    leavesWith(Progress.ISSUED);
    AssertionError found =
        assertThrows(AssertionError.class, () -> recovered(List.of(), dead(), result()));
    assertTrue(found.getMessage().contains("against its outcome"), found.getMessage());
  }

  @Test
  void aUnitThatHasHappenedLeavesNone() {
    leavesWith(Progress.ISSUED);
    recovered(List.of(), List.of(), result());
    assertEquals(List.of(), model.in(BrokerModel.BURIES, Place.READY));
    assertEquals(List.of(), model.in(BrokerModel.DEAD, Place.READY));
    assertEquals(1, model.in(OTHER, Place.READY).size());
  }
}
