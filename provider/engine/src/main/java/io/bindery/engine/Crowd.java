package io.bindery.engine;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * The threads that wait for tickets. When many do, most wait for the same moment (a group is on
 * disk), and putting each to sleep and waking it costs more than all the rest of what they do. So
 * who comes to a crowd lets the others run a few times before it sleeps, and often finds its ticket
 * done by then: 64 durable senders on two processors get through half as many again.
 *
 * <p>That is wrong where others compute without a pause: who lets them run gets the processor back
 * a time slice later, a hundred times as late as whoever is woken. Where this happens again and
 * again all sleep at once for a while, for longer each time. Thread-safe.
 */
final class Crowd {
  /** With fewer, who yields is in the way of the writer more than it helps: measured. */
  static final int MANY = 16;

  static final int MOST_YIELDS = 10;

  /** A yield that takes longer has lost the processor to somebody who computes. */
  private static final long LONG_NS = 1_000_000;

  /** What is lost by several at a time is one loss. */
  private static final long APART_NS = 10_000_000;

  /** Compilers and collectors of garbage take it, too, now and then. */
  private static final int MOST_LOSSES = 20;

  private static final long LOSSES_WITHIN_NS = 1_000_000_000;
  private static final long LEAST_PAUSE_NS = 1_000_000_000;
  private static final long MOST_PAUSE_NS = 64 * LEAST_PAUSE_NS;

  private final AtomicInteger waiting = new AtomicInteger();
  private final LongSupplier clock;
  private final Runnable yield;
  private volatile long pausedUntilNs;
  private long pauseNs;
  private long lostAtNs;
  private long countedFromNs;
  private int losses;

  /** A crowd with a clock of ns that only grows, and what lets others run. */
  Crowd(LongSupplier clock, Runnable yield) {
    this.clock = clock;
    this.yield = yield;
    long nowNs = clock.getAsLong();
    pausedUntilNs = nowNs - LOSSES_WITHIN_NS;
    lostAtNs = nowNs - APART_NS;
    countedFromNs = nowNs - LOSSES_WITHIN_NS;
  }

  /** A thread comes, and waits for a ticket until it leaves. */
  void enter() {
    waiting.incrementAndGet();
  }

  void leave() {
    waiting.decrementAndGet();
  }

  /** Lets others run for a moment if this is a crowd, unless the ticket is done before. */
  void letOthersRun(Ticket<?> ticket) {
    if (waiting.get() < MANY) {
      return;
    }
    long nowNs = clock.getAsLong();
    if (nowNs - pausedUntilNs < 0) {
      return;
    }
    for (int i = 0; i < MOST_YIELDS && !ticket.isDone(); i++) {
      yield.run();
      long thenNs = clock.getAsLong();
      if (thenNs - nowNs > LONG_NS) {
        lost(thenNs);
        return;
      }
      nowNs = thenNs;
    }
  }

  private synchronized void lost(long nowNs) {
    if (nowNs - lostAtNs < APART_NS || nowNs - pausedUntilNs < 0) {
      return;
    }
    lostAtNs = nowNs;
    if (nowNs - countedFromNs > LOSSES_WITHIN_NS) {
      countedFromNs = nowNs;
      losses = 0;
    }
    losses++;
    if (losses > MOST_LOSSES) {
      boolean again = nowNs - pausedUntilNs < LOSSES_WITHIN_NS;
      pauseNs = again ? Math.min(2 * pauseNs, MOST_PAUSE_NS) : LEAST_PAUSE_NS;
      pausedUntilNs = nowNs + pauseNs;
      losses = 0;
    }
  }
}
