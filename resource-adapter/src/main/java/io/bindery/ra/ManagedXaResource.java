package io.bindery.ra;

import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * The XA resource of a managed connection: that of its XA session, and a note whether a branch is
 * under way, which decides on which session the handles work.
 */
final class ManagedXaResource extends BranchResource {
  private final XAResource session;
  private volatile boolean active;

  ManagedXaResource(XAResource session) {
    this.session = session;
  }

  @Override
  XAResource target() {
    return session;
  }

  /** Whether the connection works for a branch now. */
  boolean active() {
    return active;
  }

  @Override
  public void start(Xid xid, int flags) throws XAException {
    session.start(xid, flags);
    active = true;
  }

  @Override
  public void end(Xid xid, int flags) throws XAException {
    active = false;
    super.end(xid, flags);
  }
}
