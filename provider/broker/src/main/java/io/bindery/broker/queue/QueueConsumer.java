package io.bindery.broker.queue;

import io.bindery.engine.Consumer;
import io.bindery.engine.Delivery;
import io.bindery.engine.Signal;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

/**
 * A consumer of one queue, or, when it has no signal, the place where a channel keeps what it took
 * one by one. Its state is under the queue's lock; draining is for one thread at a time.
 */
public final class QueueConsumer implements Consumer {
  /** Waits for a signal. */
  static final int IDLE = 0;

  /** Was signalled, and has not found the queue empty since. */
  static final int AWAKE = 1;

  /** Holds all that it may, and will look again. */
  static final int FULL = 2;

  /** Looked, and may take no more: a settle signals it. */
  static final int STARVED = 3;

  /** Asked for nothing. */
  static final int PAUSED = 4;

  /** Over. */
  static final int CLOSED = 5;

  /** Another is the queue's single active consumer. */
  static final int WAITING = 6;

  private static final long RATE_WINDOW_NS = 100_000;

  /** How many are gone, at most, between those that it holds, beside as many as it holds. */
  private static final int SPARE = 64;

  private static final AtomicReferenceFieldUpdater<QueueConsumer, Entry> SETTLED =
      AtomicReferenceFieldUpdater.newUpdater(QueueConsumer.class, Entry.class, "settled");

  private final MessageQueue queue;
  private final ConsumerSettings settings;
  private final Signal signal;

  /** What it was given, oldest first; some of it may be gone. */
  private final ArrayDeque<Entry> given = new ArrayDeque<>();

  /** What was accepted and nobody swept, latest first: a stack, so that no settle is looked for. */
  private volatile Entry settled;

  private int holding;
  private Selection selection;
  private volatile int phase = PAUSED;
  private boolean paused;
  private boolean suspect;
  private boolean stalled;
  private int pace = 1;
  private int lastTaken;
  private long lastDrainNs;
  private long idleSince;

  QueueConsumer(MessageQueue queue, ConsumerSettings settings, Signal signal) {
    this.queue = queue;
    this.settings = settings;
    this.signal = signal;
  }

  ConsumerSettings settings() {
    return settings;
  }

  /** How many unsettled deliveries it may hold, 0 for no limit. */
  public int prefetch() {
    return settings.prefetch();
  }

  /** What it shares with its like; null until it is one of the queue's consumers. */
  Selection selection() {
    return selection;
  }

  void selection(Selection shared) {
    selection = shared;
  }

  int phase() {
    return phase;
  }

  void phase(int next) {
    phase = next;
  }

  /** When it became idle, in the order in which consumers do. */
  long idleSince() {
    return idleSince;
  }

  void idleSince(long turn) {
    idleSince = turn;
  }

  boolean paused() {
    return paused;
  }

  void paused(boolean value) {
    paused = value;
  }

  void signal() {
    signal.work();
  }

  /** See {@link Signal#isCheap}. */
  boolean isCheap() {
    return signal != null && signal.isCheap();
  }

  /** Signals; whether a thread was woken by it that runs the errand. */
  boolean signalAnd(Runnable errand) {
    return signal.workAnd(errand);
  }

  /** It drains: whatever kept it is over. */
  void looked() {
    suspect = false;
    stalled = false;
  }

  /** Whether it might stall: the ticks of the queue watch it. */
  boolean watched() {
    return !stalled && phase == AWAKE;
  }

  /** A tick of the queue has come; true when it is the second since the consumer looked. */
  boolean stalls() {
    stalled = suspect;
    suspect = true;
    return stalled;
  }

  /** It was given an entry. */
  void hold(Entry entry) {
    given.add(entry);
    holding++;
  }

  /** An entry ends otherwise than accepted. */
  void letGo(Entry entry) {
    given.remove(entry);
    holding--;
  }

  /** What it holds and no transaction has, oldest first. */
  List<Entry> held() {
    return given.stream().filter(entry -> entry.state() == Entry.HELD).toList();
  }

  boolean handsFull() {
    return settings.prefetch() > 0 && holding >= settings.prefetch();
  }

  /** Whether it would be given one more now; what it settled and nobody swept is no burden. */
  boolean hasCredit() {
    return !paused && phase < CLOSED && (!handsFull() || settled != null);
  }

  /** How many it may take now, before the queue's fairness. */
  int credit(int max) {
    return settings.prefetch() == 0 ? max : Math.min(max, settings.prefetch() - holding);
  }

  /**
   * How many it handled in the window when it last had something, so that nobody waits long behind
   * a slow one; the first time one, for nothing is known of it.
   */
  int pace(long nowNs) {
    long elapsedNs = nowNs - lastDrainNs;
    int handled = lastTaken;
    lastDrainNs = nowNs;
    if (handled > 0) {
      pace =
          elapsedNs <= 0
              ? Consumers.BATCH
              : (int) Math.max(1, Math.min(Consumers.BATCH, handled * RATE_WINDOW_NS / elapsedNs));
    }
    return pace;
  }

  /** The same as in the last drain. */
  int pace() {
    return pace;
  }

  void took(int count) {
    lastTaken = count;
  }

  /** Calls the visitor for what was accepted since, in that order, and forgets it. */
  void sweep(java.util.function.Consumer<Entry> visitor) {
    Entry next = settled == null ? null : reversed(SETTLED.getAndSet(this, null));
    while (next != null) {
      Entry entry = next;
      next = entry.nextSettled;
      entry.nextSettled = null;
      holding--;
      visitor.accept(entry);
    }
    while (!given.isEmpty() && given.peek().state() == Entry.GONE) {
      given.poll();
    }
    if (given.size() > 2 * holding + SPARE) {
      given.removeIf(entry -> entry.state() == Entry.GONE);
    }
  }

  private static Entry reversed(Entry latest) {
    Entry first = null;
    Entry next = latest;
    while (next != null) {
      Entry entry = next;
      next = entry.nextSettled;
      entry.nextSettled = first;
      first = entry;
    }
    return first;
  }

  /**
   * An entry was accepted, without a lock: a consumer that waits for it, or is over, is swept at
   * once, and so is one whose next entry waits for this one.
   */
  void settled(Entry entry) {
    boolean awaited = entry.suspect;
    Entry latest;
    do {
      latest = settled;
      entry.nextSettled = latest;
    } while (!SETTLED.compareAndSet(this, latest, entry));
    int now = phase;
    if (now == STARVED || now == CLOSED || awaited) {
      queue.deliveries().settledFor(this);
    }
  }

  @Override
  public String tag() {
    return settings.tag();
  }

  @Override
  public String queue() {
    return queue.name();
  }

  @Override
  public int drain(int max, List<? super Delivery> into) {
    return queue.deliveries().drain(this, max, into);
  }

  @Override
  public void pause(boolean value) {
    queue.pause(this, value);
  }

  @Override
  public boolean isClosed() {
    return phase == CLOSED;
  }

  @Override
  public void close() {
    queue.close(this);
  }
}
