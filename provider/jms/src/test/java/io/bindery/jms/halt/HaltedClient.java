package io.bindery.jms.halt;

import com.arjuna.ats.arjuna.common.ObjectStoreEnvironmentBean;
import com.arjuna.ats.arjuna.recovery.RecoveryManager;
import com.arjuna.ats.arjuna.recovery.RecoveryModule;
import com.arjuna.ats.internal.jta.recovery.arjunacore.XARecoveryModule;
import com.arjuna.ats.jta.common.jtaPropertyManager;
import com.arjuna.ats.jta.recovery.XAResourceRecoveryHelper;
import com.arjuna.common.internal.util.propertyservice.BeanPopulator;
import io.bindery.jms.BinderyXAConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.XAConnection;
import jakarta.jms.XASession;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.HeuristicRollbackException;
import jakarta.transaction.NotSupportedException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.SystemException;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.h2.jdbcx.JdbcDataSource;

/**
 * A life of a virtual machine with a transaction manager, a broker and a database: it recovers what
 * the life before has left, says what is there, and does a transaction in which it is halted. The
 * transaction takes a message, writes its text into the database and sends it on.
 */
final class HaltedClient implements AutoCloseable {
  static final String IN = "in";
  static final String OUT = "out";
  private static final long PATIENCE_MS = 10_000;
  private static final int MOST_SCANS = 50;

  private final XAConnection broker;
  private final XASession work;
  private final Session plain;
  private final javax.sql.XAConnection database;

  /** Closing it would undo what is done in the branch. */
  private final Connection rows;

  private HaltedClient(String directory) throws JMSException, SQLException {
    broker =
        new BinderyXAConnectionFactory("vm://halt?dir=" + directory + "broker")
            .createXAConnection();
    broker.start();
    work = broker.createXASession();
    plain = broker.createSession();
    JdbcDataSource source = new JdbcDataSource();
    source.setURL("jdbc:h2:file:" + directory + "database;WRITE_DELAY=0");
    database = source.getXAConnection();
    rows = database.getConnection();
    try (Statement statement = rows.createStatement()) {
      statement.execute("CREATE TABLE IF NOT EXISTS SEEN(TEXT VARCHAR(100))");
    }
  }

  /**
   * Lives.
   *
   * @param arguments the directory, a text to send first, the step at which to halt or {@code -},
   *     whether the broker is enlisted first, whether the transaction is to be rolled back
   */
  public static void main(String[] arguments)
      throws JMSException,
          SQLException,
          XAException,
          NotSupportedException,
          SystemException,
          RollbackException,
          HeuristicMixedException,
          HeuristicRollbackException {
    configure(arguments[0]);
    try (HaltedClient client = new HaltedClient(arguments[0])) {
      client.recover();
      client.tell();
      if (!arguments[1].equals("-")) {
        client.send(arguments[1]);
        Halts.at(arguments[2].equals("-") ? null : HaltPoint.valueOf(arguments[2]));
        client.transact(Boolean.parseBoolean(arguments[3]), Boolean.parseBoolean(arguments[4]));
      }
      client.tell();
    }
  }

  private static void configure(String directory) {
    for (String name : new String[] {null, "communicationStore", "stateStore"}) {
      ObjectStoreEnvironmentBean store =
          name == null
              ? BeanPopulator.getDefaultInstance(ObjectStoreEnvironmentBean.class)
              : BeanPopulator.getNamedInstance(ObjectStoreEnvironmentBean.class, name);
      store.setObjectStoreDir(directory + "transactions");
      store.setObjectStoreType(HaltingStore.class.getName());
    }
    // What nobody knows is rolled back by the scan that finds it, and not after a wait.
    jtaPropertyManager.getJTAEnvironmentBean().setOrphanSafetyInterval(0);
  }

  private static void say(String what, Object value) {
    System.out.println(what + " " + value);
    System.out.flush();
  }

  /** Scans until nothing is prepared any more. */
  private void recover() throws SQLException, XAException {
    RecoveryManager manager = RecoveryManager.manager(RecoveryManager.DIRECT_MANAGEMENT);
    XAResource[] resources = {work.getXAResource(), database.getXAResource()};
    List<RecoveryModule> modules = manager.getModules();
    modules.forEach(module -> help(module, resources));
    say("in-doubt", prepared(resources));
    int scans = 0;
    do {
      // Both passes at once: between them the manager's own scan waits for seconds.
      modules.forEach(RecoveryModule::periodicWorkFirstPass);
      modules.forEach(RecoveryModule::periodicWorkSecondPass);
      scans++;
    } while (prepared(resources) > 0 && scans < MOST_SCANS);
    say("left-in-doubt", prepared(resources));
  }

  private static void help(RecoveryModule module, XAResource[] resources) {
    if (module instanceof XARecoveryModule ours) {
      ours.addXAResourceRecoveryHelper(
          new XAResourceRecoveryHelper() {
            @Override
            public boolean initialise(String unused) {
              return true;
            }

            @Override
            public XAResource[] getXAResources() {
              return resources;
            }
          });
    }
  }

  private static int prepared(XAResource... resources) throws XAException {
    int prepared = 0;
    for (XAResource each : resources) {
      prepared += each.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN).length;
    }
    return prepared;
  }

  private void tell() throws JMSException, SQLException {
    for (String queue : List.of(IN, OUT)) {
      say(queue, browse(queue));
    }
    List<String> seen = new ArrayList<>();
    try (Statement statement = rows.createStatement();
        ResultSet result = statement.executeQuery("SELECT TEXT FROM SEEN ORDER BY TEXT")) {
      while (result.next()) {
        seen.add(result.getString(1));
      }
    }
    say("rows", seen);
  }

  private List<String> browse(String queue) throws JMSException {
    List<String> texts = new ArrayList<>();
    Enumeration<?> messages = plain.createBrowser(plain.createQueue(queue)).getEnumeration();
    while (messages.hasMoreElements()) {
      texts.add(((TextMessage) messages.nextElement()).getText());
    }
    Collections.sort(texts);
    return texts;
  }

  private void send(String text) throws JMSException {
    plain.createProducer(plain.createQueue(IN)).send(plain.createTextMessage(text));
    say("sent", text);
  }

  private void transact(boolean brokerFirst, boolean rollBack)
      throws JMSException,
          SQLException,
          NotSupportedException,
          SystemException,
          RollbackException,
          HeuristicMixedException,
          HeuristicRollbackException {
    TransactionManager manager = com.arjuna.ats.jta.TransactionManager.transactionManager();
    manager.begin();
    Transaction transaction = manager.getTransaction();
    XAResource jms = work.getXAResource();
    XAResource jdbc = database.getXAResource();
    transaction.enlistResource(HaltingResource.first(brokerFirst ? jms : jdbc));
    transaction.enlistResource(HaltingResource.second(brokerFirst ? jdbc : jms));
    Queue in = work.createQueue(IN);
    Message message = work.createConsumer(in).receive(PATIENCE_MS);
    String text = ((TextMessage) message).getText();
    say(message.getJMSRedelivered() ? "taken-again" : "taken", text);
    try (Statement statement = rows.createStatement()) {
      statement.executeUpdate("INSERT INTO SEEN VALUES('" + text + "')");
    }
    work.createProducer(work.createQueue(OUT)).send(work.createTextMessage(text));
    if (rollBack) {
      manager.rollback();
    } else {
      manager.commit();
    }
  }

  @Override
  public void close() throws JMSException, SQLException {
    broker.close();
    database.close();
  }
}
