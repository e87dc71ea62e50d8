package io.bindery.engine;

import java.util.List;

/**
 * A consumer of one queue, which pulls. The engine calls the {@link Signal} that was given to
 * {@link Channel#consume} once when it goes from empty to work. After a signal, drain until it
 * yields nothing; only then comes the next signal.
 *
 * <p>{@link #drain} is for one thread at a time; everything else for any.
 */
public interface Consumer extends AutoCloseable {
  /** Its name on the channel. */
  String tag();

  /** Its queue. */
  String queue();

  /**
   * Takes what is ready, within the prefetch: never waits. May take fewer than are ready, to be
   * fair to other consumers.
   *
   * @param max at most so many, at least 1
   * @param into where they are added, in order
   * @return how many; 0 arms the signal
   */
  int drain(int max, List<? super Delivery> into);

  /**
   * Brings what is ready now, and what it may have, within reach of {@link #drain}. An engine in
   * the same virtual machine has it there always; over a network it takes an answer of the server.
   *
   * @return whether it was asked for, and so may be there now
   */
  default Ticket<Boolean> fetch() {
    return Ticket.done(false);
  }

  /**
   * Stops or resumes handing out: while paused, {@link #drain} yields nothing and no signal comes.
   * Resuming signals when there is work.
   */
  void pause(boolean paused);

  /**
   * Whether it is over: closed, or its queue was deleted or its connection lost. The signal is
   * called when that happens, so that its thread looks.
   */
  boolean isClosed();

  /**
   * Cancels it. What it delivered stays with its channel until it is settled; what it took for
   * nobody goes back. Twice does nothing.
   */
  @Override
  void close();
}
