package io.bindery.ra;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionFactory;
import java.lang.System.Logger.Level;

/**
 * Takes the place of a server's pool where there is none: a connection for each handle, closed with
 * it.
 */
final class DirectConnections implements ConnectionManager {
  private static final long serialVersionUID = 1L;
  private static final System.Logger LOG = System.getLogger(DirectConnections.class.getName());

  @Override
  public Object allocateConnection(ManagedConnectionFactory factory, ConnectionRequestInfo info)
      throws ResourceException {
    ManagedConnection connection = factory.createManagedConnection(null, info);
    connection.addConnectionEventListener(new DestroyWhenClosed(connection));
    return connection.getConnection(null, info);
  }

  private record DestroyWhenClosed(ManagedConnection connection)
      implements ConnectionEventListener {
    @Override
    public void connectionClosed(ConnectionEvent event) {
      try {
        connection.destroy();
      } catch (ResourceException e) {
        LOG.log(Level.DEBUG, "A connection could not be closed", e);
      }
    }

    @Override
    public void connectionErrorOccurred(ConnectionEvent event) {
      connectionClosed(event);
    }

    @Override
    public void localTransactionStarted(ConnectionEvent event) {
      // Nobody demarcates here.
    }

    @Override
    public void localTransactionCommitted(ConnectionEvent event) {
      // Nobody demarcates here.
    }

    @Override
    public void localTransactionRolledback(ConnectionEvent event) {
      // Nobody demarcates here.
    }
  }
}
