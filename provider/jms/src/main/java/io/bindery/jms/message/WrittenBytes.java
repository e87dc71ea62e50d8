package io.bindery.jms.message;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Objects;

/**
 * Bytes that are written, and then shared: an array that was handed out is exactly full, so what is
 * written next goes into another one. A body that is written in one piece is copied once.
 */
final class WrittenBytes extends OutputStream {
  /** The longest array that every virtual machine can make. */
  private static final int MOST = Integer.MAX_VALUE - 8;

  private static final int FIRST = 32;
  private static final byte[] NOTHING = {};

  private byte[] bytes = NOTHING;
  private int size;

  int size() {
    return size;
  }

  /** What was written so far. Nobody changes the array from then on. */
  byte[] content() {
    if (size < bytes.length) {
      bytes = Arrays.copyOf(bytes, size);
    }
    return bytes;
  }

  @Override
  public void write(int value) throws IOException {
    makeRoom(1);
    bytes[size++] = (byte) value;
  }

  @Override
  public void write(byte[] from, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, from.length);
    makeRoom(length);
    System.arraycopy(from, offset, bytes, size, length);
    size += length;
  }

  private void makeRoom(int more) throws IOException {
    if (more <= bytes.length - size) {
      return;
    }
    if (more > MOST - size) {
      throw new IOException("a body has at most " + MOST + " bytes");
    }
    long twice = size == 0 ? FIRST : 2L * size;
    bytes = Arrays.copyOf(bytes, (int) Math.min(MOST, Math.max(size + more, twice)));
  }
}
