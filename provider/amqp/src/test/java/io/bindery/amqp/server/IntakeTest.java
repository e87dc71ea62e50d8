package io.bindery.amqp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a client is told that its publishes are held back, and when that they no longer are. */
class IntakeTest {
  private static final long LONG_MS = 2 * Intake.LOOK_EVERY_MS;
  private static final int MORE_THAN_IS_TAKEN = 10_000;

  private final FakeWire wire = new FakeWire();
  private final List<Boolean> told = new ArrayList<>();
  private final Intake intake = new Intake(wire, told::add);

  private void began(int count) {
    for (int i = 0; i < count; i++) {
      intake.began(1);
    }
  }

  private void ended(int count) {
    for (int i = 0; i < count; i++) {
      intake.ended(1);
    }
  }

  @Test
  void whatGoesOnIsNotBlocked() {
    began(1);
    for (int i = 0; i < 10; i++) {
      wire.pass(Intake.LOOK_EVERY_MS - 1);
      began(1);
      ended(1);
    }
    assertEquals(List.of(), told);
  }

  @Test
  void whoeverGoesOnPublishingHearsThatItGoesOn() {
    began(1);
    wire.pass(LONG_MS);
    assertEquals(List.of(true), told);
    began(1);
    ended(1);
    assertEquals(List.of(true, false), told, "what it waited for is done, though more is open");
    for (int i = 0; i < 10; i++) {
      began(1);
      wire.pass(Intake.LOOK_EVERY_MS - 1);
      ended(1);
    }
    assertEquals(List.of(true, false), told);
  }

  @Test
  void allThatWasOpenIsDoneFirst() {
    began(10);
    wire.pass(LONG_MS);
    began(5);
    ended(9);
    assertEquals(List.of(true), told);
    ended(1);
    assertEquals(List.of(true, false), told);
    wire.pass(LONG_MS);
    assertEquals(List.of(true, false, true), told, "nothing of the rest is done");
    ended(5);
    assertEquals(List.of(true, false, true, false), told);
  }

  @Test
  void whoOutrunsConsumersIsNotReadForAMoment() {
    intake.rest(3);
    intake.rest(2);
    assertTrue(wire.isReading(), "the turn has not ended");
    intake.adjust();
    assertFalse(wire.isReading());
    wire.pass(2);
    assertFalse(wire.isReading());
    wire.pass(1);
    assertTrue(wire.isReading());
    wire.pass(LONG_MS);
    assertTrue(wire.isReading());
    assertEquals(List.of(), told);
  }

  @Test
  void noRestIsLong() {
    intake.rest(10 * Intake.MOST_REST_MS);
    intake.adjust();
    wire.pass(Intake.MOST_REST_MS);
    assertTrue(wire.isReading());
  }

  @Test
  void whatIsFullStaysSoAfterARest() {
    intake.rest(1);
    began(MORE_THAN_IS_TAKEN);
    wire.pass(1);
    assertFalse(wire.isReading());
    ended(MORE_THAN_IS_TAKEN);
    assertTrue(wire.isReading());
  }

  @Test
  void nobodyIsUnblockedWhileNothingIsRead() {
    began(10);
    wire.pass(LONG_MS);
    began(MORE_THAN_IS_TAKEN);
    assertFalse(wire.isReading());
    ended(20);
    assertEquals(List.of(true), told);
    ended(MORE_THAN_IS_TAKEN - 20);
    assertEquals(List.of(true, false), told);
    assertTrue(wire.isReading());
  }
}
