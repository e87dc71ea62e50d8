package io.bindery.broker;

import io.bindery.broker.journal.JournalException;
import io.bindery.broker.runtime.Environment.Scheduled;
import io.bindery.broker.store.Kept;
import io.bindery.broker.store.KeptBranch;
import io.bindery.broker.store.KeptEntry;
import io.bindery.broker.store.Ledger;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Ticket;
import io.bindery.engine.XaException;
import io.bindery.engine.XidKey;
import java.util.ArrayList;
import java.util.List;
import javax.transaction.xa.XAException;

/**
 * A branch of a global transaction: a transaction that belongs to the broker, and outlives channels
 * once it is prepared. The registry serialises its states.
 */
final class XaBranch extends LocalTransaction {
  enum State {
    /** Somebody works in it, or has suspended that. */
    ACTIVE,
    /** Ended: may be prepared, or committed in one phase. */
    ENDED,
    /** Ended badly: may only be rolled back. */
    ROLLBACK_ONLY,
    /** Its time was over: it was rolled back, and whoever asks is told. */
    TIMED_OUT,
    /** Rolled back while somebody still worked in it: forgotten when they have left. */
    ROLLED_BACK,
    /** Promised: waits for the decision. */
    PREPARED
  }

  private final XidKey id;
  private final BrokerConnection starter;
  private volatile State state = State.ACTIVE;
  private int workers = 1;
  private int suspended;
  private Scheduled timeout = () -> {};
  private volatile Runnable whenApplied = () -> {};
  private long preparedAtMs;

  XaBranch(XidKey id, BrokerConnection starter, Context context) {
    super(context);
    this.id = id;
    this.starter = starter;
  }

  XidKey id() {
    return id;
  }

  BrokerConnection starter() {
    return starter;
  }

  State state() {
    return state;
  }

  void state(State next) {
    state = next;
  }

  /** How many have started and not ended work in it. */
  int workers() {
    return workers;
  }

  void workers(int count) {
    workers = count;
  }

  /** How many of these have suspended their work. */
  int suspended() {
    return suspended;
  }

  void suspended(int count) {
    suspended = count;
  }

  void timeout(Scheduled next) {
    timeout.cancel();
    timeout = next;
  }

  /** Whether its work is undone, or is to be, and only its coordinator does not know yet. */
  boolean doomed() {
    return state == State.TIMED_OUT || (state == State.ROLLBACK_ONLY && workers == 0);
  }

  /** What whoever asks for more of a doomed branch is told. */
  XaException rolledBack() {
    return state == State.TIMED_OUT
        ? new XaException(
            XAException.XA_RBTIMEOUT, "Branch " + id + " was rolled back: its time was over")
        : new XaException(
            XAException.XA_RBROLLBACK, "Branch " + id + " had failed, and was rolled back");
  }

  @Override
  void checkUsable() throws AmqpException {
    switch (state) {
      case TIMED_OUT -> throw rolledBack();
      case ACTIVE -> super.checkUsable();
      default ->
          throw new XaException(
              XAException.XAER_PROTO, "Branch " + id + " is " + state + ": its work is over");
    }
  }

  /** It is promised. */
  void prepared(long nowMs) {
    preparedAtMs = nowMs;
    state = State.PREPARED;
  }

  /** What operators are shown of a prepared one. */
  InDoubt inDoubt() {
    return new InDoubt(id, "prepared", preparedAtMs, work());
  }

  /** What a checkpoint keeps of it. */
  KeptBranch kept() {
    Ledger.Unit unit = unit();
    List<KeptEntry> enqueued = new ArrayList<>();
    for (Kept entry : unit.enqueued()) {
      enqueued.add(
          new KeptEntry(
              entry.queueId(),
              entry.lane(),
              entry.sequence(),
              entry.position(),
              entry.sizeBytes(),
              entry.expiresAtMs(),
              unit.nowMs(),
              entry.delayed()));
    }
    List<KeptBranch.Accepted> accepted = new ArrayList<>();
    for (Kept entry : unit.accepted()) {
      accepted.add(new KeptBranch.Accepted(entry.queueId(), entry.sequence()));
    }
    return new KeptBranch(id, enqueued, accepted, preparedAtMs);
  }

  @Override
  boolean mustBeWritten() {
    // Whoever prepared it is to find it again, and to find it decided.
    return state == State.PREPARED && keeps();
  }

  /** Runs when its commit is visible, before whoever asked for that is told. */
  void whenApplied(Runnable next) {
    whenApplied = next;
  }

  @Override
  void applied() {
    whenApplied.run();
  }

  /** Whoever asked is to ask again, in recovery, when a broker is there again. */
  @Override
  XaException unknown(JournalException why) {
    return unwritten(why);
  }

  static XaException unwritten(JournalException why) {
    return new XaException(XAException.XAER_RMFAIL, Enqueue.unknown(why).getMessage());
  }

  @Override
  public Ticket<Void> commit() {
    return Ticket.failed(decidedElsewhere());
  }

  @Override
  public Ticket<Void> rollback() {
    return Ticket.failed(decidedElsewhere());
  }

  private XaException decidedElsewhere() {
    return new XaException(
        XAException.XAER_PROTO, "Branch " + id + " is ended by its transaction manager");
  }
}
