package io.bindery.sample.orders.recovery;

import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.logging.Logger;
import javax.sql.XAConnection;
import javax.sql.XADataSource;
import org.h2.jdbcx.JdbcDataSource;

/**
 * H2 for the pool that the server's recovery asks, and for nothing else: H2 itself rolls back only
 * the first of the branches that it was asked for and says nothing of the others, which then hold
 * their rows for ever. See {@link EachRollback}.
 */
public class RecoverableH2 implements XADataSource {
  private final JdbcDataSource source = new JdbcDataSource();

  /** The database, as JDBC names it. */
  public void setUrl(String url) {
    source.setURL(url);
  }

  /** Who connects. */
  public void setUser(String user) {
    source.setUser(user);
  }

  /** The password. */
  public void setPassword(String password) {
    source.setPassword(password);
  }

  @Override
  public XAConnection getXAConnection() throws SQLException {
    return new RecoveryConnection(source.getXAConnection());
  }

  @Override
  public XAConnection getXAConnection(String user, String password) throws SQLException {
    return new RecoveryConnection(source.getXAConnection(user, password));
  }

  @Override
  public PrintWriter getLogWriter() {
    return source.getLogWriter();
  }

  @Override
  public void setLogWriter(PrintWriter writer) {
    source.setLogWriter(writer);
  }

  @Override
  public void setLoginTimeout(int seconds) {
    source.setLoginTimeout(seconds);
  }

  @Override
  public int getLoginTimeout() {
    return source.getLoginTimeout();
  }

  @Override
  public Logger getParentLogger() {
    return source.getParentLogger();
  }
}
