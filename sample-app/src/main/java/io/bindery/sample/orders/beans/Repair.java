package io.bindery.sample.orders.beans;

import jakarta.enterprise.context.ApplicationScoped;

/** Whether somebody repaired billing, so that dead letters that are sent again succeed. */
@ApplicationScoped
public class Repair {
  private volatile boolean done;

  /** Whether billing can bill poison now. */
  public boolean done() {
    return done;
  }

  /** Repairs billing, or breaks it again. */
  public void set(boolean repaired) {
    done = repaired;
  }
}
