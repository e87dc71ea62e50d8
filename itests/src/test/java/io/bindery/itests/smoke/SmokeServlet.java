package io.bindery.itests.smoke;

import jakarta.ejb.EJB;
import jakarta.jms.JMSConnectionFactoryDefinition;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Takes the test's commands over HTTP, and defines the connection factory of the other broker. */
@WebServlet("/do")
@JMSConnectionFactoryDefinition(
    name = "java:app/jms/other",
    interfaceName = "jakarta.jms.ConnectionFactory",
    resourceAdapter = "bindery",
    properties = "uri=vm://other")
public class SmokeServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  @EJB private transient Desk desk;
  @EJB private transient Injected injected;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String text = request.getParameter("text");
    int times = Integer.parseInt(request.getParameter("times"));
    response.setContentType("text/plain;charset=UTF-8");
    response.getWriter().print(run(request.getParameter("act"), text, times));
  }

  private String run(String act, String text, int times) {
    if (act.equals("INJECTED")) {
      injected.send(text, times > 0);
      return "done";
    }
    return Command.valueOf(act).run(desk, text, times);
  }
}
