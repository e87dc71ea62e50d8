package io.bindery.testkit;

import io.bindery.broker.store.Store;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import io.bindery.engine.Route;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A store in one file that only grows, so that tests can evict more than fits into memory. Keeps
 * text bodies, expiry, priority and route, and nothing durably. Thread-safe.
 */
public final class FileStore implements Store, AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 20;

  private final Path file;
  private final FileChannel channel;
  private final ByteBuffer tail = ByteBuffer.allocate(BUFFER_BYTES);
  private final ByteBuffer window = ByteBuffer.allocate(BUFFER_BYTES);

  /** Where the tail goes; the first byte is left free, for no position is 0. */
  private long tailStart = 1;

  private long windowStart = -1;
  private long keptMessages;
  private long keptPages;

  /** A store in a new temporary file. */
  public FileStore() throws IOException {
    file = Files.createTempFile("bindery-pages", ".store");
    channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  /** How many messages were put here. */
  public synchronized long keptMessages() {
    return keptMessages;
  }

  /** How many pages were put here. */
  public synchronized long keptPages() {
    return keptPages;
  }

  @Override
  public boolean evicts() {
    return true;
  }

  @Override
  public synchronized long keepMessage(StoredMessage stored) {
    keptMessages++;
    AmqpMessage message = stored.message();
    byte[] body = ((Body.Text) message.body()).encoded();
    byte[] exchange = stored.route().exchange().getBytes(StandardCharsets.UTF_8);
    byte[] key = stored.route().routingKey().getBytes(StandardCharsets.UTF_8);
    ByteBuffer record =
        ByteBuffer.allocate(
            4 * Integer.BYTES + Long.BYTES + body.length + exchange.length + key.length);
    record
        .putInt(body.length)
        .putInt(exchange.length)
        .putInt(key.length)
        .putInt(message.priority());
    record.putLong(message.expiresAtMs()).put(body).put(exchange).put(key);
    return append(record.flip());
  }

  @Override
  public synchronized StoredMessage message(long position) {
    ByteBuffer head = read(position, 4 * Integer.BYTES + Long.BYTES);
    byte[] body = new byte[head.getInt()];
    byte[] exchange = new byte[head.getInt()];
    byte[] key = new byte[head.getInt()];
    AmqpMessage.Builder message =
        AmqpMessage.builder().priority(head.getInt()).expiresAtMs(head.getLong());
    ByteBuffer rest = read(position + head.limit(), body.length + exchange.length + key.length);
    rest.get(body).get(exchange).get(key);
    Route route =
        new Route(
            new String(exchange, StandardCharsets.UTF_8),
            new String(key, StandardCharsets.UTF_8),
            true);
    message.body(new Body.Text(new String(body, StandardCharsets.UTF_8)));
    return new StoredMessage(message.build(), route, "", "");
  }

  @Override
  public synchronized long keepPage(ByteBuffer page, boolean durable) {
    keptPages++;
    return append(page.duplicate());
  }

  @Override
  public synchronized void readPage(long position, ByteBuffer page) {
    page.put(read(position, page.remaining()));
  }

  @Override
  public void forget(long position, int bytes) {
    // The file only grows.
  }

  private long append(ByteBuffer bytes) {
    if (tail.remaining() < bytes.remaining()) {
      flush();
    }
    long position = tailStart + tail.position();
    tail.put(bytes);
    return position;
  }

  private void flush() {
    tail.flip();
    try {
      for (long at = tailStart; tail.hasRemaining(); ) {
        at += channel.write(tail, at);
        tailStart = at;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    tail.clear();
  }

  private ByteBuffer read(long position, int length) {
    if (position + length > tailStart) {
      flush();
    }
    if (windowStart < 0
        || position < windowStart
        || position + length > windowStart + window.limit()) {
      fill(position);
    }
    return window.slice((int) (position - windowStart), length);
  }

  private void fill(long position) {
    window.clear();
    windowStart = position;
    try {
      int count = channel.read(window, position);
      while (count > 0 && window.hasRemaining()) {
        count = channel.read(window, position + window.position());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    window.flip();
  }

  @Override
  public synchronized void close() throws IOException {
    channel.close();
    Files.deleteIfExists(file);
  }
}
