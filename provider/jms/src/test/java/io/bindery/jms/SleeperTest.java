package io.bindery.jms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SleeperTest {
  private final Sleeper sleeper = new Sleeper();

  @Test
  void whoIsAwakeTakesNoErrand() {
    assertFalse(sleeper.wakeAnd(() -> {}));
    sleeper.sleep(() -> true);
    assertFalse(sleeper.wakeAnd(() -> {}));
  }

  @Test
  void doesNotSleepWhenThereIsWork() {
    AtomicInteger looks = new AtomicInteger();
    sleeper.sleep(() -> looks.incrementAndGet() > 0);
    assertEquals(1, looks.get());
  }

  @Test
  void anErrandIsRunOnceByWhoWasWoken() throws InterruptedException {
    AtomicInteger runs = new AtomicInteger();
    AtomicBoolean over = new AtomicBoolean();
    Thread thread = new Thread(() -> sleepUntil(over));
    thread.start();
    while (!sleeper.wakeAnd(runs::incrementAndGet)) {
      Thread.onSpinWait();
    }
    over.set(true);
    while (thread.isAlive()) {
      sleeper.wake();
      thread.join(1);
    }
    assertEquals(1, runs.get());
  }

  /** Whatever was accepted is run, once, however the sleeper gets up. */
  @Test
  @Timeout(60)
  void noErrandIsLostBetweenManyWakers() throws InterruptedException {
    AtomicInteger runs = new AtomicInteger();
    AtomicInteger accepted = new AtomicInteger();
    AtomicBoolean over = new AtomicBoolean();
    Thread thread = new Thread(() -> sleepUntil(over));
    thread.start();
    List<Thread> wakers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      wakers.add(
          new Thread(
              () -> {
                // On a busy machine all the wakers may be through before anybody has slept.
                for (int wake = 0; wake < 20_000 || accepted.get() == 0; wake++) {
                  accepted.addAndGet(sleeper.wakeAnd(runs::incrementAndGet) ? 1 : 0);
                }
              }));
    }
    wakers.forEach(Thread::start);
    for (Thread waker : wakers) {
      waker.join();
    }
    over.set(true);
    while (thread.isAlive()) {
      sleeper.wake();
      thread.join(1);
    }
    assertTrue(accepted.get() > 0);
    assertEquals(accepted.get(), runs.get());
  }

  private void sleepUntil(AtomicBoolean over) {
    while (!over.get()) {
      sleeper.sleep(over::get, 50_000);
    }
  }
}
