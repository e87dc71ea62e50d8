package io.bindery.testkit;

import io.bindery.broker.runtime.Environment;

/** A thread whose pauses are on a virtual clock. Its state is guarded by the environment. */
final class VirtualWorker implements Environment.Worker, Runnable {
  private final VirtualEnvironment environment;
  private final Environment.Step step;
  private boolean awake;
  private boolean ended;

  VirtualWorker(VirtualEnvironment environment, Environment.Step step) {
    this.environment = environment;
    this.step = step;
  }

  @Override
  public void run() {
    try {
      for (long waitNs = step.take(); waitNs >= 0; waitNs = step.take()) {
        environment.await(waitNs, () -> awake);
        environment.changed(() -> awake = false);
      }
    } finally {
      environment.changed(() -> ended = true);
    }
  }

  @Override
  public void wake() {
    environment.changed(() -> awake = true);
  }

  @Override
  public void join() {
    environment.await(Long.MAX_VALUE, () -> ended);
  }
}
