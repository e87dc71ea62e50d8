package io.bindery.jms;

/**
 * The one thread on which a session calls its message listeners (Jakarta Messaging 6.2.13). It
 * serves the consumers that have work in turn, a batch each, and parks when none has; a consumer's
 * signal wakes it once.
 */
final class SessionThread implements Runnable {
  private final SessionDeliveries deliveries;
  private final Gate gate;
  private final Thread thread;
  private final Sleeper sleeper = new Sleeper();
  private volatile boolean over;

  SessionThread(SessionDeliveries deliveries, String name) {
    this.deliveries = deliveries;
    this.gate = deliveries.gate();
    thread = new Thread(this, name);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Whether the caller runs on it, and so is a listener of the session. */
  boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  /** A consumer has work, or something changed: look. Any thread. */
  void wake() {
    sleeper.wake();
  }

  /** The same, with an errand; false when it was awake, and did not take it. */
  boolean wakeAnd(Runnable errand) {
    return sleeper.wakeAnd(errand);
  }

  /** Ends it after the listener that runs. */
  void end() {
    over = true;
    sleeper.wake();
  }

  @Override
  public void run() {
    while (!over) {
      if (!turn()) {
        sleeper.sleep(this::mayWork);
      }
    }
  }

  /**
   * Serves each consumer that has work once. False when there was none, or nothing may be
   * delivered.
   */
  private boolean turn() {
    if (!gate.enter()) {
      return false;
    }
    boolean worked = false;
    try {
      for (JmsConsumer consumer : deliveries.consumers()) {
        worked |= consumer.listenToBatch();
      }
    } finally {
      gate.leave();
    }
    return worked;
  }

  private boolean mayWork() {
    return over || (!gate.held() && hasWork());
  }

  private boolean hasWork() {
    for (JmsConsumer consumer : deliveries.consumers()) {
      if (consumer.hasWorkForListener()) {
        return true;
      }
    }
    return false;
  }
}
