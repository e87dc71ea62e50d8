package io.bindery.sample.orders.database;

import java.sql.SQLException;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;

/** A database in memory with the desk's tables. */
public final class TestDatabase {
  private TestDatabase() {}

  /** Another one with each call. */
  public static DataSource fresh() {
    JdbcDataSource source = new JdbcDataSource();
    source.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=10000");
    try {
      DeskDatabase.createTables(source);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return source;
  }
}
