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
  private final BrokerLeases leases;
  private final Map<BrokerAccess, AmqpConnection> connections = new HashMap<>();

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
  XAResource resource(BrokerAccess access) {
    return new RecoveryResource(access);
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
    connections.values().forEach(AmqpConnection::close);
    connections.clear();
  }
}
