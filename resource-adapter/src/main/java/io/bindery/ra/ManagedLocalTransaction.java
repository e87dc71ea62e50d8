package io.bindery.ra;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.LocalTransaction;

/**
 * The local transaction of a managed connection, which the container demarcates.
 *
 * @param connection whose sessions work in it
 */
record ManagedLocalTransaction(BinderyManagedConnection connection) implements LocalTransaction {
  @Override
  public void begin() throws ResourceException {
    connection.beginLocal();
  }

  @Override
  public void commit() throws ResourceException {
    connection.endLocal(true);
  }

  @Override
  public void rollback() throws ResourceException {
    connection.endLocal(false);
  }
}
