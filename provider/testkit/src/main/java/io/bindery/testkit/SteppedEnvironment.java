package io.bindery.testkit;

import io.bindery.broker.runtime.Environment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A broker's outside in which nothing happens by itself: clock, timers and workers move on the
 * thread that moves them, so that a run follows from its seed alone. One thread's.
 */
public class SteppedEnvironment implements Environment {
  /** When the first of them starts, in milliseconds since 1970. */
  public static final long START_MS = 1_700_000_000_000L;

  private static final long MS = 1_000_000;

  private final Random random;
  private final long startMs;
  private final List<Task> tasks = new ArrayList<>();
  private final List<Stepper> steppers = new ArrayList<>();
  private long nowNs;

  /** An environment whose random numbers follow from the seed. */
  public SteppedEnvironment(long seed) {
    this(seed, START_MS);
  }

  /** The same, starting at a time in milliseconds since 1970. */
  public SteppedEnvironment(long seed, long startMs) {
    this.random = new Random(seed);
    this.startMs = startMs;
  }

  private record Task(long dueNs, Runnable work) {}

  private final class Stepper implements Worker {
    private final Step step;
    private long dueNs;
    private boolean awake = true;
    private boolean ended;

    Stepper(Step step) {
      this.step = step;
    }

    @Override
    public void wake() {
      awake = true;
    }

    @Override
    public void join() {
      while (!ended) {
        // All, since it may wait for another.
        if (!step()) {
          nowNs = steppers.stream().mapToLong(Stepper::dueNs).min().orElse(nowNs);
        }
      }
    }

    /** When it wants to take a step, {@link Long#MAX_VALUE} for never. */
    private long dueNs() {
      return ended ? Long.MAX_VALUE : dueNs;
    }

    boolean takeIfDue() {
      if (ended || !awake && dueNs > nowNs) {
        return false;
      }
      awake = false;
      long waitNs = step.take();
      ended = waitNs < 0;
      dueNs = waitNs > Long.MAX_VALUE - nowNs ? Long.MAX_VALUE : nowNs + waitNs;
      return true;
    }
  }

  @Override
  public long nowMs() {
    return startMs + nowNs / MS;
  }

  @Override
  public long nanos() {
    return nowNs;
  }

  @Override
  public long random() {
    return random.nextLong();
  }

  @Override
  public Scheduled schedule(Runnable work, long delayMs) {
    Task task = new Task(nowNs + Math.max(0, delayMs) * MS, work);
    tasks.add(task);
    return () -> tasks.remove(task);
  }

  @Override
  public Worker worker(String name, Step step) {
    Stepper stepper = new Stepper(step);
    steppers.add(stepper);
    return stepper;
  }

  /** Has every worker take a step that wants to; answers whether any did. */
  public boolean step() {
    boolean any = false;
    for (Stepper each : List.copyOf(steppers)) {
      any |= each.takeIfDue();
    }
    return any;
  }

  /** Has all workers take steps until none wants to, and runs the timers that are due. */
  public void settle() {
    boolean any = true;
    while (any) {
      any = step();
      for (Task each : List.copyOf(tasks)) {
        if (each.dueNs() <= nowNs && tasks.remove(each)) {
          each.work().run();
          any = true;
        }
      }
    }
  }

  /** Moves the clock ms by ms, and settles each time. */
  public void advance(long ms) {
    for (long i = 0; i < ms; i++) {
      settle();
      nowNs += MS;
    }
    settle();
  }

  /** The timers end; the workers end when their owners say so. */
  @Override
  public void close() {
    tasks.clear();
  }
}
