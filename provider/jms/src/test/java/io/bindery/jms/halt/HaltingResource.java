package io.bindery.jms.halt;

import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/** A resource before and after whose steps the virtual machine may halt. */
final class HaltingResource implements XAResource {
  private final XAResource real;
  private final String place;

  private HaltingResource(XAResource real, String place) {
    this.real = real;
    this.place = place;
  }

  /** The resource that is enlisted first. */
  static XAResource first(XAResource real) {
    return new HaltingResource(real, "FIRST");
  }

  /** The resource that is enlisted second. */
  static XAResource second(XAResource real) {
    return new HaltingResource(real, "SECOND");
  }

  private interface Verb<T> {
    T run() throws XAException;
  }

  private <T> T step(String name, Verb<T> verb) throws XAException {
    Halts.reached(HaltPoint.valueOf(place + "_BEFORE_" + name));
    T answer = verb.run();
    Halts.reached(HaltPoint.valueOf(place + "_AFTER_" + name));
    return answer;
  }

  @Override
  public int prepare(Xid xid) throws XAException {
    return step("PREPARE", () -> real.prepare(xid));
  }

  @Override
  public void commit(Xid xid, boolean onePhase) throws XAException {
    step(
        "COMMIT",
        () -> {
          real.commit(xid, onePhase);
          return null;
        });
  }

  @Override
  public void rollback(Xid xid) throws XAException {
    step(
        "ROLLBACK",
        () -> {
          real.rollback(xid);
          return null;
        });
  }

  @Override
  public void start(Xid xid, int flags) throws XAException {
    real.start(xid, flags);
  }

  @Override
  public void end(Xid xid, int flags) throws XAException {
    real.end(xid, flags);
  }

  @Override
  public void forget(Xid xid) throws XAException {
    real.forget(xid);
  }

  @Override
  public Xid[] recover(int flags) throws XAException {
    return real.recover(flags);
  }

  @Override
  public boolean isSameRM(XAResource other) throws XAException {
    return other == this || real.isSameRM(other);
  }

  @Override
  public int getTransactionTimeout() throws XAException {
    return real.getTransactionTimeout();
  }

  @Override
  public boolean setTransactionTimeout(int seconds) throws XAException {
    return real.setTransactionTimeout(seconds);
  }
}
