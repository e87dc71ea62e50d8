package io.bindery.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Who waits among many lets others run for a moment, unless they keep the processor. */
class CrowdTest {
  private static final long MS = 1_000_000;
  private static final long SECOND = 1_000 * MS;

  private final Ticket<Void> ticket = new Ticket<>();
  private long nowNs = Long.MAX_VALUE - 2 * SECOND; // it may overflow
  private long tookNs;
  private int yields;
  private int doneAfter = Integer.MAX_VALUE;
  private final Crowd crowd =
      new Crowd(
          () -> nowNs,
          () -> {
            nowNs += tookNs;
            yields++;
            if (yields == doneAfter) {
              ticket.complete(null);
            }
          });

  private void come(int count) {
    for (int i = 0; i < count; i++) {
      crowd.enter();
    }
  }

  private int yieldsOfOne() {
    yields = 0;
    crowd.letOthersRun(ticket);
    return yields;
  }

  @Test
  void fewSleepAtOnce() {
    come(Crowd.MANY - 1);
    assertEquals(0, yieldsOfOne());
    come(1);
    assertEquals(Crowd.MOST_YIELDS, yieldsOfOne());
    crowd.leave();
    assertEquals(0, yieldsOfOne());
  }

  @Test
  void whoseTicketIsDoneGoesOn() {
    come(Crowd.MANY);
    doneAfter = 3;
    assertEquals(3, yieldsOfOne());
    assertEquals(0, yieldsOfOne());
  }

  @Test
  void whereOthersComputeAllSleepForLongerEachTime() {
    come(Crowd.MANY);
    tookNs = 10 * MS;
    for (long pauseNs = SECOND; pauseNs <= 64 * SECOND; pauseNs *= 2) {
      int lost = 0;
      while (yieldsOfOne() == 1) {
        lost++;
      }
      assertEquals(21, lost);
      nowNs += pauseNs - 1;
      assertEquals(0, yieldsOfOne());
      nowNs += 1;
    }
    tookNs = 0;
    assertEquals(Crowd.MOST_YIELDS, yieldsOfOne());
  }

  @Test
  void afterAnAgeWithoutLossesThePauseIsShortAgain() {
    whereOthersComputeAllSleepForLongerEachTime();
    nowNs += 2 * SECOND;
    tookNs = 10 * MS;
    while (yieldsOfOne() == 1) {
      assertEquals(1, yields);
    }
    nowNs += SECOND;
    assertEquals(1, yieldsOfOne());
  }

  @Test
  void whatIsLostNowAndThenDoesNotMatter() {
    come(Crowd.MANY);
    for (int i = 0; i < 1_000; i++) {
      tookNs = 60 * MS;
      assertEquals(1, yieldsOfOne());
      tookNs = 0;
      assertEquals(Crowd.MOST_YIELDS, yieldsOfOne());
    }
  }

  @Test
  void whatManyLoseAtATimeIsOneLoss() {
    come(Crowd.MANY);
    tookNs = 2 * MS;
    for (int i = 0; i < 50; i++) {
      assertEquals(1, yieldsOfOne());
    }
    tookNs = 0;
    assertEquals(Crowd.MOST_YIELDS, yieldsOfOne());
  }
}
