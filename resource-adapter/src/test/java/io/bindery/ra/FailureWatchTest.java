package io.bindery.ra;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** An outage is many different messages, poison is one. */
class FailureWatchTest {
  private final FailureWatch watch = new FailureWatch(5);

  @Test
  void oneMessagePausesNothingHoweverOftenItFails() {
    for (int i = 0; i < 100; i++) {
      assertFalse(watch.failed("7"));
    }
    assertFalse(watch.paused());
  }

  @Test
  void theFifthDifferentOnePausesOnce() {
    for (long i = 1; i < 5; i++) {
      assertFalse(watch.failed(i));
    }
    assertTrue(watch.failed(5));
    assertTrue(watch.paused());
    assertFalse(watch.failed(6));
  }

  @Test
  void aSuccessBetweenBeginsTheCountAnew() {
    for (long i = 1; i < 5; i++) {
      watch.failed(i);
    }
    assertFalse(watch.succeeded());
    assertFalse(watch.failed(5));
  }

  @Test
  void aSuccessEndsThePauseOnce() {
    for (long i = 1; i <= 5; i++) {
      watch.failed(i);
    }
    assertTrue(watch.succeeded());
    assertFalse(watch.paused());
    assertFalse(watch.succeeded());
  }

  @Test
  void zeroNeverPauses() {
    FailureWatch never = new FailureWatch(0);
    for (long i = 0; i < 100; i++) {
      assertFalse(never.failed(i));
    }
  }
}
