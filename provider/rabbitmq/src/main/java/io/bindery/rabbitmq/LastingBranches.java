package io.bindery.rabbitmq;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Ticket;
import io.bindery.engine.Transaction;
import io.bindery.engine.XaBranches;
import io.bindery.engine.XaException;
import io.bindery.engine.XidKey;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import javax.transaction.xa.XAException;
import javax.transaction.xa.Xid;

/**
 * The XA verbs on a connection that may come back. A branch that was not prepared goes with its
 * connection, and whoever goes on with it is told XA_RBCOMMFAIL; a prepared one stays with the
 * server, and what decides it is asked until there is an answer. Thread-safe.
 */
final class LastingBranches implements XaBranches {
  private final Line<RabbitConnection> line;
  private final Map<XidKey, LastingTransaction.Branch> branches = new ConcurrentHashMap<>();

  LastingBranches(Line<RabbitConnection> line) {
    this.line = line;
  }

  /** Whether work for a branch went with another connection than this one. */
  private boolean isLost(Xid xid, RabbitConnection now) {
    LastingTransaction.Branch branch = branches.get(new XidKey(xid));
    return branch != null && branch.at() != now;
  }

  private static XaException rolledBack(Xid xid) {
    return new XaException(
        XAException.XA_RBCOMMFAIL,
        "The connection was lost, and with it branch "
            + new XidKey(xid)
            + ", which is rolled back");
  }

  /** Work that began on a connection is not begun again on another. */
  @Override
  public Ticket<Transaction> start(Xid xid, int flags) {
    return line.askOnce(
        on ->
            isLost(xid, on)
                ? Ticket.failed(rolledBack(xid))
                : Tickets.then(on.xa().start(xid, flags), work -> begun(xid, on, work)));
  }

  private Transaction begun(Xid xid, RabbitConnection on, Transaction work) {
    return branches.compute(
        new XidKey(xid),
        (key, known) ->
            known != null && known.at() == on
                ? known
                : new LastingTransaction.Branch(on, (RabbitTransaction) work));
  }

  @Override
  public Ticket<Void> end(Xid xid, int flags) {
    return line.ask(
        on -> isLost(xid, on) ? Ticket.failed(rolledBack(xid)) : on.xa().end(xid, flags));
  }

  @Override
  public Ticket<Boolean> prepare(Xid xid) {
    return rolledBackIsOver(
        xid,
        undoneWhenLost(
            xid, on -> Tickets.then(on.xa().prepare(xid), voted -> voted(xid, voted)), false));
  }

  private boolean voted(Xid xid, boolean promised) {
    if (!promised) {
      branches.remove(new XidKey(xid));
    }
    return promised;
  }

  @Override
  public Ticket<Void> commit(Xid xid, boolean onePhase) {
    Ticket<Void> ticket = onePhase ? commitInOnePhase(xid) : commitPrepared(xid);
    return rolledBackIsOver(xid, decided(xid, ticket));
  }

  /** Nobody asks for a rollback of what a verb has rolled back. */
  private <R> Ticket<R> rolledBackIsOver(Xid xid, Ticket<R> ticket) {
    ticket.whenDone(
        (done, failure) -> {
          if (isRolledBack(failure)) {
            branches.remove(new XidKey(xid));
          }
        });
    return ticket;
  }

  private Ticket<Void> commitInOnePhase(Xid xid) {
    return undoneWhenLost(xid, on -> on.xa().commit(xid, true), true);
  }

  /**
   * Asks something of a branch that is not prepared. Where its connection, or the answer, is lost
   * the branch is rolled back, also where the server does not know yet that nobody is there.
   *
   * @param commits whether the branch, when the server has it no more, may be committed
   */
  private <R> Ticket<R> undoneWhenLost(
      Xid xid, Function<RabbitConnection, Ticket<R>> verb, boolean commits) {
    return new Undone<>(xid, verb, commits).ask();
  }

  private final class Undone<R> {
    private final Xid xid;
    private final Function<RabbitConnection, Ticket<R>> verb;
    private final boolean commits;
    private boolean sent;

