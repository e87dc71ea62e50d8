package io.bindery.sample.orders.intake;

import io.bindery.sample.orders.DeskException;
import io.bindery.sample.orders.Problem;
import io.bindery.sample.orders.database.DeskDatabase;
import jakarta.ejb.EJB;
import jakarta.ejb.EJBException;
import jakarta.ejb.Local;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import javax.sql.DataSource;

/** The uploads in the desk's database. Each call is a transaction unless it says otherwise. */
@Stateless
@Local(UploadStore.class)
@TransactionAttribute(TransactionAttributeType.REQUIRES_NEW)
public class UploadTable implements UploadStore {
  private static final String OPEN =
      "INSERT INTO upload (id, name, size, state, header, confirmed_line, confirmed_byte,"
          + " published, bad) VALUES (?, ?, ?, ?, '', 0, 0, 0, 0)";
  private static final String CONFIRM =
      "UPDATE upload SET header = ?, confirmed_line = ?, confirmed_byte = ?,"
          + " published = published + ?, bad = bad + ? WHERE id = ? AND confirmed_byte = ?";
  private static final String BAD_LINE =
      "INSERT INTO bad_line (upload, line, field, reason) VALUES (?, ?, ?, ?)";
  private static final String UPLOADS =
      "SELECT id, name, size, state, confirmed_line, confirmed_byte, published, bad, header"
          + " FROM upload";

  @EJB private DeskDatabase database;

  private final Supplier<DataSource> source;

  /** The table in the desk's database. */
  public UploadTable() {
    this.source = () -> database.source();
  }

  /** The table in another database. */
  UploadTable(DataSource source) {
    this.source = () -> source;
  }

  /** What is done with a connection. */
  private interface Work<T> {
    T with(Connection connection) throws SQLException;
  }

  private <T> T work(Work<T> work) {
    try (Connection connection = source.get().getConnection()) {
      return work.with(connection);
    } catch (SQLException e) {
      throw new EJBException("the desk's database failed: " + e.getMessage(), e);
    }
  }

  private static int update(Connection connection, String sql, Object... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      return statement.executeUpdate();
    }
  }

  @Override
  public void open(Upload.Status opened) {
    work(
        connection ->
            update(
                connection,
                OPEN,
                opened.id(),
                opened.name(),
                opened.size(),
                opened.state().name()));
  }

  @Override
  @TransactionAttribute(TransactionAttributeType.MANDATORY)
  public void confirm(Upload upload, Chunk chunk) {
    String id = upload.id();
    long from = upload.status().confirmedByte();
    int moved =
        work(
            connection ->
                update(
                    connection,
                    CONFIRM,
                    upload.lines().header(),
                    chunk.lastLine(),
                    chunk.endByte(),
                    chunk.orders().size(),
                    chunk.bad().size(),
                    id,
                    from));
    if (moved != 1) {
      throw new DeskException(
          409,
          "upload " + id + " is no longer at byte " + from,
          "ask where it is, and go on there");
    }
    work(connection -> insert(connection, id, upload.reported(chunk)));
  }

  private static int insert(Connection connection, String id, List<Problem> badLines)
      throws SQLException {
    int inserted = 0;
    for (Problem bad : badLines) {
      inserted += update(connection, BAD_LINE, id, bad.line(), bad.field(), bad.reason());
    }
    return inserted;
  }

  @Override
  public void end(String id, Upload.State state) {
    work(
        connection ->
            update(connection, "UPDATE upload SET state = ? WHERE id = ?", state.name(), id));
  }

  @Override
  public void forget(String id) {
    work(
        connection ->
            update(connection, "DELETE FROM done WHERE run = ?", id)
                + update(connection, "DELETE FROM bad_line WHERE upload = ?", id)
                + update(connection, "DELETE FROM upload WHERE id = ?", id));
  }

  @Override
  public void forgetLoose() {
    work(
        connection ->
            update(connection, "DELETE FROM done WHERE run NOT IN (SELECT id FROM upload)"));
  }

  @Override
  public List<Stored> all() {
    return work(connection -> stored(connection, UPLOADS + " ORDER BY number"));
  }

  @Override
  public Stored read(String id) {
    return work(connection -> stored(connection, UPLOADS + " WHERE id = ?", id)).get(0);
  }

  private static List<Stored> stored(Connection connection, String sql, Object... values)
      throws SQLException {
    List<Stored> found = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        query.setObject(i + 1, values[i]);
      }
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          String id = row.getString(1);
          found.add(
              new Stored(
                  new Upload.Status(
                      id,
                      row.getString(2),
                      row.getLong(3),
                      Upload.State.valueOf(row.getString(4).toUpperCase(Locale.ROOT)),
                      row.getLong(5),
                      row.getLong(6),
                      row.getLong(7),
                      row.getLong(8),
                      badLines(connection, id)),
                  row.getString(9)));
        }
      }
    }
    return found;
  }

  private static List<Problem> badLines(Connection connection, String id) throws SQLException {
    List<Problem> bad = new ArrayList<>();
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT line, field, reason FROM bad_line WHERE upload = ? ORDER BY line")) {
      query.setString(1, id);
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          bad.add(new Problem(row.getLong(1), row.getString(2), row.getString(3)));
        }
      }
    }
    return bad;
  }

  @Override
  public long recorded() {
    return work(
        connection -> {
          try (PreparedStatement query = connection.prepareStatement("SELECT COUNT(*) FROM done");
              ResultSet row = query.executeQuery()) {
            row.next();
            return row.getLong(1);
          }
        });
  }
}
