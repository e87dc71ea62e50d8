package io.bindery.jms;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.ZI_Result;
import org.openjdk.jcstress.infra.results.ZZI_Result;
import org.openjdk.jcstress.infra.results.Z_Result;

/** How deliveries are held back, and how their threads sleep. */
public class JmsStress {
  private static final long LONG_NS = 5_000_000_000L;

  private JmsStress() {}

  /** {@link Gate}: who holds it finds nobody inside, and nobody enters then. */
  @JCStressTest
  @Outcome(id = "0", expect = ACCEPTABLE, desc = "through, before it was held")
  @Outcome(id = "-1", expect = ACCEPTABLE, desc = "held back")
  @Outcome(expect = FORBIDDEN, desc = "inside although it is held and was found empty")
  @State
  public static class Held {
    private final Gate gate = new Gate();
    private volatile int stopped;

    public Held() {
      gate.release();
    }

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
      gate.awaitEmpty();
      stopped = 1;
    }
  }

  /** {@link Sleeper}: work comes while it goes to sleep. */
  @JCStressTest
  @Outcome(id = "true", expect = ACCEPTABLE, desc = "it got up")
  @Outcome(expect = FORBIDDEN, desc = "it slept on beside its work")
  @State
  public static class WorkCame {
    private final Sleeper sleeper = new Sleeper();
    private volatile boolean work;

    @Actor
    public void sleep(Z_Result r) {
      long startNs = System.nanoTime();
      while (!work) {
        sleeper.sleep(() -> work, LONG_NS);
      }
      r.r1 = System.nanoTime() - startNs < LONG_NS;
    }

    @Actor
    public void wake() {
      work = true;
      sleeper.wake();
    }
  }

  /** {@link Sleeper}: whoever gives it an errand knows whether it took it. */
  @JCStressTest
  @Outcome(id = "true, 1", expect = ACCEPTABLE, desc = "taken, and run once")
  @Outcome(id = "false, 0", expect = ACCEPTABLE, desc = "it was awake")
  @Outcome(expect = FORBIDDEN, desc = "taken and not run, or run twice, or not taken and run")
  @State
  public static class Errand {
    private final Sleeper sleeper = new Sleeper();
    private final AtomicInteger runs = new AtomicInteger();
    private volatile boolean work;

    @Actor
    public void sleep() {
      while (!work) {
        sleeper.sleep(() -> work, LONG_NS);
      }
    }

    @Actor
    public void wake(ZI_Result r) {
      work = true;
      r.r1 = sleeper.wakeAnd(runs::incrementAndGet);
    }

    @Arbiter
    public void runs(ZI_Result r) {
      r.r2 = runs.get();
    }
  }

  /** {@link Sleeper}: two errands, one behind the other; what it takes it runs. */
  @JCStressTest
  @Outcome(id = "true, true, 11", expect = ACCEPTABLE)
  @Outcome(id = "true, false, 1", expect = ACCEPTABLE)
  @Outcome(id = "false, true, 10", expect = ACCEPTABLE)
  @Outcome(id = "false, false, 0", expect = ACCEPTABLE)
  @Outcome(expect = FORBIDDEN, desc = "an errand was lost, or run though it was not taken")
  @State
  public static class TwoErrands {
    private final Sleeper sleeper = new Sleeper();
    private final AtomicInteger sum = new AtomicInteger();
    private volatile boolean work;

    @Actor
    public void sleep() {
      while (!work) {
        sleeper.sleep(() -> work, LONG_NS);
      }
    }

    @Actor
    public void wake(ZZI_Result r) {
      work = true;
      r.r1 = sleeper.wakeAnd(() -> sum.addAndGet(1));
      r.r2 = sleeper.wakeAnd(() -> sum.addAndGet(10));
    }

    @Arbiter
    public void sum(ZZI_Result r) {
      r.r3 = sum.get();
    }
  }
}
