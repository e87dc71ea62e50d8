package io.bindery.broker.routing;

import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Route;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * One publish, shared by all queues that it reaches. Counts how many of them still hold it, so that
 * its memory is charged once. One that is in the store may leave memory, and is read back when it
 * is asked for. Thread-safe.
 */
public final class Publication {
  private static final AtomicIntegerFieldUpdater<Publication> HOLDERS =
      AtomicIntegerFieldUpdater.newUpdater(Publication.class, "holders");

  private final int sizeBytes;
  private final boolean persistent;
  private final Origin origin;
  private volatile AmqpMessage message;
  // Written before the message, and read after it.
  private Route route;
  private Source source;
  private volatile long position;
  private boolean taken;
  private boolean charged;
  private volatile int holders;

  /**
   * Who published it; one object serves all publishes of a channel.
   *
   * @param connectionId identifies the publisher's connection, for no-local; empty for none
   * @param clientId its client identifier, empty for none
   */
  public record Source(String connectionId, String clientId) {}

  /** Where publications are read back from. Thread-safe. */
  public interface Origin {
    /**
     * Reads a publication that is in the store, gives it its content with {@link #restore}, and
     * charges its memory.
     */
    void read(Publication publication);
  }

  /**
   * A publish.
   *
   * @param message what was published; its memory is charged already
   * @param route where to
   * @param source who published it
   * @param origin reads it back if it is ever stored
   */
  public Publication(AmqpMessage message, Route route, Source source, Origin origin) {
    this.route = route;
    this.source = source;
    this.sizeBytes = message.sizeBytes();
    this.persistent = message.persistent();
    this.origin = origin;
    this.charged = true;
    this.message = message;
  }

  /**
   * A publish that is in the store.
   *
   * @param position where
   * @param sizeBytes what it takes in memory
   * @param persistent whether it outlives the broker
   * @param origin reads it back
   */
  public Publication(long position, int sizeBytes, boolean persistent, Origin origin) {
    this.position = position;
    this.sizeBytes = sizeBytes;
    this.persistent = persistent;
    this.origin = origin;
  }

  /** The message, read back if need be. */
  public AmqpMessage message() {
    AmqpMessage now = message;
    return now == null ? readBack() : now;
  }

  private synchronized AmqpMessage readBack() {
    if (message == null) {
      origin.read(this);
    }
    return message;
  }

  /** Gives it its content back, charged. For its origin, while it reads. */
  public void restore(AmqpMessage stored, Route to, Source publisher) {
    route = to;
    source = publisher;
    charged = true;
    message = stored;
  }

  /**
   * Gives it its content back, charged, unless it is in memory, elsewhere in the store, or needed
   * no more.
   *
   * @param from where that was read
   * @return whether it has taken it
   */
  public synchronized boolean restoreFrom(
      long from, AmqpMessage stored, Route to, Source publisher) {
    boolean takes = message == null && position == from && holders > 0;
    if (takes) {
      restore(stored, to, publisher);
    }
    return takes;
  }

  /** Exchange and routing key. */
  public Route route() {
    message();
    return route;
  }

  /** Who published it. */
  public Source source() {
    message();
    return source;
  }

  /** Bytes charged against memory limits while it is in memory. */
  public int sizeBytes() {
    return sizeBytes;
  }

  /** Whether its delivery mode is 2. */
  public boolean persistent() {
    return persistent;
  }

  /** Where it is in the store, 0 when it is in memory only. */
  public long position() {
    return position;
  }

  /** It is in the store now. */
  public void position(long stored) {
    position = stored;
  }

  /**
   * If it is in the store, it is there now. Nobody reads it at its old place any more when this
   * returns.
   */
  public synchronized void moved(long to) {
    if (position != 0) {
      position = to;
    }
  }

  /** Whether it is in memory. */
  public boolean isInMemory() {
    return message != null;
  }

  /**
   * Lets it leave memory, if it is in the store.
   *
   * @return the bytes that are free now
   */
  public synchronized int unload() {
    if (message == null || position == 0) {
      return 0;
    }
    message = null;
    return discharged();
  }

  private int discharged() {
    boolean was = charged;
    charged = false;
    return was ? sizeBytes : 0;
  }

  /** Whether one queue holds it, and no other will. */
  public boolean isAlone() {
    return holders == 1;
  }

  /** One queue more holds it. */
  public void retain() {
    taken = true;
    HOLDERS.incrementAndGet(this);
  }

  /** Whether a queue ever held it. For the thread that publishes it. */
  public boolean taken() {
    return taken;
  }

  /** Keeps it from being freed until {@link #release}, while it is given to several queues. */
  public void hold() {
    HOLDERS.incrementAndGet(this);
  }

  /**
   * One queue less holds it.
   *
   * @return the bytes that are free now: its size when it was the last and is in memory, else 0
   */
  public int release() {
    if (HOLDERS.decrementAndGet(this) > 0) {
      return 0;
    }
    synchronized (this) {
      return discharged();
    }
  }
}
