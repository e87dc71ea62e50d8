package io.bindery.itests.wire;

import io.bindery.amqp.server.AmqpServer;
import io.bindery.amqp.server.Login;
import io.bindery.amqp.server.Peer;
import io.bindery.amqp.server.ServerSettings;
import io.bindery.broker.Authenticator;
import io.bindery.broker.Broker;
import io.bindery.broker.BrokerSettings;
import io.bindery.broker.Permissions;
import io.bindery.broker.runtime.SystemEnvironment;
import io.bindery.broker.store.Ledger;
import io.bindery.broker.store.Store;
import io.bindery.engine.AmqpException;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;
import io.bindery.itests.interop.BrokerProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * The broker that this run of the wire suite speaks to, by the system property {@code
 * bindery.wire}: {@code rabbitmq} is Debian's RabbitMQ in a process, {@code jar} our server's jar
 * in a process, and without it our server is in this virtual machine.
 */
final class Brokers {
  /** The most bytes of a body that each of them takes. */
  static final long MESSAGE_BYTES = 2 * 1024 * 1024;

  private static final long MEMORY_BYTES = 64 * 1024 * 1024;
  private static final String WHICH = System.getProperty("bindery.wire", "here");

  private static final String DEFINITIONS = "itests/src/test/resources/wire/definitions.json";

  private static int port;

  private Brokers() {}

  static boolean isRabbit() {
    return WHICH.equals("rabbitmq");
  }

  static boolean isJar() {
    return WHICH.equals("jar");
  }

  /** Where it listens; it is started when that is asked first. */
  static synchronized int port() throws IOException, AmqpException {
    if (port == 0) {
      port = started();
    }
    return port;
  }

  /** Who may do what: the passwords of all are their names. */
  static Path definitions() {
    return Path.of(System.getProperty("bindery.root"), DEFINITIONS);
  }

  private static Ticket<Login> known(String user, String password, Peer peer) {
    return password.equals(user) && !user.equals("nobody")
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
        BrokerProcess broker = new BrokerProcess("wire", "--message.max=" + MESSAGE_BYTES);
        broker.access(definitions());
        broker.start();
        return broker.port();
      }
      default -> {
        BrokerSettings settings =
            new BrokerSettings(
                URI.create("vm://wire-suite"),
                new SystemEnvironment("wire"),
                Store.NONE,
                Ledger.NONE,
                MEMORY_BYTES,
                Authenticator.ANYBODY,
                new Limited(),
                List.of("/"));
        ServerSettings.Limits all = ServerSettings.Limits.DEFAULT;
        return AmqpServer.start(
                Broker.create(settings),
                ServerSettings.local(0, Brokers::known)
                    .within(
                        new ServerSettings.Limits(
                            all.frameMax(),
                            all.channelMax(),
                            all.heartbeatSeconds(),
                            all.handshakeTimeoutMs(),
                            MESSAGE_BYTES,
                            all.connections())))
            .port();
      }
    }
  }

  /** What the definitions say, for our server in this virtual machine. */
  private static final class Limited implements Permissions {
    private static final String NAME = "limited";

    @Override
    public boolean allows(String user, String virtualHost, Access access, String resource) {
      return !user.equals(NAME) || resource.startsWith("open.");
    }

    @Override
    public boolean mayEnter(String user, String virtualHost) {
      return !user.equals("outsider");
    }

    @Override
    public boolean allowsTopic(String user, String virtualHost, Access access, Topic topic) {
      return !user.equals(NAME)
          || !topic.exchange().equals("open.topic")
          || topic.key().startsWith("mine.");
    }
  }
}
