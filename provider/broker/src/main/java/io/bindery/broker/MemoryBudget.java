package io.bindery.broker;

import io.bindery.broker.queue.MemoryMeter;
import io.bindery.broker.runtime.Environment;
import io.bindery.broker.runtime.Environment.Scheduled;
import io.bindery.engine.AmqpException;
import io.bindery.engine.ReplyCode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much memory messages take, and who waits for some. Past the limit publishers wait, first come
 * first served, until usage is at 75 %. Who holds unsettled deliveries is not made to wait, or
 * whoever must drain could deadlock: a reserve of a quarter is for them. Thread-safe.
 */
final class MemoryBudget implements MemoryMeter {
  private final long limitBytes;
  private final Environment environment;
  private final Runnable sweep;
  private final AtomicLong used = new AtomicLong();
  private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();
  private volatile boolean waiting;

  /**
   * A budget.
   *
   * @param sweep asks all queues to count what was settled
   */
  MemoryBudget(long limitBytes, Environment environment, Runnable sweep) {
    this.limitBytes = limitBytes;
    this.environment = environment;
    this.sweep = sweep;
  }

  /** What a channel claims at a time, so that it touches the shared counter seldom. */
  int blockBytes() {
    return (int) Math.max(1, Math.min(64 * 1024, limitBytes / 1_024));
  }

  /** Takes bytes if they are there and nobody waits. */
  boolean claim(long bytes) {
    return !waiting && claimUpTo(bytes, limitBytes);
  }

  /** Takes bytes for somebody who must not wait, from the reserve if need be. */
  boolean claimReserve(long bytes) {
    return claimUpTo(bytes, limitBytes + limitBytes / 4);
  }

  /**
   * Never goes beyond and back: somebody else would see the peak, and wait for a change that does
   * not come.
   */
  private boolean claimUpTo(long bytes, long most) {
    long now = used.get();
    while (now + bytes <= most) {
      if (used.compareAndSet(now, now + bytes)) {
        return true;
      }
      now = used.get();
    }
    return false;
  }

  @Override
  public void charged(long bytes) {
    used.addAndGet(bytes);
  }

  @Override
  public void freed(long bytes) {
    used.addAndGet(-bytes);
    if (waiting) {
      admit();
    }
  }

  long usedBytes() {
    return used.get();
  }

  /** The error of a publish that got no memory. */
  AmqpException exhausted(String who) {
    return new AmqpException(
        ReplyCode.RESOURCE_ERROR,
        "No memory for the message: "
            + used.get()
            + " of "
            + limitBytes
            + " bytes (memory) are in use, and "
            + who
            + "; consume faster, raise memory, or raise sendTimeout");
  }

  /**
   * Waits for memory.
   *
   * @param timeoutMs 0 for as long as it takes
   * @param outcome is told once, with null when the bytes are taken, else with the error
   */
  Waiter await(long bytes, long timeoutMs, java.util.function.Consumer<AmqpException> outcome) {
    Waiter waiter = new Waiter(bytes, outcome);
    synchronized (waiters) {
      waiters.add(waiter);
      waiting = true;
    }
    if (timeoutMs > 0) {
      waiter.timeout = environment.schedule(() -> timedOut(waiter, timeoutMs), timeoutMs);
    }
    // What consumers have settled may not be counted yet.
    sweep.run();
    admit();
    return waiter;
  }

  private void timedOut(Waiter waiter, long timeoutMs) {
    if (withdraw(waiter)) {
      waiter.outcome.accept(exhausted("sendTimeout of " + timeoutMs + " ms is over"));
    }
  }

  /** Takes a waiter out. False when it was served already. */
  boolean withdraw(Waiter waiter) {
    synchronized (waiters) {
      boolean was = waiters.remove(waiter);
      waiting = !waiters.isEmpty();
      return was;
    }
  }

  private void admit() {
    List<Waiter> served = new ArrayList<>();
    synchronized (waiters) {
      if (used.get() > limitBytes / 4 * 3) {
        return;
      }
      while (!waiters.isEmpty() && claimUpTo(waiters.peek().bytes, limitBytes)) {
        served.add(waiters.poll());
      }
      waiting = !waiters.isEmpty();
    }
    for (Waiter waiter : served) {
      if (waiter.timeout != null) {
        waiter.timeout.cancel();
      }
      waiter.outcome.accept(null);
    }
  }

  /** A publish that waits. */
  static final class Waiter {
    private final long bytes;
    private final java.util.function.Consumer<AmqpException> outcome;
    private volatile Scheduled timeout;

    private Waiter(long bytes, java.util.function.Consumer<AmqpException> outcome) {
      this.bytes = bytes;
      this.outcome = outcome;
    }
  }
}
