package io.bindery.rabbitmq;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The time between attempts to connect. */
interface Pace {
  /** That of the virtual machine. */
  Pace SYSTEM =
      new Pace() {
        @Override
        public long nowMs() {
          return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
        }

        @Override
        public void pause(long ms, CountDownLatch over) {
          try {
            over.await(ms, TimeUnit.MILLISECONDS);
          } catch (InterruptedException e) {
            // Nobody but the end of the virtual machine interrupts this thread.
            Thread.currentThread().interrupt();
          }
        }
      };

  /** Of a clock that only goes on. */
  long nowMs();

  /** Waits so long, or until it is over. */
  void pause(long ms, CountDownLatch over);
}
