package io.bindery.rabbitmq;

import java.lang.System.Logger.Level;
import java.util.function.LongSupplier;

/**
 * Says in the log what became of publishes whose senders were told that they went well: one line at
 * most every ten seconds, with how many there were meanwhile. Thread-safe.
 */
final class LostPublishes {
  private static final System.Logger LOG = System.getLogger(LostPublishes.class.getName());
  private static final long PAUSE_NS = 10_000_000_000L;

  private final LongSupplier nanoTime;
  private long saidNs;
  private long unsaid;
  private boolean said;

  LostPublishes(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  void lost(String what) {
    long others;
    synchronized (this) {
      long nowNs = nanoTime.getAsLong();
      if (said && nowNs - saidNs < PAUSE_NS) {
        unsaid++;
        return;
      }
      said = true;
      saidNs = nowNs;
      others = unsaid;
      unsaid = 0;
    }
    LOG.log(
        Level.WARNING,
        "A non-persistent message was lost on its way to {0} (and {1} others since this was said"
            + " last)",
        what,
        others);
  }
}
