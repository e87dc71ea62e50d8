package io.bindery.amqp.server;

/**
 * Sends heartbeats where nothing else is sent, and finds peers that are silent for two intervals
 * (AMQP 0-9-1, 4.2.7). On the event loop.
 */
final class Heartbeats {
  private static final int TICKS_OF_SILENCE = 4;

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
    if (!sent) {
      connection.sendHeartbeat();
    }
    sent = false;
    peeked = intake.peek();
    schedule();
  }

  void stop() {
    if (next != null) {
      next.cancel();
    }
  }
}
