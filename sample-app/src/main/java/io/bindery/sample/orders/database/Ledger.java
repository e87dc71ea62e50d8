package io.bindery.sample.orders.database;

import jakarta.ejb.EJB;
import jakarta.ejb.EJBException;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import javax.sql.DataSource;

/**
 * Which bean did which order how often. It is written in the transaction that takes the order from
 * its queue, so both happen or neither. Stateless.
 */
@ApplicationScoped
public class Ledger {
  private static final String AGAIN =
      "UPDATE done SET times = times + 1 WHERE run = ? AND bean = ? AND order_id = ?";
  private static final String FIRST =
      "INSERT INTO done (run, bean, order_id, times) VALUES (?, ?, ?, 1)";

  @EJB private DeskDatabase database;

  private final Supplier<DataSource> source;

  /** The ledger in the desk's database. */
  public Ledger() {
    this.source = () -> database.source();
  }

  /** A ledger in another database. */
  Ledger(DataSource source) {
    this.source = () -> source;
  }

  /**
   * What a bean did in all runs.
   *
   * @param orders different orders of a run
   * @param times how often it did one
   */
  public record Sum(long orders, long times) {
    /** Nothing. */
    public static final Sum NONE = new Sum(0, 0);
  }

  /**
   * Writes down, in the caller's transaction, that a bean does an order.
   *
   * @return whether it does this order of this run for the first time
   * @throws EJBException if the database refused; the caller's transaction must not commit then
   */
  public boolean record(String bean, String run, String orderId) {
    try (Connection connection = source.get().getConnection()) {
      return !write(connection, AGAIN, run, bean, orderId) && first(connection, run, bean, orderId);
    } catch (SQLException e) {
      throw new EJBException("the database did not take the order: " + e.getMessage(), e);
    }
  }

  private static boolean first(Connection connection, String run, String bean, String orderId)
      throws SQLException {
    try {
      return write(connection, FIRST, run, bean, orderId);
    } catch (SQLIntegrityConstraintViolationException e) {
      // the order is twice in the file, and another session of this bean was faster
      write(connection, AGAIN, run, bean, orderId);
      return false;
    }
  }

  private static boolean write(Connection connection, String sql, String... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setString(i + 1, values[i]);
      }
      return statement.executeUpdate() > 0;
    }
  }

  /** How often each bean did each order of a run. */
  public Map<String, Map<String, Integer>> run(String run) {
    Map<String, Map<String, Integer>> beans = new HashMap<>();
    try (Connection connection = source.get().getConnection();
        PreparedStatement query =
            connection.prepareStatement("SELECT bean, order_id, times FROM done WHERE run = ?")) {
      query.setString(1, run);
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          beans
              .computeIfAbsent(row.getString(1), bean -> new LinkedHashMap<>())
              .put(row.getString(2), row.getInt(3));
        }
      }
    } catch (SQLException e) {
      throw new EJBException("the database cannot be read: " + e.getMessage(), e);
    }
    return beans;
  }

  /** What each bean did. */
  public Map<String, Sum> sums() {
    Map<String, Sum> sums = new HashMap<>();
    try (Connection connection = source.get().getConnection();
        PreparedStatement query =
            connection.prepareStatement(
                "SELECT bean, COUNT(*), SUM(times) FROM done GROUP BY bean");
        ResultSet row = query.executeQuery()) {
      while (row.next()) {
        sums.put(row.getString(1), new Sum(row.getLong(2), row.getLong(3)));
      }
    } catch (SQLException e) {
      throw new EJBException("the database cannot be read: " + e.getMessage(), e);
    }
    return sums;
  }
}
