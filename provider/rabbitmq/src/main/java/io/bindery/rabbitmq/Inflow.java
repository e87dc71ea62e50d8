package io.bindery.rabbitmq;

import java.io.IOException;
import java.io.InputStream;

/**
 * Reads much at once, and asks the system for nothing else: the streams above ask what is available
 * for every frame. For one thread at a time.
 */
final class Inflow extends InputStream {
  private static final int BYTES = 64 << 10;

  private final InputStream network;
  private final byte[] buffer = new byte[BYTES];
  private int position;
  private int limit;

  Inflow(InputStream network) {
    this.network = network;
  }

  /** False at the end. */
  private boolean fill() throws IOException {
    if (position < limit) {
      return true;
    }
    // A timeout leaves what it had.
    int count = network.read(buffer, 0, buffer.length);
    position = 0;
    limit = Math.max(0, count);
    return count > 0;
  }

  @Override
  public int read() throws IOException {
    return fill() ? buffer[position++] & 0xFF : -1;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, limit - position);
    System.arraycopy(buffer, position, into, offset, count);
    position += count;
    return count;
  }

  @Override
  public int available() {
    return limit - position;
  }
}
