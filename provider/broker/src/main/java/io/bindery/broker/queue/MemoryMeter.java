package io.bindery.broker.queue;

/** Where queues say what memory they use. Thread-safe; must not block. */
public interface MemoryMeter {
  /** So many bytes more are held. */
  void charged(long bytes);

  /** So many bytes are free. */
  void freed(long bytes);

  /** Whether so much is held that what a store has should leave memory. */
  boolean pressed();
}
