package io.bindery.itests.payara;

import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/** A second resource of a transaction, which makes it two-phase and says how it is to end. */
final class VotingResource implements XAResource {
  private final boolean vote;

  VotingResource(boolean vote) {
    this.vote = vote;
  }

  @Override
  public int prepare(Xid xid) throws XAException {
    if (!vote) {
      throw new XAException(XAException.XA_RBROLLBACK);
    }
    return XA_OK;
  }

  @Override
  public boolean isSameRM(XAResource other) {
    return other == this;
  }

  @Override
  public void start(Xid xid, int flags) {}

  @Override
  public void end(Xid xid, int flags) {}

  @Override
  public void commit(Xid xid, boolean onePhase) {}

  @Override
  public void rollback(Xid xid) {}

  @Override
  public void forget(Xid xid) {}

  @Override
  public Xid[] recover(int flag) {
    return new Xid[0];
  }

  @Override
  public int getTransactionTimeout() {
    return 0;
  }

  @Override
  public boolean setTransactionTimeout(int seconds) {
    return false;
  }
}
