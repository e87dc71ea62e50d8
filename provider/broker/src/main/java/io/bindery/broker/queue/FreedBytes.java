package io.bindery.broker.queue;

/**
 * Collects what a queue frees while its lock is held: who waits for memory publishes at once, to
 * any queue, and must not do that under this one's lock. Under the queue's lock.
 */
final class FreedBytes implements MemoryMeter {
  private final MemoryMeter broker;
  private long bytes;

  FreedBytes(MemoryMeter broker) {
    this.broker = broker;
  }

  @Override
  public void charged(long more) {
    broker.charged(more);
  }

  @Override
  public void freed(long more) {
    bytes += more;
  }

  @Override
  public long excessBytes() {
    return broker.excessBytes() - bytes;
  }

  /** What was freed since the last call. */
  long take() {
    long taken = bytes;
    bytes = 0;
    return taken;
  }
}
