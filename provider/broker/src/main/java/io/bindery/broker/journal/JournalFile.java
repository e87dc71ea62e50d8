package io.bindery.broker.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A file of a {@link JournalDirectory}. Written and synced by one thread at a time; read by any, at
 * the same time, and an interrupt of a reading thread harms nobody.
 */
public interface JournalFile extends Closeable {
  /** Writes all of the buffer's remaining bytes. On disk only after {@link #sync}. */
  void write(ByteBuffer bytes, long position) throws IOException;

  /**
   * Reads until the buffer is full or the file ends.
   *
   * @param bytes a heap buffer
   */
  void read(ByteBuffer bytes, long position) throws IOException;

  /** Its size in bytes. */
  long size() throws IOException;

  /** Cuts what lies beyond a size. */
  void truncate(long size) throws IOException;

  /** Brings its bytes and its size to the disk. After an error nobody knows what is there. */
  void sync() throws IOException;

  /** Nothing will be written for long: gives back what writing takes. */
  void seal() throws IOException;

  /** Closes it for all, without a sync. */
  @Override
  void close() throws IOException;
}
