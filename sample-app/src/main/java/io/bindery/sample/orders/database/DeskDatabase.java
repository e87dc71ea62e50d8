package io.bindery.sample.orders.database;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.annotation.sql.DataSourceDefinition;
import jakarta.ejb.EJBException;
import jakarta.ejb.Lock;
import jakarta.ejb.LockType;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;

/**
 * The desk's database: H2, which Payara brings along, as an XA resource. It is in memory unless the
 * environment variable {@code ORDER_DESK_DATABASE} names a file, as {@code file:/path/desk}.
 *
 * <p>In the URL: a commit is on its way to the file when it returns; the database stays open
 * without a connection; and it hangs no hook into the server, which would hold this application.
 */
@DataSourceDefinition(
    name = DeskDatabase.NAME,
    className = "org.h2.jdbcx.JdbcDataSource",
    url =
        "jdbc:h2:${ENV=ORDER_DESK_DATABASE:mem:order-desk};WRITE_DELAY=0;RETENTION_TIME=5000"
            + ";LOCK_TIMEOUT=10000;DB_CLOSE_DELAY=-1;DB_CLOSE_ON_EXIT=FALSE",
    user = "desk",
    password = "desk",
    minPoolSize = 1,
    maxPoolSize = 40)
@Singleton
@Startup
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
public class DeskDatabase {
  /** The JNDI name of the data source. */
  public static final String NAME = "java:app/jdbc/desk";

  private static final List<String> TABLES =
      List.of(
          "CREATE TABLE IF NOT EXISTS upload (number BIGINT GENERATED ALWAYS AS IDENTITY,"
              + " id VARCHAR NOT NULL PRIMARY KEY, name VARCHAR NOT NULL, size BIGINT NOT NULL,"
              + " state VARCHAR NOT NULL, header VARCHAR NOT NULL, confirmed_line BIGINT NOT NULL,"
              + " confirmed_byte BIGINT NOT NULL, published BIGINT NOT NULL, bad BIGINT NOT NULL)",
          "CREATE TABLE IF NOT EXISTS bad_line (upload VARCHAR NOT NULL, line BIGINT NOT NULL,"
              + " field VARCHAR NOT NULL, reason VARCHAR NOT NULL, PRIMARY KEY (upload, line))",
          "CREATE TABLE IF NOT EXISTS done (run VARCHAR NOT NULL, bean VARCHAR NOT NULL,"
              + " order_id VARCHAR NOT NULL, times INT NOT NULL,"
              + " PRIMARY KEY (run, bean, order_id))");

  @Resource(lookup = NAME)
  private DataSource source;

  @PostConstruct
  void create() {
    try {
      createTables(source);
    } catch (SQLException e) {
      throw new EJBException("the desk's database cannot be opened: " + e.getMessage(), e);
    }
  }

  /** Creates the tables that are not there. */
  public static void createTables(DataSource source) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      for (String table : TABLES) {
        statement.execute(table);
      }
    }
  }

  /** Where connections come from; each belongs to the transaction in which it is taken. */
  @Lock(LockType.READ)
  public DataSource source() {
    return source;
  }
}
