package io.bindery.broker.journal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A file of a {@link DiskDirectory}. It is written through a channel, by one thread, which nobody
 * interrupts; it is read through handles of the old kind, because an interrupt of a thread in a
 * channel closes that for all. A handle has a place of its own in the file, so each is used by one
 * thread at a time.
 */
final class DiskFile implements JournalFile {
  private static final int IDLE_HANDLES = 2;
  private static final int IDLE_HANDLES_OF_ALL = 256;

  /**
   * A handle copies through memory of what is asked of it at once, which should be cheap to get.
   */
  private static final int READ_BYTES = 64 << 10;

  /** With less than this left, a write that fails has failed for that. */
  private static final long FULL_BYTES = 1 << 20;

  private final Path path;
  private final AtomicInteger idleOfAll;
  private final ArrayDeque<RandomAccessFile> idle = new ArrayDeque<>();
  private FileChannel channel;
  private boolean closed;

  DiskFile(Path path, AtomicInteger idleOfAll) throws IOException {
    this.path = path;
    this.idleOfAll = idleOfAll;
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    if (!Files.isRegularFile(path)) {
      throw new FileSystemException(path.toString(), null, "it is no file");
    }
  }

  /** Says so if it failed because the disk is full. */
  static IOException explained(Path path, IOException e) throws IOException {
    if (Files.getFileStore(path).getUsableSpace() < FULL_BYTES) {
      return new DiskFullException("no space left for " + path, e);
    }
    return e;
  }

  @Override
  public void write(ByteBuffer bytes, long position) throws IOException {
    try {
      long at = position;
      while (bytes.hasRemaining()) {
        at += channel().write(bytes, at);
      }
    } catch (ClosedChannelException e) {
      throw e;
    } catch (IOException e) {
      throw explained(path, e);
    }
  }

  private FileChannel channel() throws IOException {
    if (channel == null) {
      channel = FileChannel.open(path, StandardOpenOption.WRITE);
    }
    return channel;
  }

  @Override
  public void truncate(long size) throws IOException {
    channel().truncate(size);
  }

  @Override
  public void sync() throws IOException {
    channel().force(false);
  }

  @Override
  public void seal() throws IOException {
    if (channel != null) {
      channel.close();
      channel = null;
    }
  }

  @Override
  public long size() throws IOException {
    return Files.size(path);
  }

  @Override
  public void read(ByteBuffer bytes, long position) throws IOException {
    RandomAccessFile handle = borrow();
    try {
      handle.seek(position);
      while (bytes.hasRemaining()) {
        int length = Math.min(READ_BYTES, bytes.remaining());
        int count = handle.read(bytes.array(), bytes.arrayOffset() + bytes.position(), length);
        if (count < 0) {
          return;
        }
        bytes.position(bytes.position() + count);
      }
    } finally {
      give(handle);
    }
  }

  private RandomAccessFile borrow() throws IOException {
    synchronized (idle) {
      if (closed) {
        throw new IOException(path + " is closed");
      }
      RandomAccessFile handle = idle.poll();
      if (handle != null) {
        idleOfAll.decrementAndGet();
        return handle;
      }
    }
    return new RandomAccessFile(path.toFile(), "r");
  }

  private void give(RandomAccessFile handle) throws IOException {
    synchronized (idle) {
      if (!closed && idle.size() < IDLE_HANDLES && idleOfAll.get() < IDLE_HANDLES_OF_ALL) {
        idleOfAll.incrementAndGet();
        idle.push(handle);
        return;
      }
    }
    handle.close();
  }

  @Override
  public void close() throws IOException {
    synchronized (idle) {
      closed = true;
      for (RandomAccessFile handle = idle.poll(); handle != null; handle = idle.poll()) {
        idleOfAll.decrementAndGet();
        handle.close();
      }
    }
    seal();
  }
}
