package io.bindery.amqp.server;

/**
 * Sends heartbeats where nothing else is sent, and finds peers that are silent for two intervals
 * (AMQP 0-9-1, 4.2.7). On the event loop.
 */
final class Heartbeats {
  private static final int TICKS_OF_SILENCE = 4;

  /**
   * Whoever is not heard any more, because it takes nothing and has sent much, shows only by taking
   * something that it is there. It may be there and only be slow, but it does not take for so long
   * at least; RabbitMQ's sockets have no more patience with those either (Ranch, send_timeout).
   */
  private static final long STILL_MS = 30_000;

  /**
   * Ticks of all connections come together at multiples of this, each a little later than it might:
   * a thread that wakes up for each of ten thousand does little else.
   */
  private static final long TOGETHER_MS = 250;

  private final ClientConnection connection;
  private final Wire wire;
  private final Intake intake;
  private Wire.Later next;
  private long halfMs;
  private boolean received;
  private boolean sent;
  private boolean peeked;
  private int silent;
  private int still;
  private long taken;

  Heartbeats(ClientConnection connection, Wire wire, Intake intake) {
    this.connection = connection;
    this.wire = wire;
    this.intake = intake;
  }

  /** Begins; with 0 there are none. */
  void start(int seconds) {
    if (seconds > 0) {
      halfMs = seconds * 500L;
      schedule();
    }
  }

  private void schedule() {
    long togetherMs = Math.min(TOGETHER_MS, halfMs / 4);
    long late = (wire.nowMs() + halfMs) % togetherMs;
    next = wire.schedule(this::tick, late == 0 ? halfMs : halfMs + togetherMs - late);
  }

  void received() {
    received = true;
  }

  void sent() {
    sent = true;
  }

  private void tick() {
    boolean heard = intake.isReading() || peeked;
    silent = received || !heard ? 0 : silent + 1;
    received = false;
    if (silent >= TICKS_OF_SILENCE) {
      connection.lost("nothing came for " + halfMs * TICKS_OF_SILENCE + " ms (heartbeat)");
      return;
    }
    if (!tookSomething()) {
      connection.lost("it took nothing for " + halfMs * still + " ms (heartbeat)");
      return;
    }
    // Behind what the network does not take it would say nothing, and take memory.
    if (!sent && wire.isWritable()) {
      connection.sendHeartbeat();
    }
    sent = false;
    peeked = intake.peek();
    schedule();
  }

  /** Or has time left for it, or is heard, which says more. */
  private boolean tookSomething() {
    long before = taken;
    taken = wire.taken();
    still = intake.isDeaf() && taken == before ? still + 1 : 0;
    return still < TICKS_OF_SILENCE || still * halfMs < STILL_MS;
  }

  void stop() {
    if (next != null) {
      next.cancel();
    }
  }
}
