package io.bindery.broker;

import io.bindery.broker.queue.MemoryMeter;
import io.bindery.broker.runtime.Environment;
import io.bindery.broker.runtime.Environment.Scheduled;
import io.bindery.broker.store.Ledger;
import io.bindery.engine.AmqpException;
import io.bindery.engine.ReplyCode;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much memory messages take, and who waits for some. Past the limit publishers wait, first come
 * first served, until usage is at 75 %. What waits for the disk counts, or a slow disk would be a
 * way out of memory's bounds. Who holds unsettled deliveries is not made to wait for others, or
 * whoever must drain could deadlock: a reserve of a quarter is for them, and they wait for the disk
 * alone. Thread-safe; waiters are called on the thread that freed the memory, outside all locks.
 */
final class MemoryBudget implements MemoryMeter {
  /** How often memory that is free but not yet counted is looked for while somebody waits. */
  static final long RECLAIM_MS = 50;

  /** How long somebody waits, or nobody does, before operators are told. */
  static final long TOLD_AFTER_NS = 1_000_000_000;

  private static final System.Logger LOG = System.getLogger(MemoryBudget.class.getName());

  /** Why somebody is refused at once. */
  static final String HOLDS = "this session holds unacknowledged messages, so that it may not wait";

  private static final int MOST_BLOCK_BYTES = 64 * 1024;

  private final long limitBytes;
  private final Environment environment;
  private final Runnable reclaim;
  private final Ledger disk;
  private final AtomicLong used = new AtomicLong();
  private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();
  private final ArrayDeque<Waiter> waitForDisk = new ArrayDeque<>(0);
  private volatile boolean waiting;
  private boolean tickArmed;

  /** When what was told was last true. */
  private long toldNs;

  private volatile String held = "";

  /**
   * A budget.
   *
   * @param disk which may be so full that publishers wait, too
   * @param reclaim asks all queues to count what was settled, and all channels to give back what
   *     they claimed and did not use
   */
  MemoryBudget(long limitBytes, Environment environment, Runnable reclaim, Ledger disk) {
    this.limitBytes = limitBytes;
    this.disk = disk;
    this.environment = environment;
    this.reclaim = reclaim;
  }

  long limitBytes() {
    return limitBytes;
  }

  /** What a channel claims at a time, so that it touches the shared counter seldom. */
  int blockBytes() {
    return (int) Math.max(1, Math.min(MOST_BLOCK_BYTES, limitBytes / 1_024));
  }

  /** Whether the disk is so full that not even what was claimed may be used. */
  boolean diskIsFull() {
    return disk.isFull();
  }

  /** Takes bytes if they are there and nobody waits. */
  boolean claim(long bytes) {
    return !waiting && !disk.isFull() && claimUpTo(bytes, limitBytes);
  }

  /** Takes bytes for somebody who must not wait for others, from the reserve if need be. */
  boolean claimReserve(long bytes) {
    if (!disk.isExhausted() && claimUpTo(bytes, withReserve())) {
      return true;
    }
    reclaim.run();
    return !disk.isExhausted() && claimUpTo(bytes, withReserve());
  }

  private long withReserve() {
    return limitBytes + limitBytes / 4;
  }

  /** Whether the reserve has bytes once the disk has written what waits for it. */
  boolean waitsForDisk(long bytes) {
    return disk.keeps() && !disk.isFull() && used.get() + bytes <= withReserve();
  }

