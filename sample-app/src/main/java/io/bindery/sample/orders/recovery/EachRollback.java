package io.bindery.sample.orders.recovery;

import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * Has H2 list its prepared branches before each rollback: only then it takes the branch for a
 * prepared one. For a resource that recovers and in which no transaction works.
 */
final class EachRollback implements XAResource {
  private final XAResource resource;

  EachRollback(XAResource resource) {
    this.resource = resource;
  }

  @Override
  public void rollback(Xid xid) throws XAException {
    resource.recover(TMSTARTRSCAN);
    resource.rollback(xid);
  }

  @Override
  public Xid[] recover(int flags) throws XAException {
    return resource.recover(flags);
  }

  @Override
  public void commit(Xid xid, boolean onePhase) throws XAException {
    resource.commit(xid, onePhase);
  }

  @Override
  public void forget(Xid xid) throws XAException {
    resource.forget(xid);
  }

  @Override
  public int prepare(Xid xid) throws XAException {
    return resource.prepare(xid);
  }

  @Override
  public void start(Xid xid, int flags) throws XAException {
    resource.start(xid, flags);
  }

  @Override
  public void end(Xid xid, int flags) throws XAException {
    resource.end(xid, flags);
  }

  @Override
  public boolean isSameRM(XAResource other) throws XAException {
    return this == other;
  }

  @Override
  public int getTransactionTimeout() throws XAException {
    return resource.getTransactionTimeout();
  }

  @Override
  public boolean setTransactionTimeout(int seconds) throws XAException {
    return resource.setTransactionTimeout(seconds);
  }
}
