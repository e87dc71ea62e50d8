package io.bindery.sample.orders.recovery;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.ConnectionEventListener;
import javax.sql.StatementEventListener;
import javax.sql.XAConnection;
import javax.transaction.xa.XAResource;

/** H2's connection with the {@link EachRollback} of its resource. */
final class RecoveryConnection implements XAConnection {
  private final XAConnection connection;

  RecoveryConnection(XAConnection connection) {
    this.connection = connection;
  }

  @Override
  public XAResource getXAResource() throws SQLException {
    return new EachRollback(connection.getXAResource());
  }

  @Override
  public Connection getConnection() throws SQLException {
    return connection.getConnection();
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }

  @Override
  public void addConnectionEventListener(ConnectionEventListener listener) {
    connection.addConnectionEventListener(listener);
  }

  @Override
  public void removeConnectionEventListener(ConnectionEventListener listener) {
    connection.removeConnectionEventListener(listener);
  }

  @Override
  public void addStatementEventListener(StatementEventListener listener) {
    connection.addStatementEventListener(listener);
  }

  @Override
  public void removeStatementEventListener(StatementEventListener listener) {
    connection.removeStatementEventListener(listener);
  }
}
