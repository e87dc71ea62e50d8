package io.bindery.amqp.server;

/**
 * How much of what a client sent is not done yet. Past a bound nothing more is read, so that TCP
 * holds the client back; when that takes long the client is told (RabbitMQ, "Blocked Connection
 * Notifications"). On the event loop.
 */
final class Intake {
  private static final int MAX_OPEN = 8_192;
  private static final long MAX_OPEN_BYTES = 8L * 1024 * 1024;

  /** A disk is slow for so long now and then. */
  private static final long TELL_AFTER_MS = 500;

  private final Wire wire;
  private final Listener listener;
  private int open;
  private long openBytes;
  private boolean full;
  private boolean reading = true;
  private boolean told;
  private Wire.Later later;

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
    if (!full && (open > MAX_OPEN || openBytes > MAX_OPEN_BYTES)) {
      full = true;
      later = wire.schedule(this::tell, TELL_AFTER_MS);
      adjust();
    }
  }

  /** It is done. */
  void ended(int bytes) {
    open--;
    openBytes -= bytes;
    if (full && open <= MAX_OPEN / 2 && openBytes <= MAX_OPEN_BYTES / 2) {
      full = false;
      later.cancel();
      if (told) {
        told = false;
        listener.blocked(false);
      }
      adjust();
    }
  }

  private void tell() {
    if (full && !told) {
      told = true;
      listener.blocked(true);
    }
  }

  /** What the network takes has changed, or what is held back. */
  void adjust() {
    boolean wanted = !full && wire.isWritable();
    if (wanted != reading) {
      reading = wanted;
      wire.reading(wanted);
    }
  }

  /** Whether the client is listened to. */
  boolean isReading() {
    return reading;
  }

  void stop() {
    if (later != null) {
      later.cancel();
    }
  }
}
