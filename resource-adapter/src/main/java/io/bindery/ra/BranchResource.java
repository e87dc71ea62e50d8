package io.bindery.ra;

import java.util.Arrays;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * What this adapter gives to a transaction manager: the resource of the JMS layer, and what the
 * adapter must know of the branch besides. Thread-safe: transaction managers finish branches on
 * other threads than those that worked in them.
 */
abstract class BranchResource implements XAResource {
  /**
   * The resource that does the work.
   *
   * @throws XAException XAER_RMFAIL when the broker cannot be reached now
   */
  abstract XAResource target() throws XAException;

  @Override
  public void start(Xid xid, int flags) throws XAException {
    target().start(xid, flags);
  }

  /**
   * Says nothing of a rollback that the caller has just asked for: not every transaction manager
   * expects that answer.
   */
  @Override
  public void end(Xid xid, int flags) throws XAException {
    try {
      target().end(xid, flags);
    } catch (XAException e) {
      if (flags != TMFAIL || !rolledBack(e)) {
        throw e;
      }
    }
  }

  /** Whether the branch was, or can only be, rolled back. */
  static boolean rolledBack(XAException failure) {
    return failure.errorCode >= XAException.XA_RBBASE && failure.errorCode <= XAException.XA_RBEND;
  }

  /** Whether both name the same branch. */
  static boolean same(Xid one, Xid other) {
    return one.getFormatId() == other.getFormatId()
        && Arrays.equals(one.getGlobalTransactionId(), other.getGlobalTransactionId())
        && Arrays.equals(one.getBranchQualifier(), other.getBranchQualifier());
  }

  @Override
  public int prepare(Xid xid) throws XAException {
    return target().prepare(xid);
  }

  @Override
  public void commit(Xid xid, boolean onePhase) throws XAException {
    target().commit(xid, onePhase);
  }

  @Override
  public void rollback(Xid xid) throws XAException {
    target().rollback(xid);
  }

  @Override
  public void forget(Xid xid) throws XAException {
    target().forget(xid);
  }

  @Override
  public Xid[] recover(int flag) throws XAException {
    return target().recover(flag);
  }

  /**
   * Whether both work on one broker in this virtual machine, so that their work may join in one
   * branch.
   */
  @Override
  public boolean isSameRM(XAResource other) throws XAException {
    XAResource inside = other;
    while (inside instanceof BranchResource ours) {
      inside = ours.target();
    }
    return other == this || target().isSameRM(inside);
  }

  @Override
  public boolean setTransactionTimeout(int seconds) throws XAException {
    return target().setTransactionTimeout(seconds);
  }

  @Override
  public int getTransactionTimeout() throws XAException {
    return target().getTransactionTimeout();
  }
}
