package io.bindery.itests.smoke;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import jakarta.ejb.embeddable.EJBContainer;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import javax.naming.NamingException;

/**
 * OpenEJB has no HTTP of its own: takes the test's commands for a container in this virtual
 * machine, and two more, OPEN and CLOSE.
 *
 * <p>Arguments: the port and the archive of the application.
 */
public final class OpenEjbServer {
  /** What it prints when it listens. */
  public static final String LISTENS = "OpenEjbServer listens";

  private final Map<String, Object> properties = new HashMap<>();
  private EJBContainer container;

  private OpenEjbServer(File application) {
    properties.put(EJBContainer.MODULES, application);
    properties.put("openejb.embedded.initialcontext.close", "destroy");
    properties.put("bindery", "new://Resource?class-name=io.bindery.ra.BinderyResourceAdapter");
    properties.put("beans", "new://Container?type=MESSAGE");
    properties.put("beans.ResourceAdapter", "bindery");
    properties.put("beans.MessageListenerInterface", "jakarta.jms.MessageListener");
    properties.put("beans.ActivationSpecClass", "io.bindery.ra.BinderyActivationSpec");
    properties.put(
        Desk.IN, "new://Resource?type=jakarta.jms.Queue&class-name=io.bindery.jms.BinderyQueue");
    properties.put(Desk.IN + ".name", Desk.IN);
    factory("jms/main");
    factory("jms/other");
    properties.put("jms/other.uri", "vm://other");
  }

  private void factory(String id) {
    properties.put(
        id,
        "new://Resource?type=jakarta.jms.ConnectionFactory"
            + "&class-name=io.bindery.ra.BinderyManagedConnectionFactory");
    properties.put(id + ".ResourceAdapter", "bindery");
    properties.put(id + ".TransactionSupport", "xa");
  }

  /** Serves until it is killed. */
  public static void main(String[] arguments) throws IOException {
    OpenEjbServer server = new OpenEjbServer(new File(arguments[1]));
    HttpServer http =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0])),
            0);
    http.setExecutor(Executors.newCachedThreadPool());
    http.createContext("/smoke/do", server::answer);
    http.start();
    System.out.println(LISTENS);
  }

  private void answer(HttpExchange exchange) throws IOException {
    int status = 200;
    String answer;
    try {
      answer = run(parameters(exchange.getRequestURI().getQuery()));
    } catch (NamingException | RuntimeException e) { // boundary: the test is told
      e.printStackTrace();
      status = 500;
      answer = e.toString();
    }
    byte[] body = answer.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  private static Map<String, String> parameters(String query) {
    Map<String, String> parameters = new HashMap<>();
    for (String each : query.split("&")) {
      int equals = each.indexOf('=');
      parameters.put(each.substring(0, equals), each.substring(equals + 1));
    }
    return parameters;
  }

  private synchronized void open() {
    container = EJBContainer.createEJBContainer(properties);
  }

  private synchronized void close() {
    container.close();
  }

  private String run(Map<String, String> parameters) throws NamingException {
    String act = parameters.get("act");
    switch (act) {
      case "OPEN":
        open();
        return "opened";
      case "CLOSE":
        close();
        return "closed";
      default:
        Desk desk = (Desk) container.getContext().lookup("java:global/smoke/Desk");
        return Command.valueOf(act)
            .run(desk, parameters.get("text"), Integer.parseInt(parameters.get("times")));
    }
  }
}
