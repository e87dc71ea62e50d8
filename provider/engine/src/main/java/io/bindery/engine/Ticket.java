package io.bindery.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * The answer to an operation that may take time: it completes once, with a value or with an {@link
 * AmqpException}.
 *
 * <p>Thread-safe. Only the outermost layers wait on one; the engine registers what follows with
 * {@link #whenDone}. Waiting is not interruptible (its end is bounded by the engine's own limits
 * and its failure); the interrupt flag is kept.
 *
 * @param <T> what it yields; {@code Void} for null
 */
public final class Ticket<T> {
  private static final Ticket<Void> DONE = done(null);

  private List<BiConsumer<? super T, ? super AmqpException>> followers;
  private volatile boolean complete;
  private T value;
  private AmqpException failure;

  /** An open ticket; its engine completes it. */
  public Ticket() {}

  /** A ticket that is done already; allocates nothing for the null value. */
  public static Ticket<Void> done() {
    return DONE;
  }

  /** A ticket that is done already, with its value. */
  public static <T> Ticket<T> done(T value) {
    Ticket<T> ticket = new Ticket<>();
    ticket.value = value;
    ticket.complete = true;
    return ticket;
  }

  /** A ticket that has failed already. */
  public static <T> Ticket<T> failed(AmqpException failure) {
    Ticket<T> ticket = new Ticket<>();
    ticket.failure = Objects.requireNonNull(failure);
    ticket.complete = true;
    return ticket;
  }

  /** Whether it has completed, well or badly. */
  public boolean isDone() {
    return complete;
  }

  /** The failure, or null when it is open or went well. */
  public AmqpException failure() {
    return complete ? failure : null;
  }

  /**
   * Waits for the value, as long as it takes.
   *
   * @throws AmqpException the failure
   */
  public T await() throws AmqpException {
    if (!complete) {
      block();
    }
    if (failure != null) {
      throw failure;
    }
    return value;
  }

  /**
   * Waits at most so long.
   *
   * @param timeoutMs milliseconds, 0 or less only looks
   * @return whether it is done
   */
  public boolean awaitDone(long timeoutMs) {
    boolean interrupted = false;
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Math.max(0, timeoutMs));
    try {
      synchronized (this) {
        long leftNs = deadline - System.nanoTime();
        while (!complete && leftNs > 0) {
          try {
            TimeUnit.NANOSECONDS.timedWait(this, leftNs);
          } catch (InterruptedException e) {
            interrupted = true;
          }
          leftNs = deadline - System.nanoTime();
        }
        return complete;
      }
    } finally {
      restore(interrupted);
    }
  }

  private void block() {
    boolean interrupted = false;
    try {
      synchronized (this) {
        while (!complete) {
          try {
            wait();
          } catch (InterruptedException e) {
            interrupted = true;
          }
        }
      }
    } finally {
      restore(interrupted);
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
    return finish(result, null);
  }

  /**
   * Completes with a failure.
   *
   * @return false if it was complete before; then nothing changes
   */
  public boolean fail(AmqpException cause) {
    return finish(null, Objects.requireNonNull(cause));
  }

  private boolean finish(T result, AmqpException cause) {
    List<BiConsumer<? super T, ? super AmqpException>> toRun;
    synchronized (this) {
      if (complete) {
        return false;
      }
      value = result;
      failure = cause;
      complete = true;
      toRun = followers;
      followers = null;
      notifyAll();
    }
    if (toRun != null) {
      toRun.forEach(follower -> follower.accept(result, cause));
    }
    return true;
  }

  /**
   * Calls the follower with value and failure (one of them null) when done: at once on this thread,
   * or later on the completing one, which it must not block.
   */
  public void whenDone(BiConsumer<? super T, ? super AmqpException> follower) {
    synchronized (this) {
      if (!complete) {
        if (followers == null) {
          followers = new ArrayList<>(1);
        }
        followers.add(follower);
        return;
      }
    }
    follower.accept(value, failure);
  }
}
