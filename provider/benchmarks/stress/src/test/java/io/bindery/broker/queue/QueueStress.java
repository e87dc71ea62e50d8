package io.bindery.broker.queue;

import static io.bindery.engine.Outcome.ACCEPTED;
import static io.bindery.engine.Outcome.FAILED;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.bindery.broker.store.Ledger;
import io.bindery.engine.Delivery;
import io.bindery.engine.Signal;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.ZI_Result;
import org.openjdk.jcstress.infra.results.ZZI_Result;
import org.openjdk.jcstress.infra.results.Z_Result;

/** What consumers and publishers of a queue do without its lock, against what is done under it. */
public class QueueStress {
  private QueueStress() {}

  /** {@link Entry}: a delivery that is accepted and rolled back ends once. */
  @JCStressTest
  @Outcome(id = "true, false, 0", expect = ACCEPTABLE, desc = "accepted, and gone")
  @Outcome(id = "false, true, 1", expect = ACCEPTABLE, desc = "failed, and ready again")
  @Outcome(expect = FORBIDDEN, desc = "ended twice, or not as it was said")
  @State
  public static class SettledTwice {
    private final StressQueue of = new StressQueue();
    private final Entry entry;

    public SettledTwice() {
      of.offer();
      entry = StressQueue.taken(of.consumer(0, () -> {}));
    }

    @Actor
    public void accept(ZZI_Result r) {
      r.r1 = entry.settle(ACCEPTED);
    }

    @Actor
    public void fail(ZZI_Result r) {
      r.r2 = entry.settle(FAILED);
    }

    @Arbiter
    public void left(ZZI_Result r) {
      r.r3 = of.left();
    }
  }

  /** {@link Entry}: a delivery that goes into a transaction while its channel gives it back. */
  @JCStressTest
  @Outcome(id = "true, 10", expect = ACCEPTABLE, desc = "in the transaction")
  @Outcome(id = "false, 1", expect = ACCEPTABLE, desc = "given back")
  @Outcome(expect = FORBIDDEN, desc = "both, or neither")
  @State
  public static class LockedOrGivenBack {
    private final StressQueue of = new StressQueue();
    private final Entry entry;

    public LockedOrGivenBack() {
      of.offer();
      entry = StressQueue.taken(of.consumer(0, () -> {}));
    }

    @Actor
    public void lock(ZI_Result r) {
      r.r1 = entry.lock();
    }

    @Actor
    public void giveBack() {
      of.queue.giveBack(List.of(entry), List.of());
    }

    @Arbiter
    public void left(ZI_Result r) {
      r.r2 = of.left();
    }
  }

  /** {@link QueueConsumer}: it looks with full hands while what it holds is settled. */
  @JCStressTest
  @Outcome(id = "true", expect = ACCEPTABLE, desc = "it got the next one, or was signalled")
  @Outcome(expect = FORBIDDEN, desc = "it waits for a signal that does not come")
  @State
  public static class LookedWithFullHands implements Signal {
    private final StressQueue of = new StressQueue();
    private final QueueConsumer consumer = of.consumer(1, this);
    private final List<Delivery> taken = new ArrayList<>(1);
    private final Entry first;
    private volatile boolean signalled;

    public LookedWithFullHands() {
      of.offer();
      of.offer();
      first = StressQueue.taken(consumer);
      signalled = false;
    }

    @Override
    public void work() {
      signalled = true;
    }

    @Actor
    public void drain() {
      consumer.drain(1, taken);
    }

    @Actor
    public void settle() {
      first.settle(ACCEPTED);
    }

    @Arbiter
    public void goesOn(Z_Result r) {
      r.r1 = signalled || !taken.isEmpty();
    }
  }

  /** {@link QueueConsumer}: it closes while what it holds is settled. */
  @JCStressTest
  @Outcome(id = "1", expect = ACCEPTABLE, desc = "acknowledged")
  @Outcome(expect = FORBIDDEN, desc = "never counted, so that its memory stays taken")
  @State
  public static class ClosedMeanwhile {
    private final StressQueue of = new StressQueue();
    private final QueueConsumer consumer = of.consumer(0, () -> {});
    private final Entry entry;

    public ClosedMeanwhile() {
      of.offer();
      entry = StressQueue.taken(consumer);
    }

    @Actor
    public void close() {
      consumer.close();
    }

    @Actor
    public void settle() {
      entry.settle(ACCEPTED);
    }

    @Arbiter
    public void acknowledged(I_Result r) {
      r.r1 = (int) of.queue.counters().acknowledged();
    }
  }

