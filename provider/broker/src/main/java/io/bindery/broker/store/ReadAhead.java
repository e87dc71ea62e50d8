package io.bindery.broker.store;

import io.bindery.broker.runtime.Environment;
import io.bindery.broker.runtime.Environment.Step;
import java.lang.System.Logger.Level;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The thread that reads what somebody will ask for soon, first come first served. Thread-safe. */
final class ReadAhead {
  private static final System.Logger LOG = System.getLogger(ReadAhead.class.getName());

  private final Queue<Runnable> reads = new ConcurrentLinkedQueue<>();
  private final Environment.Worker worker;
  private volatile boolean closed;

  ReadAhead(Environment environment) {
    worker = environment.worker("read-ahead", this::step);
  }

  private long step() {
    Runnable next = closed ? null : reads.poll();
    if (next != null) {
      try {
        next.run();
      } catch (Throwable e) { // boundary: who needs it reads it then, or hears why not
        LOG.log(Level.WARNING, "reading ahead", e);
      }
      return 0;
    }
    return closed ? Step.LAST : Step.UNTIL_WOKEN;
  }

  void add(Runnable read) {
    reads.add(read);
    worker.wake();
  }

  /** Ends; what was not begun is not read. Waits for the rest. */
  void close() {
    closed = true;
    worker.wake();
    worker.join();
  }
}
