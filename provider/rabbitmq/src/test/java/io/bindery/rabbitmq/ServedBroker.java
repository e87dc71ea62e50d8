package io.bindery.rabbitmq;

import io.bindery.amqp.server.AmqpServer;
import io.bindery.amqp.server.Authenticator;
import io.bindery.amqp.server.ServerSettings;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Engine;
import io.bindery.jms.BrokerReach;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Has the suite of Jakarta Messaging reach its brokers over the network. */
public final class ServedBroker implements BrokerReach {
  private final Map<Engine, AmqpServer> servers = new ConcurrentHashMap<>();

  /** For {@link java.util.ServiceLoader}. */
  public ServedBroker() {}

  @Override
  public String open(Engine engine, String uri) throws AmqpException {
    AmqpServer server = AmqpServer.start(engine, ServerSettings.local(0, Authenticator.of(engine)));
    servers.put(engine, server);
    // Brokers that end do not come back here.
    return "amqp://127.0.0.1:" + server.port() + "?reconnect=0";
  }

  @Override
  public boolean overNetwork() {
    return true;
  }

  @Override
  public void close(Engine engine) {
    AmqpServer server = servers.remove(engine);
    if (server != null) {
      server.close();
    }
  }
}
