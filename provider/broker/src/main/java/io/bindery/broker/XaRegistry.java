package io.bindery.broker;

import io.bindery.broker.XaBranch.State;
import io.bindery.broker.journal.Completion;
import io.bindery.broker.journal.JournalException;
import io.bindery.broker.queue.Entry;
import io.bindery.broker.store.KeptBranch;
import io.bindery.broker.store.KeptState;
import io.bindery.broker.store.Ledger.Decision;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Ticket;
import io.bindery.engine.Transaction;
import io.bindery.engine.XaException;
import io.bindery.engine.XidKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * All branches of a broker, and the rules of X/Open XA for what may follow what. Serialised by its
 * monitor. A prepared branch that is decided leaves it for {@link Decisions}.
 */
final class XaRegistry {
  private final LocalTransaction.Context context;
  private final Map<XidKey, XaBranch> branches = new HashMap<>();

  private final Decisions decisions = new Decisions();

  XaRegistry(LocalTransaction.Context context) {
    this.context = context;
  }

  synchronized Transaction start(Xid xid, int flags, BrokerConnection starter) throws XaException {
    XidKey id = new XidKey(xid);
    if (starter.isClosed()) {
      throw new XaException(
          XAException.XAER_RMFAIL, "The connection is closed: branch " + id + " cannot start");
    }
    if (flags == XAResource.TMNOFLAGS) {
      if (branches.containsKey(id) || decisions.isByOperator(id)) {
        throw new XaException(XAException.XAER_DUPID, "Branch " + id + " is there already");
      }
      XaBranch branch = new XaBranch(id, starter, context);
      branches.put(id, branch);
      return branch;
    }
    if (flags != XAResource.TMJOIN && flags != XAResource.TMRESUME) {
      throw new XaException(XAException.XAER_INVAL, "start knows no flags " + flags);
    }
    XaBranch branch = branch(id);
    if (branch.state() == State.ROLLBACK_ONLY) {
      throw branch.rolledBack();
    }
    if (flags == XAResource.TMRESUME && branch.state() == State.ACTIVE && branch.suspended() > 0) {
      branch.suspended(branch.suspended() - 1);
    } else if (flags == XAResource.TMJOIN
        && (branch.state() == State.ACTIVE || branch.state() == State.ENDED)) {
      branch.state(State.ACTIVE);
      branch.workers(branch.workers() + 1);
    } else {
      throw protocol(branch, flags == XAResource.TMJOIN ? "joined" : "resumed");
    }
    return branch;
  }

  synchronized void end(Xid xid, int flags) throws XaException {
    if (flags != XAResource.TMSUCCESS
        && flags != XAResource.TMFAIL
        && flags != XAResource.TMSUSPEND) {
      throw new XaException(XAException.XAER_INVAL, "end knows no flags " + flags);
    }
    XaBranch branch = branch(new XidKey(xid));
    if (branch.state() == State.ROLLED_BACK) {
      leave(branch);
      return;
    }
    int idle = flags == XAResource.TMSUSPEND ? branch.suspended() : 0;
    if (branch.workers() == idle) {
      throw protocol(branch, idle == 0 ? "ended" : "suspended");
    }
    if (flags == XAResource.TMSUSPEND) {
      branch.suspended(idle + 1);
      return;
    }
    branch.workers(branch.workers() - 1);
    branch.suspended(Math.min(branch.suspended(), branch.workers()));
    if (flags == XAResource.TMFAIL) {
      branch.state(State.ROLLBACK_ONLY);
      throw new XaException(
          XAException.XA_RBROLLBACK, "Branch " + branch.id() + " may only be rolled back");
    }
    if (branch.workers() == 0 && branch.state() == State.ACTIVE) {
      branch.state(State.ENDED);
    }
  }

  private void leave(XaBranch rolledBack) {
    rolledBack.workers(rolledBack.workers() - 1);
    if (rolledBack.workers() == 0) {
      forgotten(rolledBack);
    }
  }

  /** Yields false when it did nothing and is forgotten. */
  Ticket<Boolean> prepare(Xid xid) throws XaException {
    XaBranch branch = left(xid, "prepared");
    AmqpException failure;
    synchronized (this) {
      checkStillEnded(branch);
      if (branch.isEmpty()) {
        forgotten(branch);
        return Ticket.done(false);
      }
      try {
        branch.checkRoutes();
        branch.prepared(context.environment().nowMs());
        branch.timeout(() -> {});
        return promised(branch);
      } catch (AmqpException e) {
        failure = e;
        forgotten(branch);
      }
    }
    branch.undo(null);
    throw rolledBack(branch, failure);
  }

  /** Answers when the promise is on disk. */
  private Ticket<Boolean> promised(XaBranch branch) {
    Ticket<Boolean> ticket = new Ticket<>();
    Completion written = new Written<>(ticket, true, branch::promised);
    context.ledger().prepare(branch.id(), branch.unit(), written);
    return ticket;
  }

