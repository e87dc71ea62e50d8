package io.bindery.broker;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Ticket;
import io.bindery.engine.Transaction;
import io.bindery.engine.XaBranches;
import io.bindery.engine.XaException;
import java.util.List;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * The XA verbs of one connection: the broker's branches, and who started which, and so may decide
 * it. Thread-safe.
 */
final class ConnectionBranches implements XaBranches {
  private final XaRegistry registry;
  private final BrokerConnection connection;

  ConnectionBranches(XaRegistry registry, BrokerConnection connection) {
    this.registry = registry;
    this.connection = connection;
  }

  /**
   * Fails with ACCESS_REFUSED when a branch is not known to be its user's own, and it may not
   * decide those of others.
   */
  private void check(Xid xid) throws AmqpException {
    if (!registry.isOwn(xid, connection.user())) {
      connection.checkBranches();
    }
  }

  @Override
  public Ticket<Transaction> start(Xid xid, int flags) {
    return ticket(
        () -> {
          if (flags != XAResource.TMNOFLAGS) {
            check(xid);
          }
          return registry.start(xid, flags, connection);
        });
  }

  @Override
  public Ticket<Void> end(Xid xid, int flags) {
    return ticket(
        () -> {
          check(xid);
          registry.end(xid, flags);
          return null;
        });
  }

  @Override
  public Ticket<Boolean> prepare(Xid xid) {
    return answer(
        () -> {
          check(xid);
          return registry.prepare(xid);
        });
  }

  @Override
  public Ticket<Void> commit(Xid xid, boolean onePhase) {
    return answer(
        () -> {
          check(xid);
          return registry.commit(xid, onePhase);
        });
  }

  @Override
  public Ticket<Void> rollback(Xid xid) {
    return answer(
        () -> {
          check(xid);
          return registry.rollback(xid);
        });
  }

  @Override
  public Ticket<Void> forget(Xid xid) {
    return answer(
        () -> {
          check(xid);
          return registry.forget(xid);
        });
  }

  @Override
  public Ticket<List<Xid>> recover() {
    return ticket(
        () -> {
          connection.checkBranches();
          return registry.recover();
        });
  }

  @Override
  public void timeoutSeconds(Xid xid, int seconds) {
    if (registry.isOwn(xid, connection.user())) {
      registry.timeoutSeconds(xid, seconds);
    }
  }

  private <T> Ticket<T> ticket(Verb<T> verb) {
    return answer(() -> Verb.ticket(verb));
  }

  private <T> Ticket<T> answer(Verb<Ticket<T>> verb) {
    // What is prepared in memory went with the broker: whoever decides it is to know.
    return connection.engine().isClosed()
        ? Ticket.failed(new XaException(XAException.XAER_RMFAIL, "The broker is closed"))
        : Verb.answer(verb);
  }
}
