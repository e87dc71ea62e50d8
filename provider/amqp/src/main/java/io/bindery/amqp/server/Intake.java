package io.bindery.amqp.server;

/**
 * How much of what a client sent is not done yet. Past a bound nothing more is read, so that TCP
 * holds the client back. When that takes long, or nothing at all gets done, the client is told
 * (RabbitMQ, "Blocked Connection Notifications"). On the event loop.
 */
final class Intake {
  private static final int MAX_OPEN = 8_192;
  private static final long MAX_OPEN_BYTES = 8L * 1024 * 1024;

  /** A disk is slow for so long now and then. */
  static final long LOOK_EVERY_MS = 500;

  /** So much of a client that takes nothing is read all the same, to hear whether it is there. */
  private static final int PEEK_BYTES = 64 * 1024;

  /** However much came, it is not put off for longer at a time. */
  static final int MOST_REST_MS = 100;

  private final Wire wire;
  private final Listener listener;
  private int open;
  private long openBytes;
  private long done;
  private boolean full;
  private boolean resting;
  private int restMs;
  private boolean reading = true;
  private int peeked;

  /** The next look; null while nothing is open, so that what is done at once costs none. */
  private Wire.Later later;

  private long doneBefore;
  private boolean fullBefore;
  private boolean told;

  /** So much is done when all that was open as the client was told is, or as much else. */
  private long doneToUntell;

  /** Is told when the client should be. */
  interface Listener {
    /** Publishes are, or are no longer, held back for long. */
    void blocked(boolean blocked);
  }

  Intake(Wire wire, Listener listener) {
    this.wire = wire;
    this.listener = listener;
  }

  /** Something came that is not done at once. */
  void began(int bytes) {
    open++;
    openBytes += bytes;
    if (later == null) {
      lookAgain();
    }
    if (!full && (open > MAX_OPEN || openBytes > MAX_OPEN_BYTES)) {
      full = true;
      adjust();
    }
  }

  /** It is done. */
  void ended(int bytes) {
    open--;
    openBytes -= bytes;
    done++;
    if (full && open <= MAX_OPEN / 2 && openBytes <= MAX_OPEN_BYTES / 2) {
      full = false;
      fullBefore = false;
      adjust();
    }
    if (told && !full && done >= doneToUntell) {
      told = false;
      listener.blocked(false);
    }
  }

  private void lookAgain() {
    doneBefore = done;
    fullBefore = full;
    later = wire.schedule(this::look, LOOK_EVERY_MS);
  }

  private void look() {
    later = null;
    if (open == 0) {
      return;
    }
    if (!told && (fullBefore || done == doneBefore)) {
      told = true;
      doneToUntell = done + open;
      listener.blocked(true);
    }
    lookAgain();
  }

  /**
   * Who consumes what came is behind: once the turn has ended nothing more is read so long. Of
   * several the longest counts, for they take at the same time.
   */
  void rest(int ms) {
    restMs = Math.min(Math.max(restMs, ms), MOST_REST_MS);
  }

  private void rested() {
    resting = false;
    peeked = 0;
    adjust();
  }

  /** What the network takes has changed, or what is held back. */
  void adjust() {
    if (restMs > 0 && !resting) {
      resting = true;
      wire.schedule(this::rested, restMs);
      restMs = 0;
    }
    boolean wanted = !full && !resting && wire.isWritable();
    if (wanted != reading) {
      reading = wanted;
      peeked = 0;
      wire.reading(wanted);
    }
  }

  /** So many bytes came. */
  void received(int bytes) {
    if (!reading) {
      peeked += bytes;
    }
  }

  /**
   * Reads a little of a client that takes nothing: its heartbeats tell whether it is slow or dead.
   * False where nothing can be told: it is held back, or has sent much already.
   */
  boolean peek() {
    boolean may = !reading && !full && peeked < PEEK_BYTES;
    if (may) {
      wire.readOnce();
    }
    return may;
  }

  /**
   * Whether it takes nothing, and all was read that is read of such a client: what it goes on
   * sending is not heard any more.
   */
  boolean isDeaf() {
    return !reading && !full && peeked >= PEEK_BYTES && !wire.isWritable();
  }

  /** Whether the client is listened to. */
  boolean isReading() {
    return reading;
  }

  /** Nobody is told any more. */
  void stop() {
    if (later != null) {
      later.cancel();
    }
    later = () -> {};
  }
}
