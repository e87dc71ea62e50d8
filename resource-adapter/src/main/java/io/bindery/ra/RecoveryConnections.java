package io.bindery.ra;

import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Transaction;
import io.bindery.jms.BinderyXaResource;
import jakarta.resource.spi.ActivationSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * The connections over which prepared branches are recovered: one for each broker and user, made
 * when the transaction manager first asks something of it, made again when it was lost.
 * Thread-safe.
 */
final class RecoveryConnections implements AutoCloseable {
  private static final long RETRY_MS = 100;

  private final BrokerLeases leases;
  private final Map<BrokerAccess, AmqpConnection> connections = new HashMap<>();
  private boolean closed;

  RecoveryConnections(BrokerLeases leases) {
    this.leases = leases;
  }

  /** One resource for each distinct URI and user of the specifications. */
  XAResource[] resources(ActivationSpec[] specs, BrokerAccess usual) {
    Set<String> seen = new LinkedHashSet<>();
    List<XAResource> resources = new ArrayList<>();
    for (ActivationSpec spec : specs) {
      if (spec instanceof BinderyActivationSpec known) {
        BrokerAccess access = ActivationLookup.configured(known, usual);
        if (seen.add(access.uri() + '\n' + access.user())) {
          resources.add(new RecoveryResource(access));
        }
      }
    }
    return resources.toArray(XAResource[]::new);
  }

  /** The resource of one broker and user. */
  private BranchResource resource(BrokerAccess access) {
    return new RecoveryResource(access);
  }

  /** A resource whose prepared branches are decided also when its own connection is lost. */
  XAResource lasting(XAResource session, BrokerAccess access) {
    return new LastingXaResource(session, resource(access), this::pause);
  }

  /** Waits a moment; false when the adapter stops. */
  private synchronized boolean pause() {
    if (!closed) {
      try {
        wait(RETRY_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return !closed;
  }

  /**
   * Finds its connection anew for each verb, so that a broker that was away may come back. A broker
   * has read its prepared branches before it takes a connection; until then XAER_RMFAIL, and never
   * an empty list.
   */
  private final class RecoveryResource extends BranchResource {
    private final BrokerAccess access;

    RecoveryResource(BrokerAccess access) {
      this.access = access;
    }

    @Override
    XAResource target() throws XAException {
      try {
        return new BinderyXaResource(connection(access), new NoWork());
      } catch (AmqpException e) {
        throw ResourceExceptions.unreachable(e);
      }
    }
  }

  /** Recovery finishes branches; nothing is done in them here. */
  private static final class NoWork implements BinderyXaResource.Association {
    @Override
    public void associated(Xid xid, Transaction transaction) {
      // Nothing works here.
    }

    @Override
    public void dissociated(Xid xid) {
      // Nothing works here.
    }
  }

  private synchronized AmqpConnection connection(BrokerAccess access) throws AmqpException {
    AmqpConnection known = connections.get(access);
    if (known != null && !known.isClosed()) {
      return known;
    }
    AmqpConnection made =
        Tickets.get(leases.engine(access.uri()).connect(access.connectSpec("recovery")));
    connections.put(access, made);
    return made;
  }

  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
    connections.values().forEach(AmqpConnection::close);
    connections.clear();
  }
}
