package io.bindery.ra;

import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * The XA resource of a managed connection: that of its XA session, and a note whether a branch is
 * under way, which decides on which session the handles work.
 *
 * <p>Branches belong to the broker, so it finishes what is prepared also when its connection is
 * destroyed: IronJacamar destroys the one that it recovers with before its resource is told to
 * commit.
 */
final class ManagedXaResource extends BranchResource {
  private final XAResource session;
  private final XAResource recovery;
  private volatile XAResource finishing;
  private volatile Xid branch;

  /**
   * A resource.
   *
   * @param session that of the XA session
   * @param recovery what finishes branches without the connection, or null
   */
  ManagedXaResource(XAResource session, XAResource recovery) {
    this.session = session;
    this.recovery = recovery == null ? session : recovery;
    this.finishing = session;
  }

  @Override
  XAResource target() {
    return session;
  }

  /** The connection is destroyed. */
  void destroyed() {
    finishing = recovery;
  }

  @Override
  public void commit(Xid xid, boolean onePhase) throws XAException {
    (onePhase ? session : finishing).commit(xid, onePhase);
  }

  @Override
  public void rollback(Xid xid) throws XAException {
    finishing.rollback(xid);
  }

  @Override
  public void forget(Xid xid) throws XAException {
    finishing.forget(xid);
  }

  @Override
  public Xid[] recover(int flag) throws XAException {
    return finishing.recover(flag);
  }

  /** Whether the connection works for a branch now. */
  boolean active() {
    return branch != null;
  }

  @Override
  public void start(Xid xid, int flags) throws XAException {
    session.start(xid, flags);
    branch = xid;
  }

  @Override
  public void end(Xid xid, int flags) throws XAException {
    Xid now = branch;
    if (now != null && same(now, xid)) {
      branch = null;
    }
    super.end(xid, flags);
  }
}
