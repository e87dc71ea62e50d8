package io.bindery.ra;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.DissociatableManagedConnection;
import jakarta.resource.spi.LazyAssociatableConnectionManager;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;

/**
 * A server's pool and transaction manager for one thread: enlists, shares within a transaction,
 * cleans up.
 */
final class TestPool implements ConnectionManager, LazyAssociatableConnectionManager {
  private static final long serialVersionUID = 1L;

  private final transient Set<ManagedConnection> idle = new HashSet<>();
  private final transient Map<ManagedConnection, ConnectionRequestInfo> enlisted =
      new LinkedHashMap<>();
  private final transient Map<ManagedConnection, TestXid> branches = new LinkedHashMap<>();
  private final transient Map<ManagedConnection, Integer> handles = new LinkedHashMap<>();
  private transient boolean active;
  private transient int made;
  private transient int inactiveClosed;

  /** How many physical connections were made. */
  int made() {
    return made;
  }

  /** Begins a transaction: what is allocated until its end takes part. */
  void begin() {
    active = true;
  }

  @Override
  public Object allocateConnection(ManagedConnectionFactory factory, ConnectionRequestInfo info)
      throws ResourceException {
    return used(factory, info).getConnection(null, info);
  }

  private ManagedConnection used(ManagedConnectionFactory factory, ConnectionRequestInfo info)
      throws ResourceException {
    ManagedConnection connection = active ? shared(info) : null;
    if (connection == null) {
      connection = taken(factory, info);
      if (active) {
        enlist(connection, info);
      }
    }
    handles.merge(connection, 1, Integer::sum);
    return connection;
  }

  /** Takes the physical connections away from all handles, as a server may. */
  void dissociate() throws ResourceException {
    for (ManagedConnection each : List.copyOf(handles.keySet())) {
      ((DissociatableManagedConnection) each).dissociateConnections();
      handles.remove(each);
      giveBack(each);
    }
  }

  @Override
  public void associateConnection(
      Object handle, ManagedConnectionFactory factory, ConnectionRequestInfo info)
      throws ResourceException {
    used(factory, info).associateConnection(handle);
  }

  @Override
  public void inactiveConnectionClosed(Object handle, ManagedConnectionFactory factory) {
    inactiveClosed++;
  }

  /** How many handles were closed while they had no physical connection. */
  int inactiveClosed() {
    return inactiveClosed;
  }

  private ManagedConnection shared(ConnectionRequestInfo info) {
    return enlisted.entrySet().stream()
        .filter(each -> each.getValue().equals(info))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(null);
  }

  private ManagedConnection taken(ManagedConnectionFactory factory, ConnectionRequestInfo info)
      throws ResourceException {
    ManagedConnection matched =
        idle.isEmpty() ? null : factory.matchManagedConnections(idle, null, info);
    if (matched != null) {
      idle.remove(matched);
      return matched;
    }
    ManagedConnection fresh = factory.createManagedConnection(null, info);
    made++;
    fresh.addConnectionEventListener(new Returning(fresh));
    return fresh;
  }

  private void enlist(ManagedConnection connection, ConnectionRequestInfo info)
      throws ResourceException {
    TestXid xid = TestXid.next();
    try {
      connection.getXAResource().start(xid, XAResource.TMNOFLAGS);
    } catch (XAException e) {
      throw new ResourceException(e);
    }
    enlisted.put(connection, info);
    branches.put(connection, xid);
  }

  /** Commits: one branch in one phase, more in two. */
  void commit() throws XAException, ResourceException {
    for (ManagedConnection each : branches.keySet()) {
      each.getXAResource().end(branches.get(each), XAResource.TMSUCCESS);
    }
    boolean onePhase = branches.size() == 1;
    List<ManagedConnection> voted = new ArrayList<>();
    for (ManagedConnection each : branches.keySet()) {
      if (onePhase || each.getXAResource().prepare(branches.get(each)) == XAResource.XA_OK) {
        voted.add(each);
      }
    }
    for (ManagedConnection each : voted) {
      each.getXAResource().commit(branches.get(each), onePhase);
    }
    over();
  }

  /** Rolls back. */
  void rollback() throws XAException, ResourceException {
    for (ManagedConnection each : branches.keySet()) {
      each.getXAResource().end(branches.get(each), XAResource.TMFAIL);
      each.getXAResource().rollback(branches.get(each));
    }
    over();
  }

  private void over() throws ResourceException {
    active = false;
    List<ManagedConnection> all = List.copyOf(enlisted.keySet());
    enlisted.clear();
    branches.clear();
    for (ManagedConnection each : all) {
      giveBack(each);
    }
  }

  private void giveBack(ManagedConnection connection) throws ResourceException {
    if (handles.getOrDefault(connection, 0) == 0 && !enlisted.containsKey(connection)) {
      connection.cleanup();
      idle.add(connection);
    }
  }

  /** Destroys what is idle. */
  void empty() throws ResourceException {
    for (ManagedConnection each : idle) {
      each.destroy();
    }
    idle.clear();
  }

  private final class Returning implements ConnectionEventListener {
    private final ManagedConnection connection;

    Returning(ManagedConnection connection) {
      this.connection = connection;
    }

    @Override
    public void connectionClosed(ConnectionEvent event) {
      handles.merge(connection, -1, Integer::sum);
      try {
        giveBack(connection);
      } catch (ResourceException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public void connectionErrorOccurred(ConnectionEvent event) {
      handles.remove(connection);
    }

    @Override
    public void localTransactionStarted(ConnectionEvent event) {
      throw new AssertionError("an application cannot begin one");
    }

    @Override
    public void localTransactionCommitted(ConnectionEvent event) {
      throw new AssertionError("an application cannot commit one");
    }

    @Override
    public void localTransactionRolledback(ConnectionEvent event) {
      throw new AssertionError("an application cannot roll one back");
    }
  }
}
