package io.bindery.broker.store;

import io.bindery.broker.runtime.Environment;
import java.util.ArrayList;
import java.util.List;

/**
 * Who has something to tell that nobody waits for. The first arms a timer; when it is over, all are
 * called. Thread-safe.
 */
final class Riders implements Runnable {
  private final Environment environment;
  private final long withinMs;
  private List<Runnable> waiting = new ArrayList<>();

  Riders(Environment environment, long withinMs) {
    this.environment = environment;
    this.withinMs = withinMs;
  }

  void add(Runnable rider) {
    boolean first;
    synchronized (this) {
      first = waiting.isEmpty();
      waiting.add(rider);
    }
    if (first) {
      environment.schedule(this, withinMs);
    }
  }

  /** Calls all who wait. */
  void flush() {
    List<Runnable> called;
    synchronized (this) {
      called = waiting;
      waiting = new ArrayList<>();
    }
    called.forEach(Runnable::run);
  }

  @Override
  public void run() {
    flush();
  }
}
