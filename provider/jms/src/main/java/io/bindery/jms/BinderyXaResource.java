package io.bindery.jms;

import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;
import io.bindery.engine.Transaction;
import io.bindery.engine.XaBranches;
import io.bindery.engine.XaException;
import io.bindery.jms.XaDeliveries.Branch;
import java.util.List;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * The XA resource of a session (Jakarta Messaging 11.3.5), over the XA verbs of an engine. Branches
 * belong to the engine: any resource of it may prepare, commit, roll back and recover any branch.
 * Thread-safe as far as XA asks.
 */
public final class BinderyXaResource implements XAResource {
  private final AmqpConnection connection;
  private final Association association;
  private final XaDeliveries deliveries;
  private volatile int timeoutSeconds;
  private Branch associated;
  private boolean rolledBack;

  /**
   * A resource.
   *
   * @param connection whose engine has the branches
   * @param association hears which branch its work belongs to
   */
  public BinderyXaResource(AmqpConnection connection, Association association) {
    this.connection = connection;
    this.association = association;
    this.deliveries = XaDeliveries.of(connection.engine());
  }

  /** Hears which branch the work belongs to, on the thread that calls the resource. */
  public interface Association {
    /** From now on work belongs to the transaction of a branch. */
    void associated(Xid xid, Transaction transaction);

    /** From now on work stands for itself. */
    void dissociated(Xid xid);
  }

  @Override
  public void start(Xid xid, int flags) throws XAException {
    check(xid);
    checkFree(xid);
    Transaction transaction = await(xa().start(xid, flags));
    if (flags == TMNOFLAGS && timeoutSeconds > 0) {
      xa().timeoutSeconds(xid, timeoutSeconds);
    }
    associate(Branch.of(xid));
    association.associated(xid, transaction);
  }

  private synchronized void checkFree(Xid asked) throws XAException {
    if (associated != null && !rolledBack) {
      throw failure(
          XAException.XAER_PROTO,
          "start: works for branch " + associated + ", and so not for " + Branch.of(asked),
          null);
    }
  }

  private synchronized void associate(Branch branch) {
    associated = branch;
    rolledBack = false;
  }

  /** Whether it works for that branch; from then on for none. */
  private synchronized boolean dissociates(Xid xid) {
    boolean mine = Branch.of(xid).equals(associated);
    if (mine) {
      associated = null;
    }
    return mine;
  }

  /** A manager that has rolled back may never end the work, and what still comes is refused. */
  private synchronized void decided(Xid xid) {
    rolledBack |= Branch.of(xid).equals(associated);
  }

  @Override
  public void end(Xid xid, int flags) throws XAException {
    check(xid);
    // The end of work that was suspended does not end what is done for another branch meanwhile.
    if (dissociates(xid)) {
      association.dissociated(xid);
    }
    try {
      await(xa().end(xid, flags));
    } catch (XAException e) {
      // Who says that the work failed knows already that the branch may only be rolled back.
      if (flags != TMFAIL || !isRollback(e)) {
        throw e;
      }
    }
  }

  @Override
  public int prepare(Xid xid) throws XAException {
    boolean promised = ends(xid, () -> await(xa(xid).prepare(xid)));
    if (!promised) {
      deliveries.forget(xid);
    }
    return promised ? XA_OK : XA_RDONLY;
  }

  @Override
  public void commit(Xid xid, boolean onePhase) throws XAException {
    ends(xid, () -> await(xa(xid).commit(xid, onePhase)));
    deliveries.forget(xid);
  }

  private interface Verb<T> {
    T run() throws XAException;
  }

  /** Nobody asks for a rollback of what a verb has rolled back. */
  private <T> T ends(Xid xid, Verb<T> verb) throws XAException {
    try {
      return verb.run();
    } catch (XAException e) {
      if (isRollback(e) || e.errorCode == XAException.XA_HEURRB) {
        deliveries.giveBack(xid);
      } else if (e.errorCode == XAException.XA_HEURCOM) {
        deliveries.forget(xid);
      }
      throw e;
    }
  }

  @Override
  public void rollback(Xid xid) throws XAException {
    ends(xid, () -> await(xa(xid).rollback(xid)));
    decided(xid);
    deliveries.giveBack(xid);
  }

  @Override
  public void forget(Xid xid) throws XAException {
    await(xa(xid).forget(xid));
    deliveries.forget(xid);
  }

  @Override
  public Xid[] recover(int flags) throws XAException {
    if ((flags & ~(TMSTARTRSCAN | TMENDRSCAN)) != 0) {
      throw failure(XAException.XAER_INVAL, "recover does not know the flags " + flags, null);
    }
    if ((flags & TMSTARTRSCAN) == 0) {
      return new Xid[0];
    }
    List<Xid> prepared = await(xa().recover());
    return prepared.toArray(new Xid[0]);
  }

  /** Whether its connection has ended, and with it each branch of it that was not prepared. */
  public boolean isConnectionClosed() {
    return connection.isClosed();
  }

  /** True only for a resource of the same engine in this virtual machine. */
  @Override
  public boolean isSameRM(XAResource other) {
    return other instanceof BinderyXaResource same
        && same.connection.engine() == connection.engine()
        && same.connection.virtualHost().equals(connection.virtualHost());
  }

  @Override
  public int getTransactionTimeout() {
    return timeoutSeconds;
  }

  /**
   * Sets after how long branches that are started later are rolled back.
   *
   * @param seconds 0 for the default
   */
  @Override
  public boolean setTransactionTimeout(int seconds) throws XAException {
    if (seconds < 0) {
      throw failure(
          XAException.XAER_INVAL,
          "a transaction timeout of " + seconds + " seconds is negative",
          null);
    }
    timeoutSeconds = seconds;
    return true;
  }

  private static boolean isRollback(XAException failure) {
    return failure.errorCode >= XAException.XA_RBBASE && failure.errorCode <= XAException.XA_RBEND;
  }

  private XaBranches xa(Xid asked) throws XAException {
    check(asked);
    return xa();
  }

  private static void check(Xid asked) throws XAException {
    if (asked == null) {
      throw failure(XAException.XAER_INVAL, "the branch is null", null);
    }
  }

  private XaBranches xa() throws XAException {
    if (connection.isClosed()) {
      throw failure(XAException.XAER_RMFAIL, "the connection is closed", null);
    }
    return connection.xa();
  }

  private static <T> T await(Ticket<T> ticket) throws XAException {
    try {
      return ticket.await();
    } catch (XaException e) {
      throw failure(e.errorCode(), e.getMessage(), e);
    } catch (AmqpException e) {
      boolean gone =
          e.replyCode() == ReplyCode.CHANNEL_ERROR || e.replyCode() == ReplyCode.CONNECTION_FORCED;
      throw failure(gone ? XAException.XAER_RMFAIL : XAException.XAER_RMERR, e.getMessage(), e);
    }
  }

  private static XAException failure(int errorCode, String text, Throwable cause) {
    XAException failure = new XAException(text);
    failure.errorCode = errorCode;
    failure.initCause(cause);
    return failure;
  }
}
