package io.bindery.broker.queue;

import io.bindery.engine.Consumer;
import io.bindery.engine.Delivery;
import io.bindery.engine.Signal;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;

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

  private final MessageQueue queue;
  private final ConsumerSettings settings;
  private final Signal signal;
  private final ArrayDeque<Entry> held = new ArrayDeque<>();
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

  ArrayDeque<Entry> held() {
    return held;
  }

  boolean handsFull() {
    return settings.prefetch() > 0 && held.size() >= settings.prefetch();
  }

  /** Whether it would be given one more now; what it settled and nobody swept is no burden. */
  boolean hasCredit() {
    if (paused || phase >= CLOSED) {
      return false;
    }
    return settings.prefetch() == 0
        || held.stream().filter(entry -> entry.state() != Entry.SETTLED).count()
            < settings.prefetch();
  }

  /** How many it may take now, before the queue's fairness. */
  int credit(int max) {
    return settings.prefetch() == 0 ? max : Math.min(max, settings.prefetch() - held.size());
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

  /** Calls the visitor for what was settled since, and forgets it. */
  void sweep(java.util.function.Consumer<Entry> settled) {
    while (!held.isEmpty() && held.peek().state() == Entry.SETTLED) {
      settled.accept(held.poll());
    }
    if (settings.prefetch() > 0 ? handsFull() : held.size() > Consumers.BATCH * 4) {
      sweepAll(settled);
    }
  }

  /** The same, also behind what is still held. */
  void sweepAll(java.util.function.Consumer<Entry> settled) {
    for (Iterator<Entry> each = held.iterator(); each.hasNext(); ) {
      Entry entry = each.next();
      if (entry.state() == Entry.SETTLED) {
        each.remove();
        settled.accept(entry);
      }
    }
  }

  /** After a settle, without a lock: a consumer that waits for it, or is over, is swept at once. */
  void settled() {
    int now = phase;
    if (now == STARVED || now == CLOSED) {
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
