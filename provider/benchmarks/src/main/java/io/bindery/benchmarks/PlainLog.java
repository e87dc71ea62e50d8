package io.bindery.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.concurrent.locks.LockSupport;

/**
 * What a disk and a thread can do: no checksums, no positions, no recovery. One thread takes all
 * that waits, writes it at once into a file that has its blocks, syncs, and wakes those who wait.
 */
final class PlainLog implements JournalLimit.Log, Runnable {
  private static final int FILE_BYTES = 64 << 20;
  private static final int FILES = 2;
  private static final int BUFFER_BYTES = 1 << 20;

  private final FileChannel[] files = new FileChannel[FILES];
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final Thread thread = new Thread(this, "limit");
  private ArrayDeque<Waiting> pending = new ArrayDeque<>();
  private ArrayDeque<Waiting> taken = new ArrayDeque<>();
  private int file;
  private long position;
  private boolean idle;
  private volatile boolean closed;

  private static final class Waiting {
    private final Thread thread = Thread.currentThread();
    private final byte[] record;
    private volatile boolean done;

    Waiting(byte[] record) {
      this.record = record;
    }
  }

  PlainLog(Path directory) throws IOException {
    Files.createDirectories(directory);
    for (int i = 0; i < FILES; i++) {
      files[i] =
          FileChannel.open(
              directory.resolve("plain-" + i), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      for (long at = 0; at < FILE_BYTES; at += BUFFER_BYTES) {
        files[i].write(buffer.clear(), at);
      }
      files[i].force(true);
    }
    thread.start();
  }

  @Override
  public void append(byte[] record) {
    Waiting me = new Waiting(record);
    boolean wake;
    synchronized (this) {
      pending.add(me);
      wake = idle;
      idle = false;
    }
    if (wake) {
      LockSupport.unpark(thread);
    }
    while (!me.done) {
      LockSupport.park(this);
    }
  }

  @Override
  public void run() {
    try {
      while (!closed) {
        if (take()) {
          write();
        } else {
          LockSupport.park(this);
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private synchronized boolean take() {
    ArrayDeque<Waiting> all = pending;
    pending = taken;
    taken = all;
    idle = all.isEmpty();
    return !idle;
  }

  private void write() throws IOException {
    buffer.clear();
    taken.forEach(each -> buffer.put(each.record));
    int bytes = buffer.position();
    if (position + bytes > FILE_BYTES) {
      position = 0;
      file = (file + 1) % FILES;
    }
    files[file].write(buffer.flip(), position);
    files[file].force(false);
    position += bytes;
    for (Waiting each = taken.poll(); each != null; each = taken.poll()) {
      each.done = true;
      LockSupport.unpark(each.thread);
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    LockSupport.unpark(thread);
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    for (FileChannel each : files) {
      each.close();
    }
  }
}
