package io.bindery.engine;

import java.util.List;
import javax.transaction.xa.Xid;

/**
 * The XA verbs of an engine (X/Open XA as {@link javax.transaction.xa.XAResource} describes them).
 * Failures are {@link XaException}s. Branches belong to the engine: they may be prepared, committed
 * and recovered by any connection.
 */
public interface XaBranches {
  /**
   * Begins, joins or resumes work for a branch.
   *
   * @param flags {@code TMNOFLAGS}, {@code TMJOIN} or {@code TMRESUME} of {@link
   *     javax.transaction.xa.XAResource}
   * @return the transaction to publish and settle with
   */
  Ticket<Transaction> start(Xid xid, int flags);

  /**
   * Ends or suspends work for a branch.
   *
   * @param flags {@code TMSUCCESS}, {@code TMFAIL} or {@code TMSUSPEND}
   */
  Ticket<Void> end(Xid xid, int flags);

  /**
   * Prepares a branch.
   *
   * @return true when it must be committed or rolled back; false when it did nothing and is
   *     forgotten (read-only)
   */
  Ticket<Boolean> prepare(Xid xid);

  /** Commits a prepared branch or, in one phase, one that has ended. */
  Ticket<Void> commit(Xid xid, boolean onePhase);

  /**
   * Rolls a branch back. What it settled and its consumer no longer holds goes back to its queue as
   * FAILED; what the consumer's channel still holds is unsettled there again. Who still works in it
   * can do no more than end.
   */
  Ticket<Void> rollback(Xid xid);

  /** Forgets a heuristically completed branch. */
  Ticket<Void> forget(Xid xid);

  /** All prepared branches. */
  Ticket<List<Xid>> recover();

  /**
   * Sets after how long an active branch is rolled back by itself.
   *
   * @param seconds 0 for the default
   */
  void timeoutSeconds(Xid xid, int seconds);
}
