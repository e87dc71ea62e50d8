package io.bindery.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/** {@link Ticket}: completes once, and tells everybody. */
public class TicketStress {
  private static final AmqpException FAILURE =
      new AmqpException(ReplyCode.INTERNAL_ERROR, "failed");

  private TicketStress() {}

  /** Two who complete it: one of them does, and its follower is called once. */
  @JCStressTest
  @Outcome(id = "true, false, 1", expect = ACCEPTABLE, desc = "the value")
  @Outcome(id = "false, true, 1", expect = ACCEPTABLE, desc = "the failure")
  @Outcome(expect = FORBIDDEN, desc = "both, none, or a follower forgotten or called twice")
  @State
  public static class CompletedTwice {
    private final Ticket<Integer> ticket = new Ticket<>();
    private final AtomicInteger calls = new AtomicInteger();

    public CompletedTwice() {
      ticket.whenDone((value, failure) -> calls.incrementAndGet());
    }

    @Actor
    public void value(ZZI_Result r) {
      r.r1 = ticket.complete(1);
    }

    @Actor
    public void failure(ZZI_Result r) {
      r.r2 = ticket.fail(FAILURE);
    }

    @Arbiter
    public void calls(ZZI_Result r) {
      r.r3 = calls.get();
    }
  }

  /** A follower that comes while it completes is called once, with the value. */
  @JCStressTest
  @Outcome(id = "7", expect = ACCEPTABLE, desc = "once, with the value")
  @Outcome(expect = FORBIDDEN, desc = "never, twice, or without the value")
  @State
  public static class FollowedMeanwhile {
    private final Ticket<Integer> ticket = new Ticket<>();
    private final AtomicInteger sum = new AtomicInteger();

    @Actor
    public void complete() {
      ticket.complete(7);
    }

    @Actor
    public void follow() {
      ticket.whenDone((value, failure) -> sum.addAndGet(value == null ? 100 : value));
    }

    @Arbiter
    public void sum(I_Result r) {
      r.r1 = sum.get();
    }
  }

  private static int value(Ticket<Integer> ticket) {
    try {
      Integer value = ticket.await();
      return value == null ? -1 : value;
    } catch (AmqpException e) {
      return -2;
    }
  }

  /** Who sees that it is done sees with what. */
  @JCStressTest
  @Outcome(id = "0", expect = ACCEPTABLE, desc = "not done")
  @Outcome(id = "7", expect = ACCEPTABLE, desc = "done")
  @Outcome(expect = FORBIDDEN, desc = "done without its value")
  @State
  public static class SeenDone {
    private final Ticket<Integer> ticket = new Ticket<>();

    @Actor
    public void complete() {
      ticket.complete(7);
    }

    @Actor
    public void look(I_Result r) {
      r.r1 = ticket.isDone() ? value(ticket) : 0;
    }
  }

  /** Who waits is woken. */
  @JCStressTest
  @Outcome(id = "7", expect = ACCEPTABLE, desc = "with the value")
  @Outcome(expect = FORBIDDEN, desc = "without it; a run that does not end: never")
  @State
  public static class Awaited {
    private final Ticket<Integer> ticket = new Ticket<>();

    @Actor
    public void complete() {
      ticket.complete(7);
    }

    @Actor
    public void await(I_Result r) {
      r.r1 = value(ticket);
    }
  }
}
