package io.bindery.broker.queue;

/** Where queues say what memory they use. Thread-safe; must not block. */
public interface MemoryMeter {
  /** So many bytes more are held. */
  void charged(long bytes);

  /** So many bytes are free. */
  void freed(long bytes);

  /** How many bytes should leave memory for a store; 0 or less for none. */
  long excessBytes();

  /** Whether so much is held that what a store has should leave memory. */
  default boolean pressed() {
    return excessBytes() > 0;
  }
}
