package io.bindery.sample.orders.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.XAConnection;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecoverableH2Test {
  private static final int BRANCHES = 5;

  @TempDir private Path folder;

  private record Branch(int number) implements Xid {
    @Override
    public int getFormatId() {
      return 1;
    }

    @Override
    public byte[] getGlobalTransactionId() {
      return ("g" + number).getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public byte[] getBranchQualifier() {
      return ("b" + number).getBytes(StandardCharsets.US_ASCII);
    }
  }

  private String url() {
    return "jdbc:h2:file:" + folder.resolve("desk") + ";WRITE_DELAY=0";
  }

  /** Prepares branches that each add a row, and lets the database go down without deciding them. */
  private void prepareAndDie() throws SQLException, XAException {
    JdbcDataSource source = new JdbcDataSource();
    source.setURL(url());
    try (Connection setUp = source.getConnection();
        Statement statement = setUp.createStatement()) {
      statement.execute("CREATE TABLE done (id INT PRIMARY KEY)");
      for (int i = 0; i < BRANCHES; i++) {
        XAConnection connection = source.getXAConnection();
        Xid xid = new Branch(i);
        connection.getXAResource().start(xid, XAResource.TMNOFLAGS);
        try (Statement insert = connection.getConnection().createStatement()) {
          insert.execute("INSERT INTO done VALUES (" + i + ")");
        }
        connection.getXAResource().end(xid, XAResource.TMSUCCESS);
        connection.getXAResource().prepare(xid);
      }
      statement.execute("SHUTDOWN IMMEDIATELY");
    }
  }

  private int count(String table) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url());
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM " + table)) {
      row.next();
      return row.getInt(1);
    }
  }

  @Test
  void everyBranchIsDecidedAsRecoverySays() throws SQLException, XAException {
    prepareAndDie();
    assertEquals(BRANCHES, count("INFORMATION_SCHEMA.IN_DOUBT"));
    RecoverableH2 source = new RecoverableH2();
    source.setUrl(url());
    XAConnection connection = source.getXAConnection();
    XAResource resource = connection.getXAResource();
    Xid[] found = resource.recover(XAResource.TMSTARTRSCAN);
    assertEquals(BRANCHES, found.length);
    resource.commit(found[0], false);
    for (int i = 1; i < BRANCHES; i++) {
      resource.rollback(found[i]);
    }
    connection.close();
    assertEquals(0, count("INFORMATION_SCHEMA.IN_DOUBT"));
    assertEquals(1, count("done"));
  }
}
