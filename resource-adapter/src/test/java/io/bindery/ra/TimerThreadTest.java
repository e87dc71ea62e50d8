package io.bindery.ra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The adapter's one timer. */
class TimerThreadTest {
  private static final long HOUR_MS = 3_600_000;

  private final TimerThread timer = new TimerThread("bindery-timer-test");

  @AfterEach
  void stopTimer() {
    timer.stop();
  }

  private static void await(CountDownLatch latch) {
    Awaiting.until("the task ran", () -> latch.getCount() == 0);
  }

  @Test
  void tasksRunInTheOrderOfTheirTimes() {
    ConcurrentLinkedQueue<String> ran = new ConcurrentLinkedQueue<>();
    CountDownLatch both = new CountDownLatch(2);
    timer.after(
        60,
        () -> {
          ran.add("later");
          both.countDown();
        });
    timer.after(
        0,
        () -> {
          ran.add("sooner");
          both.countDown();
        });
    await(both);
    assertEquals(List.of("sooner", "later"), List.copyOf(ran));
  }

  @Test
  void aTaskThatFailsStopsNothing() {
    CountDownLatch next = new CountDownLatch(1);
    timer.after(
        0,
        () -> {
          throw new IllegalStateException("as a test");
        });
    timer.after(0, next::countDown);
    await(next);
    assertEquals(0, next.getCount());
  }

  @Test
  void itsThreadKeepsNothingOfWhoStartedIt() {
    InheritableThreadLocal<String> application = new InheritableThreadLocal<>();
    application.set("of an application");
    AtomicReference<String> inherited = new AtomicReference<>("nothing yet");
    AtomicReference<ClassLoader> loader = new AtomicReference<>();
    CountDownLatch ran = new CountDownLatch(1);
    timer.after(
        0,
        () -> {
          inherited.set(application.get());
          loader.set(Thread.currentThread().getContextClassLoader());
          ran.countDown();
        });
    await(ran);
    application.remove();
    assertEquals(null, inherited.get());
    assertSame(TimerThread.class.getClassLoader(), loader.get());
  }

  @Test
  void stoppedItDropsWhatIsPendingAndTakesNoMore() {
    AtomicReference<Thread> thread = new AtomicReference<>();
    CountDownLatch ran = new CountDownLatch(1);
    timer.after(
        0,
        () -> {
          thread.set(Thread.currentThread());
          ran.countDown();
        });
    await(ran);
    timer.after(HOUR_MS, () -> {});
    timer.stop();
    timer.after(0, () -> thread.set(null));
    Thread its = thread.get();
    assertNotNull(its, "no task runs after the stop");
    Awaiting.until("its thread has ended", () -> !its.isAlive());
  }
}
