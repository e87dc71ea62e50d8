package io.bindery.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * A gate that is wrong on purpose: whoever enters looks first and counts itself then, so that who
 * holds it may find it empty meanwhile. A run of the others counts only if this one fails.
 */
public class SabotageStress {
  private SabotageStress() {}

  private static final class WrongGate {
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger holds = new AtomicInteger();

    boolean enter() {
      if (holds.get() > 0) {
        return false;
      }
      inside.incrementAndGet();
      return true;
    }

    void leave() {
      inside.decrementAndGet();
    }

    void hold() {
      holds.incrementAndGet();
      while (inside.get() > 0) {
        Thread.onSpinWait();
      }
    }
  }

  /** The same as what the right gate is tried with. */
  @JCStressTest
  @Outcome(
      id = {"0", "-1"},
      expect = ACCEPTABLE)
  @Outcome(expect = FORBIDDEN, desc = "inside although it is held and was found empty")
  @State
  public static class Held {
    private final WrongGate gate = new WrongGate();
    private volatile int stopped;

    @Actor
    public void deliver(I_Result r) {
      if (!gate.enter()) {
        r.r1 = -1;
        return;
      }
      r.r1 = stopped;
      gate.leave();
    }

    @Actor
    public void stop() {
      gate.hold();
      stopped = 1;
    }
  }
}
