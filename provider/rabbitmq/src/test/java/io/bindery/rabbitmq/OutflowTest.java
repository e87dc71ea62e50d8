package io.bindery.rabbitmq;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What is written in quick succession is joined; nothing is lost, and a full network holds back.
 */
class OutflowTest {
  private final Network network = new Network();
  private final CountDownLatch broken = new CountDownLatch(1);
  private final Outflow out = new Outflow(network, broken::countDown, "test-writer");

  /** Takes what it is allowed to, a write each. */
  private static final class Network extends OutputStream {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Semaphore allowed = new Semaphore(1_000_000);
    private final AtomicInteger writes = new AtomicInteger();
    private volatile boolean fails;

    @Override
    public void write(int octet) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
      allowed.acquireUninterruptibly();
      if (fails) {
        throw new IOException("pulled");
      }
      synchronized (bytes) {
        bytes.write(from, offset, length);
      }
      writes.incrementAndGet();
    }

    byte[] bytes() {
      synchronized (bytes) {
        return bytes.toByteArray();
      }
    }
  }

  @AfterEach
  void end() {
    network.allowed.release(1_000_000);
  }

  private void send(byte... octets) throws IOException {
    out.write(octets);
    out.flush();
  }

  private void awaitBytes(int count) {
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (network.bytes().length < count && System.nanoTime() < deadlineNs) {
      Thread.onSpinWait();
    }
    assertEquals(count, network.bytes().length);
  }

  @Test
  void theFirstGoesOutAtOnceAndTheNextWhenSomebodyWaits() throws IOException {
    send((byte) 1);
    assertArrayEquals(new byte[] {1}, network.bytes());
    out.write(2);
    out.write(3);
    out.push();
    assertArrayEquals(new byte[] {1, 2, 3}, network.bytes());
    assertEquals(2, network.writes.get());
  }

  @Test
  void whatNobodyWaitsForGoesOutSoon() throws IOException {
    out.start();
    for (int i = 1; i <= 1_000; i++) {
      send((byte) i);
    }
    awaitBytes(1_000);
    assertTrue(network.writes.get() < 500, "writes: " + network.writes);
    out.close();
  }

  @Test
  void aBlockGoesOutAtOnce() throws IOException {
    send(new byte[1]);
    send(new byte[Outflow.BLOCK_BYTES]);
    assertEquals(1 + Outflow.BLOCK_BYTES, network.bytes().length);
  }

  @Test
  void whatIsLargerThanItsRoomGoesThrough() throws IOException {
    byte[] large = new byte[5 * Outflow.MOST_BYTES + 3];
    long seed = Long.getLong("bindery.seed", System.nanoTime());
    System.out.println("seed " + seed);
    new Random(seed).nextBytes(large);
    send(large);
    out.close();
    assertArrayEquals(large, network.bytes());
  }

  @Test
  void aNetworkThatTakesNothingHoldsBack() throws IOException, InterruptedException {
    network.allowed.drainPermits();
    CountDownLatch over = new CountDownLatch(1);
    Thread writer =
        new Thread(
            () -> {
              try {
                for (int i = 0; i < 40; i++) {
                  send(new byte[Outflow.BLOCK_BYTES]);
                }
                out.close();
                over.countDown();
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    Thread other =
        new Thread(
            () -> {
              try {
                for (int i = 0; i < 40; i++) {
                  send(new byte[Outflow.BLOCK_BYTES]);
                }
                over.await();
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    writer.start();
    other.start();
    assertFalse(over.await(50, TimeUnit.MILLISECONDS), "there is not room for all");
    network.allowed.release(1_000);
    writer.join(10_000);
    other.join(10_000);
    out.push();
    awaitBytes(80 * Outflow.BLOCK_BYTES);
  }

  @Test
  void aFailureIsTheirsWhoWriteNext() throws IOException {
    network.fails = true;
    assertThrows(IOException.class, () -> send((byte) 1));
    IOException again = assertThrows(IOException.class, () -> send((byte) 2));
    assertEquals("pulled", again.getMessage());
    assertThrows(IOException.class, out::close);
  }

  @Test
  void aFailureIsToldWhoeverWrote() throws IOException, InterruptedException {
    out.start();
    send((byte) 1);
    network.fails = true;
    IOException failure = null;
    while (failure == null) {
      try {
        send((byte) 2);
      } catch (IOException e) {
        failure = e;
      }
    }
    assertEquals("pulled", failure.getMessage());
    assertTrue(broken.await(10, TimeUnit.SECONDS));
  }
}
