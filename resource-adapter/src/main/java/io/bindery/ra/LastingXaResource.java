package io.bindery.ra;

import io.bindery.jms.BinderyXaResource;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * The resource of a connection that does not come back, for a transaction manager that does not
 * either: Payara and GlassFish forget a transaction whose commit was answered by XAER_RMFAIL.
 * Branches belong to the broker, so what is prepared is decided over the recovery connection, and
 * the manager's thread waits until the broker is back. Thread-safe.
 */
final class LastingXaResource extends BranchResource {
  /** How long a decision waits for the broker to come back, ms. */
  static final long PATIENCE_MS = 60_000;

  private final XAResource session;
  private final BranchResource recovery;
  private final Pause pause;
  private Xid unprepared;
  private Xid unanswered;

  /**
   * A resource.
   *
   * @param session that of the connection
   * @param recovery what decides branches without the connection
   * @param pause the time between two tries
   */
  LastingXaResource(XAResource session, BranchResource recovery, Pause pause) {
    this.session = session;
    this.recovery = recovery;
    this.pause = pause;
  }

  /** Waits a moment for the broker. */
  @FunctionalInterface
  interface Pause {
    /** Answers whether to try once more: false when the adapter stops. */
    boolean await();
  }

  private interface Verb {
    void on(XAResource resource) throws XAException;
  }

  @Override
  XAResource target() {
    return session;
  }

  @Override
  public void start(Xid xid, int flags) throws XAException {
    session.start(xid, flags);
    unprepared(xid);
  }

  private synchronized void unprepared(Xid xid) {
    unprepared = xid;
  }

  /** Whether a branch that was not prepared went with the connection that worked for it. */
  private synchronized boolean isLost(Xid xid) {
    return unprepared != null && same(unprepared, xid) && isGone();
  }

  private boolean isGone() {
    return session instanceof BinderyXaResource known && known.isConnectionClosed();
  }

  /**
   * Where the answer is lost the branch may be prepared, and nobody would decide it: it is rolled
   * back (XA, xa_prepare, XA_RBCOMMFAIL).
   */
  @Override
  public int prepare(Xid xid) throws XAException {
    if (isLost(xid)) {
      throw failure(XAException.XA_RBCOMMFAIL, null);
    }
    unprepared(null);
    try {
      return session.prepare(xid);
    } catch (XAException e) {
      if (e.errorCode != XAException.XAER_RMFAIL) {
        throw e;
      }
      unanswered(xid);
      insist(xid, resource -> resource.rollback(xid), e);
      throw failure(XAException.XA_RBCOMMFAIL, e);
    }
  }

  /**
   * What is prepared stays so until it is committed: a broker that does not come back in time is to
   * be asked again (XA, xa_commit, XA_RETRY). In one phase nothing is prepared, and what was not
   * answered stays unknown, XAER_RMFAIL.
   */
  @Override
  public void commit(Xid xid, boolean onePhase) throws XAException {
    if (onePhase) {
      if (isLost(xid)) {
        throw failure(XAException.XA_RBCOMMFAIL, null);
      }
      session.commit(xid, true);
      return;
    }
    try {
      decide(xid, resource -> resource.commit(xid, false));
    } catch (XAException e) {
      throw e.errorCode == XAException.XAER_RMFAIL ? failure(XAException.XA_RETRY, e) : e;
    }
  }

  @Override
  public void rollback(Xid xid) throws XAException {
    if (!isLost(xid)) {
      decide(xid, resource -> resource.rollback(xid));
    }
  }

  private void decide(Xid xid, Verb verb) throws XAException {
    boolean gone = isGone();
    try {
      verb.on(session);
    } catch (XAException e) {
      if (e.errorCode != XAException.XAER_RMFAIL) {
        throw e;
      }
      if (!gone) {
        unanswered(xid);
      }
      insist(xid, verb, e);
    }
  }

  /** The broker may have done what it was asked for that branch. */
  private synchronized void unanswered(Xid xid) {
    unanswered = xid;
  }

  private synchronized boolean isUnanswered(Xid xid) {
    return unanswered != null && same(unanswered, xid);
  }

  /**
   * Asks until there is an answer. A branch that the broker has no more was decided by what it had
   * not answered before; where it was asked nothing before, nobody knows the branch.
   */
  private void insist(Xid xid, Verb verb, XAException lost) throws XAException {
    long startNs = System.nanoTime();
    do {
      XAResource there = null;
      try {
        there = recovery.target();
        verb.on(there);
        return;
      } catch (XAException e) {
        if (e.errorCode == XAException.XAER_NOTA && isUnanswered(xid)) {
          return;
        }
        if (e.errorCode != XAException.XAER_RMFAIL) {
          throw e;
        }
      }
      if (there != null) {
        unanswered(xid);
      }
    } while (System.nanoTime() - startNs < PATIENCE_MS * 1_000_000 && pause.await());
    throw lost;
  }

  private static XAException failure(int errorCode, XAException lost) {
    XAException failure =
        new XAException(
            errorCode == XAException.XA_RETRY
                ? "The broker is away; the branch stays prepared"
                : "The connection was lost, and with it the branch, which is rolled back");
    failure.errorCode = errorCode;
    failure.initCause(lost);
    return failure;
  }

  @Override
  public void forget(Xid xid) throws XAException {
    (isGone() ? recovery : session).forget(xid);
  }

  @Override
  public Xid[] recover(int flags) throws XAException {
    return (isGone() ? recovery : session).recover(flags);
  }
}
