package io.bindery.ra;

import io.bindery.engine.AmqpConnection;
import io.bindery.engine.Transaction;
import io.bindery.jms.BinderyXaResource;
import java.util.function.UnaryOperator;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * The XA resource of one inbound session: it is handed to {@code createEndpoint}, the container
 * enlists it in {@code beforeDelivery} and finishes its branch in {@code afterDelivery}. Remembers
 * the branch of the delivery that is under way and how it ended, because the adapter is told of it
 * in no other way.
 */
final class DeliveryResource extends BranchResource implements BinderyXaResource.Association {
  private final XAResource engine;
  private Xid branch;
  private Transaction work;
  private boolean refused;
  private Outcome outcome = Outcome.NONE;

  /**
   * A resource.
   *
   * @param connection that of the session
   * @param lasting what makes its decisions outlive the connection
   */
  DeliveryResource(AmqpConnection connection, UnaryOperator<XAResource> lasting) {
    engine = lasting.apply(new BinderyXaResource(connection, this));
  }

  /** How the transaction of a delivery ended. */
  enum Outcome {
    /** The container never enlisted this resource. */
    NONE,
    /** Enlisted, and not finished through this object: under way, or in doubt. */
    OPEN,
    /** Committed. */
    COMMITTED,
    /** Rolled back. */
    ROLLED_BACK
  }

  @Override
  XAResource target() {
    return engine;
  }

  /** Forgets the last delivery. */
  synchronized void next() {
    branch = null;
    work = null;
    refused = false;
    outcome = Outcome.NONE;
  }

  /**
   * Not every container takes a resource that cannot start for a failure of its delivery: this
   * remembers it.
   */
  @Override
  public void start(Xid xid, int flags) throws XAException {
    try {
      super.start(xid, flags);
    } catch (XAException e) {
      refused();
      throw e;
    }
  }

  private synchronized void refused() {
    refused = true;
  }

  /** Whether this delivery was to have a branch and could not get one. */
  synchronized boolean isRefused() {
    return refused;
  }

  /** What to settle with, or null when there is no branch. */
  synchronized Transaction transaction() {
    return work;
  }

  /** How the branch of this delivery ended. */
  synchronized Outcome outcome() {
    return outcome;
  }

  @Override
  public synchronized void associated(Xid xid, Transaction transaction) {
    branch = xid;
    work = transaction;
    outcome = Outcome.OPEN;
  }

  @Override
  public void dissociated(Xid xid) {
    // The delivery is settled in its branch already; what comes after is the container's.
  }

  @Override
  public int prepare(Xid xid) throws XAException {
    try {
      int vote = engine.prepare(xid);
      if (vote == XA_RDONLY) {
        finished(xid, Outcome.COMMITTED);
      }
      return vote;
    } catch (XAException e) {
      finished(xid, e);
      throw e;
    }
  }

  @Override
  public void commit(Xid xid, boolean onePhase) throws XAException {
    try {
      engine.commit(xid, onePhase);
      finished(xid, Outcome.COMMITTED);
    } catch (XAException e) {
      finished(xid, e);
      throw e;
    }
  }

  @Override
  public void rollback(Xid xid) throws XAException {
    try {
      engine.rollback(xid);
      finished(xid, Outcome.ROLLED_BACK);
    } catch (XAException e) {
      finished(xid, e);
      throw e;
    }
  }

  /** What failed may have ended the branch, or an operator had ended it. */
  private void finished(Xid xid, XAException failure) {
    if (failure.errorCode == XAException.XA_RBCOMMFAIL) {
      // The broker takes the delivery back by itself, and its bean has not failed.
      return;
    }
    if (rolledBack(failure) || failure.errorCode == XAException.XA_HEURRB) {
      finished(xid, Outcome.ROLLED_BACK);
    } else if (failure.errorCode == XAException.XA_HEURCOM) {
      finished(xid, Outcome.COMMITTED);
    }
  }

  private synchronized void finished(Xid xid, Outcome end) {
    // A transaction manager may finish any branch of this broker through this object, so it must be
    // the delivery's own.
    if (branch != null && same(branch, xid)) {
      work = null;
      outcome = end;
    }
  }
}
