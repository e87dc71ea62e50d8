package io.bindery.broker;

import io.bindery.broker.queue.MemoryMeter;
import io.bindery.broker.runtime.Environment;
import io.bindery.broker.runtime.Environment.Scheduled;
import io.bindery.engine.AmqpException;
import io.bindery.engine.XaException;
import javax.transaction.xa.XAException;

/**
 * A branch of a global transaction: a transaction that belongs to the broker, and outlives channels
 * once it is prepared. The registry serialises its states.
 */
final class XaBranch extends LocalTransaction {
  enum State {
    /** Somebody works in it. */
    ACTIVE,
    /** Suspended: to be resumed. */
    SUSPENDED,
    /** Ended: may be prepared, or committed in one phase. */
    ENDED,
    /** Ended badly: may only be rolled back. */
    ROLLBACK_ONLY,
    /** Its time was over: it was rolled back, and whoever asks is told. */
    TIMED_OUT,
    /** Promised: waits for the decision. */
    PREPARED
  }

  private final BranchId id;
  private final BrokerConnection starter;
  private volatile State state = State.ACTIVE;
  private int workers = 1;
  private Scheduled timeout = () -> {};

  XaBranch(BranchId id, BrokerConnection starter, Environment environment, MemoryMeter memory) {
    super(environment, memory);
    this.id = id;
    this.starter = starter;
  }

  BranchId id() {
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

  void timeout(Scheduled next) {
    timeout.cancel();
    timeout = next;
  }

  @Override
  void checkOpen() throws AmqpException {
    if (state == State.TIMED_OUT) {
      throw new XaException(
          XAException.XA_RBTIMEOUT, "Branch " + id + " was rolled back: its time was over");
    }
    super.checkOpen();
  }
}