    private Undone(Xid xid, Function<RabbitConnection, Ticket<R>> verb, boolean commits) {
      this.xid = xid;
      this.verb = verb;
      this.commits = commits;
    }

    private Ticket<R> ask() {
      return line.ask(on -> sent || isLost(xid, on) ? undo(on) : first(on));
    }

    private Ticket<R> first(RabbitConnection on) {
      Ticket<R> answer = verb.apply(on);
      Ticket<R> ticket = new Ticket<>();
      answer.whenDone(
          (value, failure) -> {
            if (failure == null) {
              ticket.complete(value);
            } else {
              sent |= line.isLoss(on, failure) && !line.isUnsent(on, failure);
              ticket.fail(failure);
            }
          });
      return ticket;
    }

    private Ticket<R> undo(RabbitConnection on) {
      Ticket<R> ticket = new Ticket<>();
      on.xa().rollback(xid).whenDone((done, failure) -> ticket.fail(told(on, failure)));
      return ticket;
    }

    private AmqpException told(RabbitConnection on, AmqpException failure) {
      boolean unknown = isUnknown(failure);
      if (failure != null && !unknown && !isRolledBack(failure)) {
        // Lost once more, and so asked once more; or refused.
        return failure;
      }
      branches.remove(new XidKey(xid));
      return unknown && sent && commits
          ? new XaException(
              XAException.XAER_RMFAIL,
              "The connection to "
                  + on.peer()
                  + " was lost before the commit of branch "
                  + new XidKey(xid)
                  + " was answered: whether it is committed or rolled back is not known")
          : rolledBack(xid);
    }
  }

  private static boolean isUnknown(AmqpException failure) {
    return failure instanceof XaException xa && xa.errorCode() == XAException.XAER_NOTA;
  }

  /** XA_RB…: the branch is rolled back. */
  static boolean isRolledBack(AmqpException failure) {
    return failure instanceof XaException xa
        && xa.errorCode() >= XAException.XA_RBBASE
        && xa.errorCode() <= XAException.XA_RBEND;
  }

  /**
   * A prepared branch survives; one that the same broker has no more, after a commit that was not
   * answered, is committed.
   */
  private Ticket<Void> commitPrepared(Xid xid) {
    Set<String> asked = ConcurrentHashMap.newKeySet();
    return repeated(
        on -> {
          asked.add(on.identity());
          return on.xa().commit(xid, false);
        },
        () -> asked.size() == 1);
  }

  /** Asks until there is an answer. A branch that is gone then was decided by what was asked. */
  private Ticket<Void> repeated(
      Function<RabbitConnection, Ticket<Void>> verb, BooleanSupplier decided) {
    return new Repeated<Void>(
            failure -> isUnknown(failure) && decided.getAsBoolean() ? Ticket.done() : null)
        .ask(line, verb);
  }

  private Ticket<Void> decided(Xid xid, Ticket<Void> ticket) {
    ticket.whenDone(
        (done, failure) -> {
          if (failure == null) {
            branches.remove(new XidKey(xid));
          }
        });
    return ticket;
  }

  @Override
  public Ticket<Void> rollback(Xid xid) {
    LastingTransaction.Branch branch = branches.get(new XidKey(xid));
    Ticket<Void> ticket = new Ticket<>();
    repeated(on -> on.xa().rollback(xid), () -> true)
        .whenDone(
            (done, failure) -> {
              // It went with its connection.
              if (failure == null || (isUnknown(failure) && branch != null && branch.isLost())) {
                branches.remove(new XidKey(xid));
                ticket.complete(null);
              } else {
                ticket.fail(failure);
              }
            });
    return ticket;
  }

  @Override
  public Ticket<Void> forget(Xid xid) {
    branches.remove(new XidKey(xid));
    return repeated(on -> on.xa().forget(xid), () -> true);
  }

  @Override
  public Ticket<List<Xid>> recover() {
    return line.ask(on -> on.xa().recover());
  }

  @Override
  public void timeoutSeconds(Xid xid, int seconds) {
    RabbitConnection on = line.live();
    if (on != null) {
      on.xa().timeoutSeconds(xid, seconds);
    }
  }
}
