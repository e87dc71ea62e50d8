package io.bindery.broker;

import io.bindery.engine.Ticket;
import io.bindery.engine.Transaction;
import io.bindery.engine.XaBranches;
import io.bindery.engine.XaException;
import java.util.List;
import javax.transaction.xa.XAException;
import javax.transaction.xa.Xid;

/** The XA verbs of one connection: the broker's branches, and who started which. Thread-safe. */
final class ConnectionBranches implements XaBranches {
  private final XaRegistry registry;
  private final BrokerConnection connection;

  ConnectionBranches(XaRegistry registry, BrokerConnection connection) {
    this.registry = registry;
    this.connection = connection;
  }

  @Override
  public Ticket<Transaction> start(Xid xid, int flags) {
    return ticket(() -> registry.start(xid, flags, connection));
  }

  @Override
  public Ticket<Void> end(Xid xid, int flags) {
    return ticket(
        () -> {
          registry.end(xid, flags);
          return null;
        });
  }

  @Override
  public Ticket<Boolean> prepare(Xid xid) {
    return answer(() -> registry.prepare(xid));
  }

  @Override
  public Ticket<Void> commit(Xid xid, boolean onePhase) {
    return answer(() -> registry.commit(xid, onePhase));
  }

  @Override
  public Ticket<Void> rollback(Xid xid) {
    return answer(() -> registry.rollback(xid));
  }

  @Override
  public Ticket<Void> forget(Xid xid) {
    return answer(() -> registry.forget(xid));
  }

  @Override
  public Ticket<List<Xid>> recover() {
    return ticket(registry::recover);
  }

  @Override
  public void timeoutSeconds(Xid xid, int seconds) {
    registry.timeoutSeconds(xid, seconds);
  }

  private <T> Ticket<T> ticket(XaRegistry.Verb<T> verb) {
    return answer(() -> XaRegistry.ticket(verb));
  }

  private <T> Ticket<T> answer(XaRegistry.Verb<Ticket<T>> verb) {
    // What is prepared in memory went with the broker: whoever decides it is to know.
    return connection.engine().isClosed()
        ? Ticket.failed(new XaException(XAException.XAER_RMFAIL, "The broker is closed"))
        : XaRegistry.answer(verb);
  }
}
