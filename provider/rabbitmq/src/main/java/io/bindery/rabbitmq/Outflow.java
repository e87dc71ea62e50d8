package io.bindery.rabbitmq;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/**
 * Joins what is written in quick succession, because the client library flushes for every method,
 * and each flush is a call of the system here and a wake-up there. A flush after a pause goes out
 * at once; others wait until there is a block of bytes, somebody asks ({@link #push}), or for a
 * millisecond.
 *
 * <p>Thread-safe. Bytes stay in order. Who writes takes along what came meanwhile; past a bound
 * others wait for him, so a network that takes nothing holds back all.
 */
final class Outflow extends OutputStream {
  static final int BLOCK_BYTES = 16 << 10;
  static final int MOST_BYTES = 128 << 10;

  private static final long PAUSE_NS = 200_000;
  private static final long LINGER_NS = 1_000_000;

  /** After so many looks that found nothing the thread sleeps until it is needed. */
  private static final int IDLE_LOOKS = 4;

  private final OutputStream network;
  private final Runnable broken;
  private final Thread thread;
  private byte[] filling = new byte[BLOCK_BYTES];
  private byte[] writing = new byte[BLOCK_BYTES];
  private int filled;
  private long lastNs = System.nanoTime() - PAUSE_NS;
  private boolean busy;
  private boolean closed;
  private IOException failure;
  private volatile boolean asleep;

  /**
   * An outflow.
   *
   * @param broken is run when a write has failed, on a thread of its own
   * @param name of its thread
   */
  Outflow(OutputStream network, Runnable broken, String name) {
    this.network = network;
    this.broken = broken;
    this.thread = Errands.ready(new Thread(null, this::run, name, 0, false));
  }

  void start() {
    thread.start();
  }

  @Override
  public void write(int octet) throws IOException {
    write(new byte[] {(byte) octet}, 0, 1);
  }

  @Override
  public void write(byte[] from, int offset, int length) throws IOException {
    int at = offset;
    int left = length;
    while (left > 0) {
      int taken = take(from, at, left);
      at += taken;
      left -= taken;
      if (left > 0) {
        push();
      }
    }
  }

  /** Takes as much as there is room for, at least one byte. */
  private synchronized int take(byte[] from, int offset, int length) throws IOException {
    boolean interrupted = false;
    while (filled == MOST_BYTES && failure == null) {
      try {
        if (!busy) {
          break;
        }
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    checkOpen();
    int taken = Math.min(length, MOST_BYTES - filled);
    if (filled + taken > filling.length) {
      int size = Math.min(MOST_BYTES, Math.max(filling.length * 2, filled + taken));
      filling = Arrays.copyOf(filling, size);
    }
    System.arraycopy(from, offset, filling, filled, taken);
    filled += taken;
    return taken;
  }

  private void checkOpen() throws IOException {
    if (failure != null) {
      throw new IOException(failure.getMessage(), failure);
    }
  }

  @Override
  public void flush() throws IOException {
    long nowNs = System.nanoTime();
    boolean now;
    synchronized (this) {
      now = filled >= BLOCK_BYTES || nowNs - lastNs >= PAUSE_NS;
      lastNs = nowNs;
    }
    if (now) {
      push();
    } else if (asleep) {
      LockSupport.unpark(thread);
    }
  }

  /** Writes all that there is, or leaves it to who is writing. */
  void push() throws IOException {
    while (true) {
      byte[] block;
      int length;
      synchronized (this) {
        checkOpen();
        if (busy || filled == 0) {
          return;
        }
        busy = true;
        block = filling;
        length = filled;
        filling = writing;
        writing = block;
        filled = 0;
      }
      write(block, length);
    }
  }

  private void write(byte[] block, int length) throws IOException {
    IOException failed = null;
    try {
      network.write(block, 0, length);
    } catch (IOException e) {
      failed = e;
      throw e;
    } finally {
      synchronized (this) {
        busy = false;
        failure = failure == null ? failed : failure;
        notifyAll();
      }
      if (failed != null) {
        LockSupport.unpark(thread);
      }
    }
  }

  // --- the thread that writes what nobody else does ---

  private void run() {
    try {
      int looks = 0;
      while (!isClosed()) {
        looks = hasMore() ? 0 : looks + 1;
        if (looks < IDLE_LOOKS) {
          LockSupport.parkNanos(this, LINGER_NS);
        } else {
          sleep();
          looks = 0;
        }
        push();
      }
    } catch (IOException e) {
      broken.run();
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private synchronized boolean hasMore() {
    return filled > 0 || failure != null;
  }

  private void sleep() {
    asleep = true;
    while (!hasMore() && !isClosed()) {
      LockSupport.park(this);
    }
    asleep = false;
    LockSupport.parkNanos(this, LINGER_NS);
  }

  /** Writes what there is, and ends. */
  @Override
  public void close() throws IOException {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    LockSupport.unpark(thread);
    push();
  }
}
