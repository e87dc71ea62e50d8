package io.bindery.itests.wire;

import io.bindery.amqp.server.AmqpServer;
import io.bindery.amqp.server.Login;
import io.bindery.amqp.server.Peer;
import io.bindery.amqp.server.ServerSettings;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Engine;
import io.bindery.engine.Engines;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;
import io.bindery.itests.interop.BrokerProcess;
import java.io.IOException;

/**
 * The broker that this run of the wire suite speaks to, by the system property {@code
 * bindery.wire}: {@code rabbitmq} is Debian's RabbitMQ in a process, {@code jar} our server's jar
 * in a process, and without it our server is in this virtual machine.
 */
final class Brokers {
  private static final String WHICH = System.getProperty("bindery.wire", "here");

  private static int port;

  private Brokers() {}

  static boolean isRabbit() {
    return WHICH.equals("rabbitmq");
  }

  /** Where it listens; it is started when that is asked first. */
  static synchronized int port() throws IOException, AmqpException {
    if (port == 0) {
      port = started();
    }
    return port;
  }

  private static Ticket<Login> guest(String user, String password, Peer peer) {
    return user.equals("guest") && password.equals("guest")
        ? Ticket.done(new Login(user, password))
        : Ticket.failed(new AmqpException(ReplyCode.ACCESS_REFUSED, "Login was refused"));
  }

  private static int started() throws IOException, AmqpException {
    switch (WHICH) {
      case "rabbitmq" -> {
        RabbitProcess rabbit = new RabbitProcess();
        rabbit.start();
        return rabbit.port();
      }
      case "jar" -> {
        BrokerProcess broker = new BrokerProcess("wire");
        broker.start();
        return broker.port();
      }
      default -> {
        Engine engine = Engines.find("vm://wire-suite");
        return AmqpServer.start(engine, ServerSettings.local(0, Brokers::guest)).port();
      }
    }
  }
}
