package io.bindery.broker.runtime;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SystemWorkerTest {
  private static final int LONG_S = 30;

  private volatile Thread thread;

  /** A step that waits for something takes the permit of a wake-up away. */
  @Test
  void isWokenAlsoWhileItsStepWaits() throws InterruptedException {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    CountDownLatch again = new CountDownLatch(1);
    AtomicInteger steps = new AtomicInteger();
    SystemWorker worker =
        SystemWorker.start(
            () -> {
              if (steps.incrementAndGet() > 1) {
                again.countDown();
                return Environment.Step.LAST;
              }
              inside.countDown();
              await(goOn);
              return Environment.Step.UNTIL_WOKEN;
            },
            step -> thread = new Thread(step));
    assertTrue(inside.await(LONG_S, TimeUnit.SECONDS));
    for (int i = 0; i < 1_000; i++) {
      worker.wake();
      while (thread.getState() != Thread.State.TIMED_WAITING) {
        Thread.onSpinWait();
      }
    }
    goOn.countDown();
    assertTrue(again.await(LONG_S, TimeUnit.SECONDS), "the wake-up was lost");
    worker.join();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(LONG_S, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