  /** {@link Consumers}: it finds nothing while something comes. */
  @JCStressTest
  @Outcome(id = "true", expect = ACCEPTABLE, desc = "it got it, or was signalled")
  @Outcome(expect = FORBIDDEN, desc = "it sleeps beside a message")
  @State
  public static class FoundNothing implements Signal {
    private final StressQueue of = new StressQueue();
    private final QueueConsumer consumer = of.consumer(0, this);
    private final List<Delivery> taken = new ArrayList<>(1);
    private volatile boolean signalled;

    @Override
    public void work() {
      signalled = true;
    }

    @Actor
    public void drain() {
      consumer.drain(1, taken);
    }

    @Actor
    public void offer() {
      of.offer();
    }

    @Arbiter
    public void goesOn(Z_Result r) {
      r.r1 = signalled || !taken.isEmpty();
    }
  }

  /** {@link Wakes}: a publisher, and a thread that carries on, wake everybody. */
  @JCStressTest
  @Outcome(id = "1, 11", expect = ACCEPTABLE, desc = "each once")
  @Outcome(expect = FORBIDDEN, desc = "one was forgotten, or signalled twice")
  @State
  public static class WokenInTurn {
    private final StressQueue of = new StressQueue();
    private final Wakes wakes = new Wakes();
    private final ConcurrentLinkedQueue<Runnable> errands = new ConcurrentLinkedQueue<>();
    private final AtomicInteger sleeping = new AtomicInteger();
    private final AtomicInteger awake = new AtomicInteger();
    private final QueueConsumer next = sleeping(10);
    private final QueueConsumer busy = of.consumer(0, awake::incrementAndGet);

    public WokenInTurn() {
      wakes.wake(sleeping(1));
    }

    /** A consumer whose thread is asleep, and takes an errand. */
    private QueueConsumer sleeping(int weight) {
      return of.consumer(
          0,
          new Signal() {
            @Override
            public void work() {
              sleeping.addAndGet(weight);
            }

            @Override
            public boolean workAnd(Runnable errand) {
              work();
              return errands.add(errand);
            }
          });
    }

    @Actor
    public void publish() {
      wakes.wake(next);
      wakes.wake(busy);
    }

    @Actor
    public void carryOn() {
      Runnable errand = errands.poll();
      if (errand != null) {
        errand.run();
      }
    }

    @Arbiter
    public void woken(II_Result r) {
      for (Runnable errand = errands.poll(); errand != null; errand = errands.poll()) {
        errand.run();
      }
      r.r1 = awake.get();
      r.r2 = sleeping.get();
    }
  }

  /** {@link Keeping}: something is accepted while the ledger is told what has left. */
  @JCStressTest
  @Outcome(id = "2", expect = ACCEPTABLE, desc = "both are told")
  @Outcome(expect = FORBIDDEN, desc = "one is never told, and comes again after a crash")
  @State
  public static class RodeAlong {
    private final AtomicInteger rides = new AtomicInteger();
    private final AtomicInteger told = new AtomicInteger();
    private final StressQueue of = new StressQueue(ledger(), 1);
    private final Entry second;

    public RodeAlong() {
      of.offerInTransaction();
      of.offerInTransaction();
      QueueConsumer consumer = of.consumer(0, () -> {});
      Entry first = StressQueue.taken(consumer);
      second = StressQueue.taken(consumer);
      first.settle(ACCEPTED);
    }

    /** Counts what it is asked and told, and knows nothing else. */
    private Ledger ledger() {
      InvocationHandler handler =
          (self, method, arguments) ->
              switch (method.getName()) {
                case "ride" -> count(rides, 1);
                case "left" -> count(told, numbers((long[]) arguments[1]));
                default -> method.invoke(Ledger.NONE, arguments);
              };
      return (Ledger)
          Proxy.newProxyInstance(
              Ledger.class.getClassLoader(), new Class<?>[] {Ledger.class}, handler);
    }

    private static Object count(AtomicInteger counter, int more) {
      counter.addAndGet(more);
      return null;
    }

    private static int numbers(long[] ranges) {
      int sum = 0;
      for (int i = 0; i < ranges.length; i += 2) {
        sum += (int) (ranges[i + 1] - ranges[i] + 1);
      }
      return sum;
    }

    @Actor
    public void settle() {
      second.settle(ACCEPTED);
    }

    @Actor
    public void tell() {
      of.queue.persistence().tellLeft();
    }

    @Arbiter
    public void told(I_Result r) {
      if (rides.get() > 1) {
        of.queue.persistence().tellLeft();
      }
      r.r1 = told.get();
    }
  }
}