  /** Completes a ticket when a record is on disk. */
  private record Written<T>(Ticket<T> ticket, T value, Runnable first) implements Completion {
    @Override
    public void durable() {
      first.run();
      ticket.complete(value);
    }

    @Override
    public void failed(JournalException why) {
      ticket.fail(XaBranch.unwritten(why));
    }
  }

  /**
   * A branch whose workers have left it, as prepare and a commit in one phase need it. A doomed one
   * is undone and forgotten, and its coordinator told so.
   */
  private XaBranch left(Xid xid, String what) throws XaException {
    XaBranch branch;
    synchronized (this) {
      branch = branches.get(new XidKey(xid));
      if (branch == null) {
        throw unknown(new XidKey(xid));
      }
      if (!branch.doomed()) {
        if (branch.state() != State.ENDED) {
          throw protocol(branch, what);
        }
        return branch;
      }
      forgotten(branch);
    }
    // Outside the monitor: it wakes consumers.
    branch.undo(null);
    throw branch.rolledBack();
  }

  private static XaException rolledBack(XaBranch branch, AmqpException cause) {
    return new XaException(
        XAException.XA_RBROLLBACK, "Branch " + branch.id() + ": " + cause.getMessage());
  }

  Ticket<Void> commit(Xid xid, boolean onePhase) throws XaException {
    if (onePhase) {
      return commitInOnePhase(left(xid, "committed in one phase"));
    }
    return committed(prepared(new XidKey(xid), "committed"), Decision.COMMITTED);
  }

  private Ticket<Void> committed(XaBranch branch, Decision decision) {
    branch.end();
    branch.whenApplied(() -> decided(branch));
    return branch.complete((unit, done) -> context.ledger().decide(branch.id(), decision, done));
  }

  /**
   * Not told of what failed: that stays as it is, the broker closes, and the next one finds out.
   */
  private synchronized void decided(XaBranch branch) {
    decisions.written(branch);
  }

  private Ticket<Void> commitInOnePhase(XaBranch branch) throws XaException {
    synchronized (this) {
      checkStillEnded(branch);
      forgotten(branch);
    }
    try {
      branch.checkRoutes();
    } catch (AmqpException e) {
      branch.undo(null);
      throw rolledBack(branch, e);
    }
    branch.end();
    return branch.complete(context.ledger()::commit);
  }

  /** Its time may have come, or its connection gone, since it was looked at. */
  private void checkStillEnded(XaBranch branch) throws XaException {
    if (branches.get(branch.id()) != branch) {
      throw unknown(branch.id());
    }
    if (branch.state() != State.ENDED) {
      throw branch.doomed() ? branch.rolledBack() : protocol(branch, "completed");
    }
  }

  private synchronized XaBranch prepared(XidKey id, String what) throws XaException {
    decisions.checkNone(id);
    XaBranch branch = branch(id);
    if (branch.state() != State.PREPARED) {
      throw protocol(branch, what);
    }
    decisions.begin(branch);
    return forgotten(branch);
  }

  private XaBranch forgotten(XaBranch branch) {
    branches.remove(branch.id());
    branch.timeout(() -> {});
    return branch;
  }

  Ticket<Void> rollback(Xid xid) throws XaException {
    XaBranch branch = undecided(new XidKey(xid));
    if (!branch.mustBeWritten()) {
      // Undone outside the monitor: it wakes consumers.
      branch.undo(null);
      return Ticket.done();
    }
    return undone(branch, Decision.ROLLED_BACK);
  }

  private Ticket<Void> undone(XaBranch branch, Decision decision) {
    Runnable undo =
        () -> {
          branch.undo(null);
          decided(branch);
        };
    return written(branch.id(), decision, undo);
  }

  private Ticket<Void> written(XidKey id, Decision decision, Runnable first) {
    Ticket<Void> ticket = new Ticket<>();
    context.ledger().decide(id, decision, new Written<>(ticket, null, first));
    return ticket;
  }

  private synchronized XaBranch undecided(XidKey id) throws XaException {
    decisions.checkNone(id);
    XaBranch branch = branches.get(id);
    if (branch == null) {
      throw unknown(id);
    }
    State state = branch.state();
    if (state == State.ACTIVE || (state == State.ROLLBACK_ONLY && branch.workers() > 0)) {
      // A manager may end the work of one resource, roll back, and only then end that of the others
      // that joined the branch: it stays until they have left.
      branch.timeout(() -> {});
      branch.state(State.ROLLED_BACK);
      return branch;
    }
    if (branch.mustBeWritten()) {
      decisions.begin(branch);
    }
    return forgotten(branch);
  }

