package io.bindery.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;

/**
 * The answer to an operation that may take time: it completes once, with a value or with an {@link
 * AmqpException}.
 *
 * <p>Thread-safe. Only the outermost layers wait on one; the engine registers what follows with
 * {@link #whenDone}. Waiting is not interruptible (its end is bounded by the engine's own limits
 * and its failure); the interrupt flag is kept. It has no monitor: one that is waited on took a
 * fifth of a durable send's processor time.
 *
 * @param <T> what it yields; {@code Void} for null
 */
public final class Ticket<T> {
  private static final Ticket<Void> DONE = done(null);
  private static final VarHandle STATE = handle();
  private static final Crowd CROWD = new Crowd(System::nanoTime, Thread::yield);

  /** A {@link Result}, or until then the {@link Interest} that came last, if any. */
  private volatile State<T> state;

  private abstract static class State<T> {}

  private static final class Result<T> extends State<T> {
    private final T value;
    private final AmqpException failure;

    private Result(T value, AmqpException failure) {
      this.value = value;
      this.failure = failure;
    }
  }

  /** A thread that waits, or a follower; the other one is null. */
  private static final class Interest<T> extends State<T> {
    private final BiConsumer<? super T, ? super AmqpException> follower;

    /** Null also when it waits no longer. */
    private volatile Thread thread;

    private Interest<T> next;

    private Interest(Thread thread, BiConsumer<? super T, ? super AmqpException> follower) {
      this.thread = thread;
      this.follower = follower;
    }
  }

  /** An open ticket; its engine completes it. */
  public Ticket() {}

  private Ticket(Result<T> result) {
    state = result;
  }

  private static VarHandle handle() {
    try {
      return MethodHandles.lookup().findVarHandle(Ticket.class, "state", State.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** A ticket that is done already; allocates nothing for the null value. */
  public static Ticket<Void> done() {
    return DONE;
  }

  /** A ticket that is done already, with its value. */
  public static <T> Ticket<T> done(T value) {
    return new Ticket<>(new Result<>(value, null));
  }

  /** A ticket that has failed already. */
  public static <T> Ticket<T> failed(AmqpException failure) {
    return new Ticket<>(new Result<>(null, Objects.requireNonNull(failure)));
  }

  /** Null while it is open. */
  private Result<T> result() {
    return state instanceof Result<T> result ? result : null;
  }

  /** Whether it has completed, well or badly. */
  public boolean isDone() {
    return result() != null;
  }

  /** The failure, or null when it is open or went well. */
  public AmqpException failure() {
    Result<T> result = result();
    return result == null ? null : result.failure;
  }

  /**
   * Waits for the value, as long as it takes.
   *
   * @throws AmqpException the failure
   */
  public T await() throws AmqpException {
    Result<T> result = result();
    if (result == null) {
      result = block();
    }
    if (result.failure != null) {
      throw result.failure;
    }
    return result.value;
  }

  /**
   * Waits at most so long.
   *
   * @param timeoutMs milliseconds, 0 or less only looks
   * @return whether it is done
   */
  public boolean awaitDone(long timeoutMs) {
    long startNs = System.nanoTime();
    long timeoutNs = TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    if (isDone() || timeoutNs <= 0) {
      return isDone();
    }
    boolean interrupted = false;
    Interest<T> mine = new Interest<>(Thread.currentThread(), null);
    Result<T> result = add(mine);
    long leftNs = timeoutNs;
    while (result == null && leftNs > 0) {
      LockSupport.parkNanos(this, leftNs);
      interrupted |= Thread.interrupted();
      result = result();
      leftNs = timeoutNs - (System.nanoTime() - startNs);
    }
    mine.thread = null;
    restore(interrupted);
    return result != null;
  }

  private Result<T> block() {
    CROWD.enter();
    try {
      CROWD.letOthersRun(this);
      Result<T> result = result();
      return result == null ? sleep() : result;
    } finally {
      CROWD.leave();
    }
  }

  private Result<T> sleep() {
    boolean interrupted = false;
    Result<T> result = add(new Interest<>(Thread.currentThread(), null));
    while (result == null) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
      result = result();
    }
    restore(interrupted);
    return result;
  }

  /** Adds an interest while it is open; otherwise answers the result. */
  private Result<T> add(Interest<T> interest) {
    while (true) {
      State<T> now = state;
      if (now instanceof Result<T> result) {
        return result;
      }
      interest.next = (Interest<T>) now;
      if (STATE.compareAndSet(this, now, interest)) {
        return null;
      }
    }
  }

  private static void restore(boolean interrupted) {
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Completes with a value.
   *
   * @return false if it was complete before; then nothing changes
   */
  public boolean complete(T result) {
    return finish(new Result<>(result, null));
  }

  /**
   * Completes with a failure.
   *
   * @return false if it was complete before; then nothing changes
   */
  public boolean fail(AmqpException cause) {
    return finish(new Result<>(null, Objects.requireNonNull(cause)));
  }

  private boolean finish(Result<T> result) {
    State<T> open;
    do {
      open = state;
      if (open instanceof Result) {
        return false;
      }
    } while (!STATE.compareAndSet(this, open, result));
    Interest<T> first = reversed((Interest<T>) open);
    for (Interest<T> each = first; each != null; each = each.next) {
      LockSupport.unpark(each.thread);
    }
    for (Interest<T> each = first; each != null; each = each.next) {
      if (each.follower != null) {
        each.follower.accept(result.value, result.failure);
      }
    }
    return true;
  }

  /** In the order in which they came. */
  private static <T> Interest<T> reversed(Interest<T> last) {
    Interest<T> first = null;
    Interest<T> each = last;
    while (each != null) {
      Interest<T> next = each.next;
      each.next = first;
      first = each;
      each = next;
    }
    return first;
  }

  /**
   * Calls the follower with value and failure (one of them null) when done: at once on this thread,
   * or later on the completing one, which it must not block.
   */
  public void whenDone(BiConsumer<? super T, ? super AmqpException> follower) {
    Result<T> result = add(new Interest<>(null, follower));
    if (result != null) {
      follower.accept(result.value, result.failure);
    }
  }
}
