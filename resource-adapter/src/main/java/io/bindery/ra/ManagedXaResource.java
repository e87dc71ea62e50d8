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
  private volatile Xid branch;

  /**
   * A resource.
   *
   * @param session that of the XA session, as {@link LastingXaResource} where there is an adapter
   */
  ManagedXaResource(XAResource session) {
    this.session = session;
  }

  @Override
  XAResource target() {
    return session;
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
