package io.bindery.amqp.server;

import static org.junit.jupiter.api.Assertions.assertFalse;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A network that is none: keeps what is sent, and runs what is due when it is told to. */
final class FakeWire implements Wire {
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
  private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final List<Timer> timers = new ArrayList<>();
  private long nowMs = 1_000_000;
  private boolean writable = true;
  private boolean reading = true;
  private boolean closed;
  private final ByteBufAllocator allocator;
  private int writes;
  private Runnable read = () -> {};
  private long taken;

  FakeWire() {
    this(UnpooledByteBufAllocator.DEFAULT);
  }

  FakeWire(ByteBufAllocator allocator) {
    this.allocator = allocator;
  }

  private static final class Timer implements Later {
    private final Runnable task;
    private final long dueMs;
    private boolean cancelled;

    private Timer(Runnable task, long dueMs) {
      this.task = task;
      this.dueMs = dueMs;
    }

    @Override
    public void cancel() {
      cancelled = true;
    }
  }

  /** Its client sends that in one turn of the event loop, and what follows from it is done. */
  void receive(ClientConnection connection, byte[]... pieces) {
    for (byte[] piece : pieces) {
      connection.received(Unpooled.wrappedBuffer(piece));
    }
    connection.turnEnded();
    run();
  }

  /** Runs what was left for the event loop. */
  void run() {
    for (Runnable next = tasks.poll(); next != null; next = tasks.poll()) {
      next.run();
    }
  }

  /** Lets time pass. */
  void pass(long ms) {
    long end = nowMs + ms;
    for (Timer next = next(end); next != null; next = next(end)) {
      timers.remove(next);
      nowMs = next.dueMs;
      next.task.run();
      run();
    }
    nowMs = end;
  }

  private Timer next(long end) {
    timers.removeIf(each -> each.cancelled);
    return timers.stream()
        .filter(each -> each.dueMs <= end)
        .min((one, other) -> Long.compare(one.dueMs, other.dueMs))
        .orElse(null);
  }

  /** What was sent since the last call. */
  byte[] sent() {
    byte[] bytes = sent.toByteArray();
    sent.reset();
    return bytes;
  }

  int writes() {
    return writes;
  }

  void writable(boolean now) {
    writable = now;
  }

  /** What is read when the network is looked at though reading is stopped. */
  void whenRead(Runnable what) {
    read = what;
  }

  /** Something of what was sent is taken. */
  void take() {
    taken++;
  }

  @Override
  public long taken() {
    return taken;
  }

  boolean isReading() {
    return reading;
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public Peer peer() {
    return new Peer("127.0.0.1:1", true, null);
  }

  @Override
  public ByteBufAllocator allocator() {
    return allocator;
  }

  @Override
  public void write(ByteBuf bytes) {
    writes++;
    sent.writeBytes(ByteBufUtil.getBytes(bytes));
    bytes.release();
  }

  @Override
  public void flush() {
    // What is written is sent.
  }

  @Override
  public boolean isWritable() {
    return writable;
  }

  @Override
  public void reading(boolean on) {
    reading = on;
  }

  @Override
  public void readOnce() {
    assertFalse(reading);
    tasks.add(read);
  }

  @Override
  public void close() {
    closed = true;
  }

  @Override
  public void cut() {
    closed = true;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public Later schedule(Runnable task, long delayMs) {
    Timer timer = new Timer(task, nowMs + delayMs);
    timers.add(timer);
    return timer;
  }

  @Override
  public long nowMs() {
    return nowMs;
  }
}