  /**
   * An operator decides a prepared branch in place of its coordinator (a heuristic decision), who
   * is told when it asks, and has it forgotten.
   *
   * @param id as {@link XidKey#toString} gives it
   */
  Ticket<Void> decide(String id, boolean commit) throws XaException {
    XaBranch branch;
    synchronized (this) {
      Optional<XidKey> found =
          branches.keySet().stream().filter(each -> each.toString().equals(id)).findFirst();
      if (found.isEmpty()) {
        throw new XaException(XAException.XAER_NOTA, "There is no branch " + id);
      }
      branch = prepared(found.get(), "decided by an operator");
      decisions.byOperator(branch.id(), commit);
    }
    return commit
        ? committed(branch, Decision.HEURISTICALLY_COMMITTED)
        : undone(branch, Decision.HEURISTICALLY_ROLLED_BACK);
  }

  Ticket<Void> forget(Xid xid) throws XaException {
    XidKey id = new XidKey(xid);
    synchronized (this) {
      if (!decisions.isByOperator(id)) {
        throw unforgettable(id);
      }
      decisions.forget(id);
    }
    return written(id, Decision.FORGOTTEN, () -> {});
  }

  private XaException unforgettable(XidKey id) {
    XaBranch branch = branches.get(id);
    return branch == null
        ? unknown(id)
        : protocol(branch, "forgotten: it was not completed heuristically");
  }

  /**
   * Whether that user has started a branch. One that was there before this broker started, or that
   * an operator has decided, is nobody's; where there is none, there is nothing to protect.
   */
  synchronized boolean isOwn(Xid xid, String user) {
    XidKey id = new XidKey(xid);
    XaBranch branch = branches.get(id);
    if (branch == null) {
      return !decisions.isByOperator(id);
    }
    return branch.starter() != null && branch.starter().user().equals(user);
  }

  /** The prepared branches, and those that an operator has decided. */
  synchronized List<Xid> recover() {
    Stream<XidKey> prepared =
        branches.values().stream()
            .filter(branch -> branch.state() == State.PREPARED)
            .map(XaBranch::id);
    return Stream.concat(prepared, decisions.heuristics()).map(id -> (Xid) id).toList();
  }

  /** For operators: each branch of {@link #recover}, and what is decided of it. */
  synchronized List<InDoubt> inDoubt() {
    Stream<InDoubt> prepared =
        branches.values().stream()
            .filter(branch -> branch.state() == State.PREPARED)
            .map(XaBranch::inDoubt);
    return Stream.concat(prepared, decisions.inDoubt()).toList();
  }

  synchronized void timeoutSeconds(Xid xid, int seconds) {
    XaBranch branch = branches.get(new XidKey(xid));
    if (branch != null && branch.state() != State.PREPARED) {
      branch.timeout(
          seconds == 0
              ? () -> {}
              : context.environment().schedule(() -> timedOut(branch), seconds * 1_000L));
    }
  }

  private void timedOut(XaBranch branch) {
    synchronized (this) {
      if (branches.get(branch.id()) != branch
          || branch.state() == State.PREPARED
          || branch.state() == State.ROLLED_BACK) {
        return;
      }
      branch.state(State.TIMED_OUT);
    }
    branch.undo(null);
  }

  /**
   * Tells a checkpoint which branches are prepared, those whose decision is on its way included.
   */
  synchronized void snapshot(KeptState state) {
    branches.values().stream()
        .filter(branch -> branch.state() == State.PREPARED)
        .forEach(branch -> state.add(branch.kept()));
    decisions.snapshot(state);
  }

  /** A branch was found that an operator had decided. */
  synchronized void restore(XidKey xid, boolean committed) {
    decisions.byOperator(xid, committed);
  }

  /** A prepared branch that was found. */
  synchronized void restore(KeptBranch found, List<Entry> enqueued, List<Entry> accepted) {
    XaBranch branch = new XaBranch(new XidKey(found.xid()), null, context);
    branch.restore(enqueued, accepted);
    branch.prepared(found.preparedAtMs());
    branches.put(branch.id(), branch);
  }

  /** A connection is gone: what it had started and not prepared is rolled back. */
  void connectionLeft(BrokerConnection connection) {
    List<XaBranch> orphans;
    synchronized (this) {
      orphans =
          branches.values().stream()
              .filter(branch -> branch.starter() == connection && branch.state() != State.PREPARED)
              .toList();
      orphans.forEach(this::forgotten);
    }
    orphans.forEach(orphan -> orphan.undo(null));
  }

  private XaBranch branch(XidKey id) throws XaException {
    XaBranch branch = branches.get(id);
    if (branch == null) {
      throw unknown(id);
    }
    if (branch.state() == State.TIMED_OUT) {
      throw branch.rolledBack();
    }
    return branch;
  }

  private static XaException unknown(XidKey id) {
    return new XaException(XAException.XAER_NOTA, "There is no branch " + id);
  }

  private static XaException protocol(XaBranch branch, String what) {
    return new XaException(
        XAException.XAER_PROTO,
        "Branch " + branch.id() + " is " + branch.state() + ", and cannot be " + what);
  }
}
