package io.bindery.itests.recovery;

import jakarta.annotation.Resource;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.HeuristicRollbackException;
import jakarta.transaction.NotSupportedException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.SystemException;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.UserTransaction;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.TreeSet;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;

/**
 * Takes the test's commands over HTTP. {@code MOVE} is a transaction over broker and database,
 * which halts the server the first time: a message is taken from a queue, written into a table, and
 * sent to another queue.
 */
@WebServlet("/do")
public class RecoveryServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final String IN = "recovery.in";
  private static final String OUT = "recovery.out";
  private static final long PATIENCE_MS = 30_000;
  private static final List<String> MANAGERS =
      List.of("java:jboss/TransactionManager", "java:appserver/TransactionManager");

  @Resource(name = "jms/main")
  private transient ConnectionFactory broker;

  @Resource(name = "jdbc/main")
  private transient DataSource database;

  @Resource private transient UserTransaction transaction;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException, ServletException {
    response.setContentType("text/plain;charset=UTF-8");
    try {
      response.getWriter().print(run(request.getParameter("act"), request.getParameter("text")));
    } catch (JMSException
        | SQLException
        | NamingException
        | NotSupportedException
        | RollbackException
        | SystemException
        | HeuristicMixedException
        | HeuristicRollbackException e) {
      throw new ServletException(e);
    }
  }

  private String run(String act, String text)
      throws JMSException,
          SQLException,
          NamingException,
          NotSupportedException,
          RollbackException,
          SystemException,
          HeuristicMixedException,
          HeuristicRollbackException {
    switch (act) {
      case "SEND" -> send(IN, text);
      case "MOVE" -> move();
      default -> {
        return "in " + texts(IN) + " out " + texts(OUT) + " rows " + rows();
      }
    }
    return "done";
  }

  private void send(String queue, String text) {
    try (JMSContext context = broker.createContext()) {
      context.createProducer().send(context.createQueue(queue), text);
    }
  }

  private void move()
      throws SQLException,
          NamingException,
          NotSupportedException,
          RollbackException,
          SystemException,
          HeuristicMixedException,
          HeuristicRollbackException {
    table();
    transaction.begin();
    Path marker = Path.of(System.getProperty("recovery.marker"));
    manager().getTransaction().enlistResource(new HaltingResource(marker));
    String text;
    try (JMSContext context = broker.createContext()) {
      text = context.createConsumer(context.createQueue(IN)).receiveBody(String.class, PATIENCE_MS);
    }
    try (Connection connection = database.getConnection();
        PreparedStatement insert = connection.prepareStatement("INSERT INTO MOVED VALUES(?)")) {
      insert.setString(1, text);
      insert.executeUpdate();
    }
    send(OUT, text);
    transaction.commit();
  }

  private static TransactionManager manager() throws NamingException {
    NamingException missing = null;
    for (String name : MANAGERS) {
      try {
        return InitialContext.doLookup(name);
      } catch (NamingException e) {
        missing = e; // that of another server
      }
    }
    throw missing;
  }

  private void table() throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE IF NOT EXISTS MOVED(TEXT VARCHAR(100))");
    }
  }

  private TreeSet<String> rows() throws SQLException {
    table();
    TreeSet<String> rows = new TreeSet<>();
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT TEXT FROM MOVED")) {
      while (result.next()) {
        rows.add(result.getString(1));
      }
    }
    return rows;
  }

  private List<String> texts(String queue) throws JMSException {
    List<String> texts = new ArrayList<>();
    try (JMSContext context = broker.createContext()) {
      Enumeration<?> messages = context.createBrowser(context.createQueue(queue)).getEnumeration();
      while (messages.hasMoreElements()) {
        texts.add(((Message) messages.nextElement()).getBody(String.class));
      }
    }
    Collections.sort(texts);
    return texts;
  }
}