  /**
   * Never goes beyond and back: somebody else would see the peak, and wait for a change that does
   * not come.
   */
  private boolean claimUpTo(long bytes, long limit) {
    long most = limit - disk.unwrittenBytes();
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

  @Override
  public long excessBytes() {
    return used.get() - limitBytes / 2;
  }

  long usedBytes() {
    return used.get();
  }

  /** The error of a publish that got no memory. */
  AmqpException exhausted(String who) {
    boolean full = disk.isFull();
    return new AmqpException(
        ReplyCode.RESOURCE_ERROR,
        (full ? "No space" : "No memory")
            + " for the message: "
            + shortage()
            + ", and "
            + who
            + (full ? "; consume what waits, free space" : "; consume faster, raise memory")
            + ", or raise sendTimeout");
  }

  private String shortage() {
    if (disk.isFull()) {
      return "the file system of the broker's directory (dir) is nearly full";
    }
    long unwritten = disk.unwrittenBytes();
    return (used.get() + unwritten)
        + " of "
        + limitBytes
        + " bytes (memory) are in use"
        + (unwritten > limitBytes / 4 ? ", of which " + unwritten + " wait for the disk" : "");
  }

  /** Why publishers have been held back for a while; empty when they are not. */
  String held() {
    return held;
  }

  /** The error of a message that would never fit. */
  AmqpException tooSmallFor(int messageBytes) {
    return new AmqpException(
        ReplyCode.RESOURCE_ERROR,
        "The message has "
            + messageBytes
            + " bytes, and all messages together may take "
            + limitBytes
            + " (memory); raise memory");
  }

  /**
   * Waits for memory.
   *
   * @param timeoutMs 0 for as long as it takes
   */
  void await(Waiter waiter, long timeoutMs) {
    synchronized (waiters) {
      (waiter.forDisk ? waitForDisk : waiters).add(waiter);
      waiting = true;
      if (!tickArmed) {
        tickArmed = true;
        toldNs = environment.nanos();
        environment.schedule(this::tick, RECLAIM_MS);
      }
    }
    if (timeoutMs > 0) {
      waiter.timeout = environment.schedule(() -> timedOut(waiter, timeoutMs), timeoutMs);
    }
    reclaim.run();
    admit();
  }

  /** A consumer that has settled and does not look again, or an idle channel, holds memory back. */
  private void tick() {
    reclaim.run();
    admit();
    refuseHopeless();
    boolean tell;
    synchronized (waiters) {
      long nowNs = environment.nanos();
      if (waiting != held.isEmpty()) {
        toldNs = nowNs;
      }
      tell = nowNs - toldNs >= TOLD_AFTER_NS;
      if (tell) {
        toldNs = nowNs;
        held = waiting ? shortage() : "";
      }
      tickArmed = waiting || !held.isEmpty();
      if (tickArmed) {
        environment.schedule(this::tick, RECLAIM_MS);
      }
    }
    if (tell) {
      tell(held);
    }
  }

  private void tell(String why) {
    if (why.isEmpty()) {
      LOG.log(Level.INFO, "publishers are held back no more");
    } else {
      LOG.log(Level.WARNING, "publishers are held back: {0}", why);
    }
  }

  /** The disk has become full, or others have taken the reserve. */
  private void refuseHopeless() {
    List<Waiter> hopeless;
    synchronized (waiters) {
      hopeless = waitForDisk.stream().filter(each -> !waitsForDisk(each.bytes)).toList();
    }
    for (Waiter each : hopeless) {
      if (withdraw(each)) {
        each.refused(exhausted(HOLDS));
      }
    }
  }

  private void timedOut(Waiter waiter, long timeoutMs) {
    if (withdraw(waiter)) {
      waiter.refused(exhausted("sendTimeout of " + timeoutMs + " ms is over"));
    }
  }

  /** Takes a waiter out. False when it was served already. */
  boolean withdraw(Waiter waiter) {
    boolean was;
    synchronized (waiters) {
      was = waiters.remove(waiter) || waitForDisk.remove(waiter);
      waiting = !(waiters.isEmpty() && waitForDisk.isEmpty());
    }
    waiter.timeout.cancel();
    return was;
  }

  private void admit() {
    List<Waiter> served = new ArrayList<>();
    synchronized (waiters) {
      while (!waitForDisk.isEmpty() && claimUpTo(waitForDisk.peek().bytes, withReserve())) {
        served.add(waitForDisk.poll());
      }
      if (used.get() + disk.unwrittenBytes() <= limitBytes / 4 * 3 && !disk.isFull()) {
        boolean first = true;
        while (!waiters.isEmpty() && admits(waiters.peek(), first)) {
          served.add(waiters.poll());
          first = false;
        }
      }
      waiting = !(waiters.isEmpty() && waitForDisk.isEmpty());
    }
    for (Waiter waiter : served) {
      waiter.timeout.cancel();
      waiter.granted();
    }
  }

  /**
   * The first is let in even if it does not quite fit, or a large message would keep everybody
   * behind it waiting.
   */
  private boolean admits(Waiter next, boolean first) {
    if (first) {
      used.addAndGet(next.bytes);
    }
    return first || claimUpTo(next.bytes, limitBytes);
  }

  /** A publish that waits. Exactly one of its methods is called, unless it is withdrawn. */
  abstract static class Waiter {
    private final long bytes;
    private final boolean forDisk;
    private volatile Scheduled timeout = () -> {};

    /**
     * One for so many bytes.
     *
     * @param forDisk whether it must not wait for others
     */
    Waiter(long bytes, boolean forDisk) {
      this.bytes = bytes;
      this.forDisk = forDisk;
    }

    boolean isForDisk() {
      return forDisk;
    }

    /** The bytes are taken. */
    abstract void granted();

    /** There were none in time. */
    abstract void refused(AmqpException why);
  }
}
